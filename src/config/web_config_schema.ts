/** The format of exporter-toolkit's web configuration: each key, or why it is not supported. */
import * as z from "zod";
import { quote } from "./quote.ts";
import { Secret } from "./secret.ts";

/** A key that is an error whatever its value. */
function unsupported(reason: string) {
  return z.never(`is not supported: ${reason}; remove it`).optional();
}

/** A key whose only supported value is what the server does anyway. */
function fixed(value: string | boolean, reason: string) {
  const expected = `which is not supported: ${reason}; write ${value}, or remove it`;
  return z.literal(value, { error: ({ input }) => `is ${quote(String(input))}, ${expected}` })
    .optional();
}

/** Messages for what is not a section, or has unknown keys. */
function expected(section: string): { readonly error: z.core.$ZodErrorMap } {
  return {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `has ${issue.keys.map(quote).join(", ")}, which the format does not have`
        : `must be ${section}`,
  };
}

const text = z.string("must be a string");

const NO_CLIENT_CERTIFICATES = "client certificates are not verified";
const FIXED_VERSIONS = "the server accepts TLS 1.2 and 1.3, which cannot be changed";
const FIXED_CIPHERS = "the server chooses among secure ones itself";

const tlsSection = z.strictObject({
  cert_file: text.nullish(),
  key_file: text.nullish(),
  cert: text.nullish(),
  key: text.nullish(),
  client_auth_type: fixed("NoClientCert", NO_CLIENT_CERTIFICATES),
  client_ca_file: unsupported(NO_CLIENT_CERTIFICATES),
  client_ca: unsupported(NO_CLIENT_CERTIFICATES),
  client_allowed_sans: unsupported(NO_CLIENT_CERTIFICATES),
  min_version: fixed("TLS12", FIXED_VERSIONS),
  max_version: fixed("TLS13", FIXED_VERSIONS),
  cipher_suites: unsupported(FIXED_CIPHERS),
  prefer_server_cipher_suites: unsupported(FIXED_CIPHERS),
  curve_preferences: unsupported(FIXED_CIPHERS),
}, expected("a section of keys"));

const header = text
  .regex(/^[\x20-\x7e]*$/, "contains a character that a header cannot contain").nullish();

/** A header that has one of `values`. An empty text counts as not set. */
function headerOf(...values: readonly string[]) {
  return z.enum(["", ...values], {
    error: ({ input }) => `is ${quote(String(input))}; write ${values.join(" or ")}`,
  }).nullish();
}

/** The only headers that the format allows. */
const headers = z.strictObject({
  "Content-Security-Policy": header,
  "X-Frame-Options": headerOf("deny", "sameorigin"),
  "X-Content-Type-Options": headerOf("nosniff"),
  "X-XSS-Protection": header,
  "Strict-Transport-Security": header,
}, expected("a section of headers"));

/**
 * A bcrypt hash. Messages contain no part of it but the cost, which is at most 16: verification
 * then takes about 5 s and each step doubles it; a scrape times out after 10 s.
 */
const hash = z.string("must be a bcrypt hash in quotes")
  .regex(/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/, {
    error: "is not a bcrypt hash; create one with: htpasswd -nBC 10 NAME",
    abort: true,
  })
  .regex(/^.{4}(0[4-9]|1[0-6])/, {
    error: ({ input }) =>
      `has cost ${input?.slice(4, 6)}; create a hash with cost 4 to 16, such as 10`,
  })
  .transform((text) => new Secret(text));

const users = z.record(z.string().regex(/^[^:\p{Cc}]+$/u), hash, {
  error: ({ code }) =>
    code === "invalid_key"
      ? "is not a user name: it is empty, or contains a colon or a control character"
      : "must be a section of names and hashes",
});

/** The whole file. */
export const webFile = z.strictObject({
  tls_server_config: tlsSection.nullish(),
  http_server_config: z.strictObject({
    http2: fixed(true, "the server always offers HTTP/2 over TLS"),
    headers: headers.nullish(),
  }, expected("a section of keys")).nullish(),
  // z.record() skips the name, and without its only user the server would be open to everyone.
  basic_auth_users: z.unknown()
    .refine((section) => !Object.hasOwn(Object(section), "__proto__"), "has the name __proto__")
    .pipe(users.nullish()).optional(),
  rate_limit: unsupported("the exporter has no rate limit"),
}, expected("a file of keys"));

/** The parsed file. */
export type WebFile = z.infer<typeof webFile>;
