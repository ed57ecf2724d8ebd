/** The format of exporter-toolkit's web configuration: each key, or why it is not supported. */
import * as z from "zod";
import { quote } from "./quote.ts";

/** A key that is an error whatever its value. */
function unsupported(reason: string) {
  return z.any().optional().superRefine((value, context) => {
    if (value !== undefined) context.addIssue(`is not supported: ${reason}; remove it`);
  });
}

/** A key whose only supported value is what the server does anyway. */
function only(supported: unknown, reason: string) {
  return z.any().optional().superRefine((value, context) => {
    if (value === undefined || value === supported) return;
    context.addIssue(
      `is ${
        quote(String(value))
      }, which is not supported: ${reason}; write ${supported}, or remove it`,
    );
  });
}

const text = z.string("must be a string").nullish();
const NO_CLIENT_CERTIFICATES = "client certificates are not verified";
const FIXED_VERSIONS = "the server accepts TLS 1.2 and 1.3, which cannot be changed";
const FIXED_CIPHERS = "the server chooses among secure ones itself";

const tlsSection = z.strictObject({
  cert_file: text,
  key_file: text,
  cert: text,
  key: text,
  client_auth_type: only("NoClientCert", NO_CLIENT_CERTIFICATES),
  client_ca_file: unsupported(NO_CLIENT_CERTIFICATES),
  client_ca: unsupported(NO_CLIENT_CERTIFICATES),
  client_allowed_sans: unsupported(NO_CLIENT_CERTIFICATES),
  min_version: only("TLS12", FIXED_VERSIONS),
  max_version: only("TLS13", FIXED_VERSIONS),
  cipher_suites: unsupported(FIXED_CIPHERS),
  prefer_server_cipher_suites: unsupported(FIXED_CIPHERS),
  curve_preferences: unsupported(FIXED_CIPHERS),
}, expected("a section of keys"));

/** A header, with the values that the format allows; without values: any. */
function headerText(...values: readonly string[]) {
  return z.string("must be a string").superRefine((value, context) => {
    if (!/^[\x20-\x7e]*$/.test(value)) {
      context.addIssue("contains a character that a header cannot contain");
    } else if (value !== "" && values.length > 0 && !values.includes(value)) {
      context.addIssue(`is ${quote(value)}; write ${values.join(" or ")}`);
    }
  }).nullish();
}

/** The only headers that the format allows. */
const headers = z.strictObject({
  "Content-Security-Policy": headerText(),
  "X-Frame-Options": headerText("deny", "sameorigin"),
  "X-Content-Type-Options": headerText("nosniff"),
  "X-XSS-Protection": headerText(),
  "Strict-Transport-Security": headerText(),
}, expected("a section of headers"));

/** Verification at this cost takes about 5 s and each step doubles it; a scrape times out after 10 s. */
const MAX_COST = 16;

/** A bcrypt hash. Messages contain no part of it. */
const hash = z.string("must be a bcrypt hash in quotes").superRefine((value, context) => {
  const cost = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(value)?.[1];
  if (cost === undefined) {
    context.addIssue("is not a bcrypt hash; create one with: htpasswd -nBC 10 NAME");
  } else if (Number(cost) < 4 || Number(cost) > MAX_COST) {
    context.addIssue(`has cost ${cost}; create a hash with cost 4 to ${MAX_COST}, such as 10`);
  }
});

const users = z.record(z.string().regex(/^[^:\p{Cc}]+$/u), hash, {
  error: ({ code }) =>
    code === "invalid_key"
      ? "is not a user name: it is empty or contains a colon"
      : "must be a section of names and hashes",
});

/** The whole file. */
export const webFile = z.strictObject({
  tls_server_config: tlsSection.nullish(),
  http_server_config: z.strictObject({
    http2: only(true, "the server always offers HTTP/2 over TLS"),
    headers: headers.nullish(),
  }, expected("a section of keys")).nullish(),
  basic_auth_users: z.any().optional().superRefine((section, context) => {
    // zod skips this key, and without its only user the server would be open to everyone.
    if (Object.hasOwn(section ?? {}, "__proto__")) context.addIssue("has the name __proto__");
  }).pipe(users.nullish()),
  rate_limit: unsupported("the exporter has no rate limit"),
}, expected("a file of keys"));

/** The parsed file. */
export type WebFile = z.infer<typeof webFile>;

/** The parsed TLS section. */
export type TlsSection = z.infer<typeof tlsSection>;

/** Messages for a section that is something else, or has unknown keys. */
function expected(section: string) {
  return {
    error: (issue: { readonly code?: string; readonly keys?: readonly PropertyKey[] }): string =>
      issue.code === "unrecognized_keys"
        ? `has ${
          issue.keys?.map((key) => quote(String(key))).join(", ")
        }, which the format does not have`
        : `must be ${section}`,
  };
}
