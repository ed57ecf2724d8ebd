/** The file of WEB_CONFIG_FILE: what it may contain, and the messages for what it may not. */
import assert from "node:assert/strict";
import { Secret } from "../../../src/config/mod.ts";
import { readWebConfig, type WebConfig } from "../../../src/config/web_config.ts";
import { makeSelfSigned } from "../../testing/certificates.ts";

const CERTIFICATE = await makeSelfSigned();
const OTHER = await makeSelfSigned();
const HASH = "$2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze";

const FILES: Readonly<Record<string, string>> = {
  "/etc/exporter/server.crt": CERTIFICATE.cert,
  "/etc/exporter/keys/server.key": CERTIFICATE.key,
  "/etc/exporter/other.key": OTHER.key,
  "/run/server.crt": CERTIFICATE.cert,
};

function read(text: string) {
  return readWebConfig("/etc/exporter/web.yml", (path) => {
    const found = path === "/etc/exporter/web.yml" ? text : FILES[path];
    if (found === undefined) throw new Error("No such file or directory (os error 2)");
    return found;
  });
}

function accept(text: string): WebConfig {
  const { value: web, problems } = read(text);
  assert.deepEqual(problems, undefined);
  assert.ok(web);
  return web;
}

function refuse(text: string): string {
  const { problems } = read(text);
  assert.ok(problems, "it was taken");
  for (const problem of problems) {
    assert.match(problem, /^WEB_CONFIG_FILE/);
    assert.ok(!problem.includes("mDwo") && !problem.includes("PRIVATE KEY"), problem);
  }
  return problems.join("\n");
}

const TLS = "tls_server_config:\n  cert_file: server.crt\n  key_file: keys/server.key\n";

Deno.test("readWebConfig() reads certificate, users and headers, with paths relative to its own", () => {
  const web = accept(`${TLS}  min_version: TLS12
  max_version: TLS13
  client_auth_type: NoClientCert
http_server_config:
  http2: true
  headers:
    Strict-Transport-Security: max-age=31536000
    X-Frame-Options: deny
    Content-Security-Policy: ""
basic_auth_users:
  alice: ${HASH}
  1984: ${HASH}
`);
  assert.equal(web.certificate?.cert, CERTIFICATE.cert);
  assert.equal(web.certificate?.key.reveal(), CERTIFICATE.key);
  assert.deepEqual([...web.users.keys()].sort(), ["1984", "alice"]);
  assert.equal(web.users.get("alice")?.reveal(), HASH);
  assert.deepEqual(web.headers, {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Frame-Options": "deny",
  });
});

Deno.test("readWebConfig() accepts an inline certificate and key, and absolute paths", () => {
  const indent = (text: string) => text.trim().split("\n").map((line) => `    ${line}`).join("\n");
  const web = accept(
    `tls_server_config:\n  cert_file: /run/server.crt\n  key: |\n${indent(CERTIFICATE.key)}\n`,
  );
  assert.equal(web.certificate?.cert, CERTIFICATE.cert);
  assert.equal(web.certificate?.key.reveal().trim(), CERTIFICATE.key.trim());
});

Deno.test("readWebConfig() accepts a file without TLS and users: plain HTTP for everyone", () => {
  const open = ["", "# nothing\n", "{}", "basic_auth_users: {}", "tls_server_config:\n"];
  for (const text of open) {
    const { certificate, users, headers } = accept(text);
    assert.deepEqual([certificate, users.size, headers], [undefined, 0, {}], text);
  }
});

Deno.test("readWebConfig() rejects every key of the format that is not supported, with the reason", () => {
  const keys: readonly (readonly [string, RegExp])[] = [
    ["client_auth_type: RequireAndVerifyClientCert", /client certificates are not verified/],
    ["client_ca_file: ca.crt", /client certificates are not verified; remove it/],
    ["client_ca: PEM", /client certificates are not verified/],
    ["client_allowed_sans: [prometheus]", /client certificates are not verified/],
    ["min_version: TLS13", /min_version is "TLS13".*TLS 1\.2 and 1\.3.*write TLS12/],
    ["min_version: TLS11", /write TLS12/],
    ["min_version: TLS10", /write TLS12/],
    ["max_version: TLS12", /write TLS13/],
    ["cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]", /chooses among secure ones/],
    ["prefer_server_cipher_suites: false", /chooses among secure ones/],
    ["curve_preferences: [X25519]", /chooses among secure ones/],
    ["cert_fil: server.crt", /tls_server_config has "cert_fil", which the format does not have/],
  ];
  for (const [key, reason] of keys) {
    const message = refuse(`${TLS}  ${key}\n`);
    assert.match(message, reason, key);
    assert.match(message, new RegExp(key.split(":")[0] ?? ""), key);
  }
  assert.match(refuse("rate_limit:\n  interval: 1s\n"), /rate_limit is not supported/);
  assert.match(
    refuse("http_server_config:\n  http2: false\n"),
    /http2 is "false".*always offers HTTP\/2/,
  );
  assert.match(
    refuse("http_server_config:\n  http3: false\n"),
    /"http3", which the format does not have/,
  );
  assert.match(refuse("basic_auth: {}\n"), /has "basic_auth", which the format does not have/);
});

Deno.test("readWebConfig() rejects unknown headers and values", () => {
  const header = (text: string) => refuse(`http_server_config:\n  headers:\n    ${text}\n`);
  assert.match(header("Server: mine"), /headers has "Server", which the format does not have/);
  assert.match(
    header("X-Frame-Options: DENY"),
    /X-Frame-Options is "DENY"; write deny or sameorigin/,
  );
  assert.match(header("X-Content-Type-Options: sniff"), /write nosniff/);
  assert.match(header('X-XSS-Protection: "a\\nb"'), /character that a header cannot contain/);
});

Deno.test("readWebConfig() rejects malformed and too expensive bcrypt hashes", () => {
  const hash = (text: string) => refuse(`basic_auth_users:\n  alice: ${text}\n`);
  assert.match(hash("secret"), /basic_auth_users\.alice is not a bcrypt hash.*htpasswd/);
  assert.match(hash("$2x" + HASH.slice(3)), /is not a bcrypt hash/);
  assert.match(hash(HASH.slice(0, -1)), /is not a bcrypt hash/);
  assert.match(hash(HASH.replace("$10$", "$17$")), /has cost 17; create a hash with cost 4 to 16/);
  assert.match(hash("12345"), /must be a bcrypt hash in quotes/);
  assert.match(refuse(`basic_auth_users:\n  "a:b": ${HASH}\n`), /not a user name/);
  assert.match(refuse(`basic_auth_users: [alice]\n`), /section of names and hashes/);
  assert.match(refuse(`basic_auth_users: { __proto__: ${HASH} }\n`), /has the name __proto__/);
});

Deno.test("readWebConfig() names an unreadable or malformed certificate file", () => {
  const tls = (cert: string, key: string) =>
    refuse(`tls_server_config:\n  cert_file: ${cert}\n  key_file: ${key}\n`);
  assert.match(
    tls("none.crt", "keys/server.key"),
    /cert_file: cannot read the file "\/etc\/exporter\/none\.crt"/,
  );
  assert.match(tls("web.yml", "keys/server.key"), /certificate that is not a PEM certificate/);
  assert.match(tls("server.crt", "server.crt"), /key that is not a PEM private key/);
  assert.match(tls("server.crt", "other.key"), /does not belong to the certificate/);
  assert.match(refuse("tls_server_config:\n  cert_file: server.crt\n"), /key_file is missing/);
  assert.match(refuse(`${TLS}  key: x\n`), /key and key_file are both set; keep one/);
  const both = refuse("tls_server_config:\n  min_version: TLS12\n");
  assert.match(both, /cert_file is missing[^]*key_file is missing/);
});

Deno.test("readWebConfig() reports the line of a YAML error without quoting the file", () => {
  assert.match(refuse(`basic_auth_users:\n  alice: "${HASH}\n`), /is not YAML: .*, line \d+$/);
  assert.match(
    refuse(`basic_auth_users:\n  a: ${HASH}\n  a: ${HASH}\n`),
    /duplicated mapping key, line \d/,
  );
  assert.match(refuse("a: *b\n"), /alias/);
  assert.match(refuse("- a\n"), /must be a file of keys/);
});

Deno.test("readWebConfig() reports an unreadable file", () => {
  const { problems } = readWebConfig("/run/none", () => {
    throw new Error("No such file");
  });
  assert.match(
    problems?.join() ?? "",
    /^WEB_CONFIG_FILE: cannot read the file "\/run\/none"/,
  );
});

Deno.test("readWebConfig() shows no key and no hash when its result is printed", () => {
  const web = accept(`${TLS}basic_auth_users:\n  alice: ${HASH}\n`);
  const texts = [
    JSON.stringify(web),
    JSON.stringify([...web.users]),
    Deno.inspect(web, { depth: 9 }),
  ];
  for (const text of texts) assert.ok(!text.includes("mDwo") && !text.includes("PRIVATE"), text);
  assert.ok(web.users.get("alice") instanceof Secret);
});
