/** JSON Web Tokens, the form of newer tokens of Plex. */

/** A JWT with these claims, and a synthetic signature. */
export function jwt(claims: Readonly<Record<string, unknown>>): string {
  const encode = (value: unknown) =>
    btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return [encode({ alg: "EdDSA" }), encode(claims), "synthetic-signature"].join(".");
}
