/**
 * The file of WEB_CONFIG_FILE, in the format of Prometheus' exporter-toolkit: TLS, users and headers
 * of the exporter's own door. A key of the format that can't be honoured is an error; none is
 * passed over.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { dirname, isAbsolute, join } from "node:path";
import { loadAll, YAMLException } from "js-yaml";
import { readFileValue, type ReadText } from "./env.ts";
import { quote } from "./value_schemas.ts";
import { Secret } from "./token.ts";
import { type TlsSection, type WebFile, webFile } from "./web_config_schema.ts";

/** A certificate with its chain, and its key, both as PEM. */
export interface WebCertificate {
  readonly cert: string;
  readonly key: Secret;
}

/** How the exporter's door is kept. Printing it shows no secret. */
export interface WebConfig {
  /** Where it was read from, to read it again. */
  readonly path: string;
  /** Absent: no TLS. */
  readonly certificate: WebCertificate | undefined;
  /** bcrypt hashes by user name; empty: everybody may come in. */
  readonly users: ReadonlyMap<string, Secret>;
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A door, or all that is wrong with the file. No problem holds a key or a hash. */
export type WebResult =
  | { readonly web: WebConfig; readonly problems?: undefined }
  | { readonly problems: readonly string[]; readonly web?: undefined };

const NAME = "WEB_CONFIG_FILE";

/** Reads the file and those that it names, at the start and again later. It never throws. */
export function readWebConfig(path: string, readText: ReadText): WebResult {
  const file = readFileValue(NAME, path, readText);
  if (file.problem !== undefined) return { problems: [file.problem] };
  const { written, problems } = parse(path, file.text);
  if (problems !== undefined) return { problems };
  const tls = readCertificate(path, written.tls_server_config, readText);
  if (tls.problems !== undefined) return { problems: tls.problems };
  const users = Object.entries(written.basic_auth_users ?? {})
    .map(([name, hash]) => [name, new Secret(hash)] as const);
  // A blank header is one that is not set.
  const headers = Object.entries(written.http_server_config?.headers ?? {})
    .flatMap(([name, text]) => text ? [[name, text] as const] : []);
  const web = Object.freeze<WebConfig>({
    path,
    certificate: tls.certificate && Object.freeze(tls.certificate),
    users: new Map(users),
    headers: Object.freeze(Object.fromEntries(headers)),
  });
  return { web };
}

type ParseResult =
  | { readonly written: WebFile; readonly problems?: undefined }
  | { readonly problems: readonly string[]; readonly written?: undefined };

function parse(path: string, text: string): ParseResult {
  const told = (what: string) => `${NAME} (${quote(path)}) ${what}`;
  const { read, fault } = readYaml(text);
  if (fault !== undefined) return { problems: [told(fault)] };
  const { data, error } = webFile.safeParse(read);
  if (error === undefined) return { written: data };
  const problems = error.issues.map(({ path: keys, message }) =>
    told(keys.length === 0 ? message : `${keys.join(".")} ${message}`)
  );
  return { problems };
}

function readYaml(text: string): { readonly read?: unknown; readonly fault?: string } {
  try {
    const [read, ...more] = loadAll(text);
    return more.length > 0 ? { fault: "has more than one document" } : { read: read ?? {} };
  } catch (error) {
    if (!(error instanceof YAMLException)) return { fault: "is no YAML" };
    // What it quotes of the file may be of a key or a hash.
    const reason = error.reason.replaceAll(/"[^"]*"/g, "…");
    const line = error.mark === undefined ? "" : `, line ${error.mark.line + 1}`;
    return { fault: `is no YAML: ${reason}${line}` };
  }
}

interface CertificateResult {
  /** Absent without problems: no TLS is asked for. */
  readonly certificate?: WebCertificate;
  readonly problems?: readonly string[];
}

function readCertificate(
  path: string,
  tls: TlsSection | null | undefined,
  readText: ReadText,
): CertificateResult {
  if (!tls || Object.keys(tls).length === 0) return {};
  const read = (kind: "cert" | "key") => {
    const inline = tls[kind];
    const named = tls[`${kind}_file`];
    const where = `${NAME}: tls_server_config.${kind}`;
    if (inline && named) return { problem: `${where} and ${kind}_file are both set; keep one` };
    if (inline) return { text: inline };
    if (!named) return { problem: `${where}_file is missing; write the file's name` };
    const absolute = isAbsolute(named) ? named : join(dirname(path), named);
    return readFileValue(`${where}_file`, absolute, readText);
  };
  const [cert, key] = [read("cert"), read("key")];
  if (cert.text === undefined || key.text === undefined) {
    return { problems: [cert.problem, key.problem].filter((problem) => problem !== undefined) };
  }
  const fault = keyPairProblem(cert.text, key.text);
  if (fault !== undefined) return { problems: [`${NAME}: tls_server_config ${fault}`] };
  return { certificate: { cert: cert.text, key: new Secret(key.text) } };
}

/** What is wrong with a certificate and its key, without a letter of them. */
function keyPairProblem(cert: string, key: string): string | undefined {
  const certificate = attempt(() => new X509Certificate(cert));
  if (certificate === undefined) return "has a certificate that is no PEM of one";
  if (key.includes("ENCRYPTED")) return "has a key with a passphrase; write one without";
  const secret = attempt(() => createPrivateKey(key));
  if (secret === undefined) return "has a key that is no PEM of a private key";
  return certificate.checkPrivateKey(secret)
    ? undefined
    : "has a key that does not belong to the certificate; the server's own has to stand first";
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
