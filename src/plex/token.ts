/** What can be read from a token without a request to Plex. */

/**
 * When a token of the new kind (a JWT) expires, in ms since the epoch; `undefined` for a classic
 * token, which has no expiry (docs/plex/api.md#token-lifetime).
 */
export function tokenExpiresAt(token: string): number | undefined {
  const [, payload, signature] = token.split(".");
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const { exp } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    const expiresAt = typeof exp === "number" ? exp * 1000 : NaN;
    return Number.isNaN(new Date(expiresAt).getTime()) ? undefined : expiresAt;
  } catch {
    return undefined;
  }
}
