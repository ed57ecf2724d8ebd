/**
 * The file of WEB_CONFIG_FILE, in the format of Prometheus' exporter-toolkit: TLS, users and headers
 * of the exporter's web server. A key of the format that is not supported is an error.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { dirname, isAbsolute, join } from "node:path";
import { loadAll, YAMLException } from "js-yaml";
import { readFileValue, type ReadText } from "./env.ts";
import { quote } from "./quote.ts";
import type { Result } from "./result.ts";
import { Secret } from "./secret.ts";
import { type TlsSection, type WebFile, webFile } from "./web_config_schema.ts";

/** A certificate with its chain, and its key, both as PEM. */
export interface WebCertificate {
  readonly cert: string;
  readonly key: Secret;
}

/** TLS, users and headers of the web server. Printing it shows no secret. */
export interface WebConfig {
  /** The path of the file, to reload it. */
  readonly path: string;
  /** Absent: no TLS. */
  readonly certificate: WebCertificate | undefined;
  /** bcrypt hashes by user name; empty: no authentication. */
  readonly users: ReadonlyMap<string, Secret>;
  /** Headers added to every response. */
  readonly headers: Readonly<Record<string, string>>;
}

const NAME = "WEB_CONFIG_FILE";

/**
 * Reads the file and the files that it names, at start and on each reload. It never throws; no
 * problem contains a key or a hash.
 */
export function readWebConfig(path: string, readText: ReadText): Result<WebConfig> {
  const file = readFileValue(NAME, path, readText);
  if (file.problem !== undefined) return { problems: [file.problem] };
  const { value: parsed, problems } = parse(path, file.text);
  if (problems !== undefined) return { problems };
  const tls = readCertificate(path, parsed.tls_server_config, readText);
  if (tls.problems !== undefined) return { problems: tls.problems };
  const users = Object.entries(parsed.basic_auth_users ?? {})
    .map(([name, hash]) => [name, new Secret(hash)] as const);
  // An empty value means that the header is not set.
  const headers = Object.entries(parsed.http_server_config?.headers ?? {})
    .flatMap(([name, text]) => text ? [[name, text] as const] : []);
  const value = Object.freeze<WebConfig>({
    path,
    certificate: tls.value && Object.freeze(tls.value),
    users: new Map(users),
    headers: Object.freeze(Object.fromEntries(headers)),
  });
  return { value };
}

function parse(path: string, text: string): Result<WebFile> {
  const message = (problem: string) => `${NAME} (${quote(path)}) ${problem}`;
  const { value, problem } = parseYaml(text);
  if (problem !== undefined) return { problems: [message(problem)] };
  const { data, error } = webFile.safeParse(value);
  if (error === undefined) return { value: data };
  const problems = error.issues.map((issue) =>
    message([issue.path.join("."), issue.message].filter((part) => part !== "").join(" "))
  );
  return { problems };
}

function parseYaml(text: string): { readonly value?: unknown; readonly problem?: string } {
  try {
    const [value, ...more] = loadAll(text);
    return more.length > 0 ? { problem: "has more than one document" } : { value: value ?? {} };
  } catch (error) {
    if (!(error instanceof YAMLException)) return { problem: "is not YAML" };
    // The quoted part of the file may be part of a key or a hash.
    const reason = error.reason.replaceAll(/"[^"]*"/g, "…");
    const line = error.mark === undefined ? "" : `, line ${error.mark.line + 1}`;
    return { problem: `is not YAML: ${reason}${line}` };
  }
}

/** The certificate and key of a section; undefined if it does not configure TLS. */
function readCertificate(
  path: string,
  tls: TlsSection | null | undefined,
  readText: ReadText,
): Result<WebCertificate | undefined> {
  if (!tls || Object.keys(tls).length === 0) return { value: undefined };
  const read = (kind: "cert" | "key") => {
    const inline = tls[kind];
    const file = tls[`${kind}_file`];
    const key = `${NAME}: tls_server_config.${kind}`;
    if (inline && file) return { problem: `${key} and ${kind}_file are both set; keep one` };
    if (inline) return { text: inline };
    if (!file) return { problem: `${key}_file is missing; write the name of the file` };
    const absolute = isAbsolute(file) ? file : join(dirname(path), file);
    return readFileValue(`${key}_file`, absolute, readText);
  };
  const [cert, key] = [read("cert"), read("key")];
  if (cert.text === undefined || key.text === undefined) {
    return { problems: [cert.problem, key.problem].filter((problem) => problem !== undefined) };
  }
  const problem = keyPairProblem(cert.text, key.text);
  if (problem !== undefined) return { problems: [`${NAME}: tls_server_config ${problem}`] };
  return { value: { cert: cert.text, key: new Secret(key.text) } };
}

/** The problem of a certificate and its key, without any part of them; undefined if they match. */
function keyPairProblem(cert: string, key: string): string | undefined {
  const certificate = attempt(() => new X509Certificate(cert));
  if (certificate === undefined) return "has a certificate that is not a PEM certificate";
  if (key.includes("ENCRYPTED")) return "has a key with a passphrase; use one without";
  const secret = attempt(() => createPrivateKey(key));
  if (secret === undefined) return "has a key that is not a PEM private key";
  return certificate.checkPrivateKey(secret)
    ? undefined
    : "has a key that does not belong to the certificate; the server's own must be the first one";
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
