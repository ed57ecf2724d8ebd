/**
 * The format of exporter-toolkit's web configuration, key by key, with the reason where a key can't
 * be honoured. It opens no file that is named in it.
 */
import * as z from "zod";
import { quote } from "./value_schemas.ts";

/** A key that is an error whatever it says. */
function refused(reason: string) {
  return z.any().optional().superRefine((value, context) => {
    if (value !== undefined) context.addIssue(`cannot be honoured: ${reason}; leave it out`);
  });
}

/** A key that may say what is done anyway, and nothing else. */
function only(right: unknown, reason: string) {
  return z.any().optional().superRefine((value, context) => {
    if (value === undefined || value === right) return;
    const said = quote(String(value));
    context.addIssue(
      `is ${said}, which cannot be honoured: ${reason}; write ${right}, or leave it out`,
    );
  });
}

const text = z.string("has to be a text").nullish();
const noClients = "the exporter asks no client for a certificate";
const bothVersions = "the server speaks TLS 1.2 and 1.3 and can't be told otherwise";
const noChoice = "the server chooses among safe ones itself";

const tlsSection = z.strictObject({
  cert_file: text,
  key_file: text,
  cert: text,
  key: text,
  client_auth_type: only("NoClientCert", noClients),
  client_ca_file: refused(noClients),
  client_ca: refused(noClients),
  client_allowed_sans: refused(noClients),
  min_version: only("TLS12", bothVersions),
  max_version: only("TLS13", bothVersions),
  cipher_suites: refused(noChoice),
  prefer_server_cipher_suites: refused(noChoice),
  curve_preferences: refused(noChoice),
}, told("a section of keys"));

/** A header with the values that the format takes; none given: any. */
function headerText(...values: readonly string[]) {
  return z.string("has to be a text").superRefine((value, context) => {
    if (!/^[\x20-\x7e]*$/.test(value)) context.addIssue("has a character that no header can have");
    else if (value !== "" && values.length > 0 && !values.includes(value)) {
      context.addIssue(`is ${quote(value)}; write ${values.join(" or ")}`);
    }
  }).nullish();
}

/** The only headers that the format knows. */
const headers = z.strictObject({
  "Content-Security-Policy": headerText(),
  "X-Frame-Options": headerText("deny", "sameorigin"),
  "X-Content-Type-Options": headerText("nosniff"),
  "X-XSS-Protection": headerText(),
  "Strict-Transport-Security": headerText(),
}, told("a section of headers"));

/** A check at this cost takes about 5 s, and every step up doubles that: a scrape waits 10 s. */
const MAX_COST = 16;

/** A bcrypt hash; what is wrong with it is told without a letter of it. */
const hash = z.string("has to be a bcrypt hash in quotes").superRefine((value, context) => {
  const cost = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(value)?.[1];
  if (cost === undefined) {
    context.addIssue("is no bcrypt hash; make one by: htpasswd -nBC 10 NAME");
  } else if (Number(cost) < 4 || Number(cost) > MAX_COST) {
    context.addIssue(`has cost ${cost}; make a hash of cost 4 to ${MAX_COST}, such as 10`);
  }
});

const users = z.record(z.string().regex(/^[^:\p{Cc}]+$/u), hash, {
  error: ({ code }) =>
    code === "invalid_key"
      ? "is no user name: it is empty or has a colon in it"
      : "has to be a section of names and hashes",
});

/** The whole file. */
export const webFile = z.strictObject({
  tls_server_config: tlsSection.nullish(),
  http_server_config: z.strictObject({
    http2: only(false, "the server speaks HTTP/1.1 alone, as without the key"),
    headers: headers.nullish(),
  }, told("a section of keys")).nullish(),
  basic_auth_users: z.any().optional().superRefine((section, context) => {
    // zod passes over this one, and a door whose only user is passed over stands open.
    if (Object.hasOwn(section ?? {}, "__proto__")) context.addIssue("has the name __proto__");
  }).pipe(users.nullish()),
  rate_limit: refused("there is no such limit"),
}, told("a file of keys"));

/** What the file may say. */
export type WebFile = z.infer<typeof webFile>;

/** What it may say of TLS. */
export type TlsSection = z.infer<typeof tlsSection>;

/** What is said of a section that is something else, or has keys that the format does not know. */
function told(right: string) {
  return {
    error: (issue: { readonly code?: string; readonly keys?: readonly PropertyKey[] }): string =>
      issue.code === "unrecognized_keys"
        ? `has ${issue.keys?.map((key) => quote(String(key))).join(", ")}, which is no key there`
        : `has to be ${right}`,
  };
}
