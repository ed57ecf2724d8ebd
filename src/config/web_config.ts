/**
 * The file of WEB_CONFIG_FILE, in the format of Prometheus' exporter-toolkit: TLS, users and
 * headers of the exporter's web server. A key of the format that is not supported is an error.
 */
import { dirname, isAbsolute, join } from "node:path";
import { loadAll, YAMLException } from "js-yaml";
import { keyPairProblem } from "./certificate.ts";
import { readFile, type ReadText } from "./file.ts";
import { quote } from "./quote.ts";
import type { ReadResult } from "./read_result.ts";
import { Secret } from "./secret.ts";
import { type WebFile, webFile } from "./web_config_schema.ts";

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
export function readWebConfig(path: string, readText: ReadText): ReadResult<WebConfig> {
  const file = readFile(NAME, path, readText);
  if (file.problems !== undefined) return file;
  const { value: sections, problems } = parse(file.value);
  if (problems !== undefined) {
    return { problems: problems.map((problem) => `${NAME} (${quote(path)}) ${problem}`) };
  }
  const tls = readCertificate(path, sections.tls_server_config, readText);
  if (tls.problems !== undefined) return tls;
  // An empty value means that the header is not set.
  const headers = Object.entries(sections.http_server_config?.headers ?? {})
    .flatMap(([name, text]) => text ? [[name, text] as const] : []);
  const value = {
    path,
    certificate: tls.value,
    users: new Map(Object.entries(sections.basic_auth_users ?? {})),
    headers: Object.fromEntries(headers),
  };
  return { value };
}

/** The sections of the file. Problems start with the key. */
function parse(text: string): ReadResult<WebFile> {
  try {
    const [content, ...more] = loadAll(text);
    if (more.length > 0) return { problems: ["has more than one document"] };
    const { data, error } = webFile.safeParse(content ?? {});
    if (error === undefined) return { value: data };
    return {
      problems: error.issues.map(({ path, message }) => `${path.join(".")} ${message}`.trimStart()),
    };
  } catch (error) {
    if (!(error instanceof YAMLException)) return { problems: ["is not YAML"] };
    // The quoted part of the file may be part of a key or a hash.
    const reason = error.reason.replaceAll(/"[^"]*"/g, "…");
    const line = error.mark === undefined ? "" : `, line ${error.mark.line + 1}`;
    return { problems: [`is not YAML: ${reason}${line}`] };
  }
}

/** The certificate and key of a section; undefined if it is absent or empty. */
function readCertificate(
  path: string,
  tls: WebFile["tls_server_config"],
  readText: ReadText,
): ReadResult<WebCertificate | undefined> {
  if (!tls || Object.keys(tls).length === 0) return { value: undefined };
  const section = `${NAME}: tls_server_config`;
  const read = (name: "cert" | "key"): ReadResult<string> => {
    const key = `${section}.${name}`;
    const inline = tls[name];
    const file = tls[`${name}_file`];
    if (inline && file) return { problems: [`${key} and ${name}_file are both set; keep one`] };
    if (inline) return { value: inline };
    if (!file) return { problems: [`${key}_file is missing; write the name of the file`] };
    const absolute = isAbsolute(file) ? file : join(dirname(path), file);
    return readFile(`${key}_file`, absolute, readText);
  };
  const cert = read("cert");
  const key = read("key");
  if (cert.problems !== undefined || key.problems !== undefined) {
    return { problems: [...cert.problems ?? [], ...key.problems ?? []] };
  }
  const problem = keyPairProblem(cert.value, key.value);
  if (problem !== undefined) return { problems: [`${section} ${problem}`] };
  return { value: { cert: cert.value, key: new Secret(key.value) } };
}
