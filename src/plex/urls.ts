/** The URLs under a server's address, and the headers of every request and handshake. */

/** The name under which Plex and plex.tv list the exporter. */
export const PRODUCT_NAME = "Prometheus Plex Exporter";

/**
 * Constant, since Plex keeps a row of its devices table for every value
 * (docs/plex/api.md#client-identifier).
 */
const PRODUCT = {
  "X-Plex-Client-Identifier": "prometheus-plex-exporter",
  "X-Plex-Product": PRODUCT_NAME,
} as const;

/**
 * The URL of `path`, which starts with a slash, under the server's address, which may have a path
 * prefix and end with a slash: Plex answers 404 to a double slash. `query` is already encoded.
 * Nothing else of the address is kept, in particular no password.
 */
export function plexUrl(server: URL, path: string, query = ""): URL {
  const url = new URL(server);
  url.username = "";
  url.password = "";
  url.pathname = url.pathname.replace(/\/+$/, "") + path;
  url.search = query;
  url.hash = "";
  return url;
}

/** The URL of a WebSocket; see {@link plexUrl}. */
export function socketUrl(server: URL, path: string, query = ""): URL {
  const url = plexUrl(server, path, query);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
}

/**
 * The headers of a request. The token is sent only here: in a query it would be logged. Characters
 * that are not allowed in a header are removed from it; such a token is invalid, and Plex's answer
 * says so without quoting it, as an exception would.
 */
export function plexHeaders(
  token: string,
): Readonly<Record<string, string> & { "X-Plex-Token": string }> {
  return {
    ...PRODUCT,
    "Accept": "application/json",
    "X-Plex-Token": token.replace(/[^\x21-\x7e]/g, ""),
  };
}
