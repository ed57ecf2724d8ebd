/**
 * Where Plex is asked, and as whom: URLs under the server's address, and the headers of every
 * request and handshake. It sends nothing.
 */

/**
 * Always the same, for Plex keeps a row of its devices table for every value it ever saw
 * (docs/plex/api.md#client-identifier).
 */
const PRODUCT = {
  "X-Plex-Client-Identifier": "prometheus-plex-exporter",
  "X-Plex-Product": "Prometheus Plex Exporter",
} as const;

/**
 * The URL of a path of Plex's, which starts with a slash, under the server's address, which may
 * have a path prefix and a slash at its end: Plex answers 404 to a double one. `query` is encoded
 * already. Of the address nothing else is kept, least of all a password.
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

/** The URL of a socket of Plex's. */
export function socketUrl(server: URL, path: string, query = ""): URL {
  const url = plexUrl(server, path, query);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
}

/**
 * The headers of a request. The token travels here alone: in a query it would stand in logs.
 * Characters that a header cannot hold are left out of it; such a token is wrong anyway, and Plex
 * is to say so rather than an exception that quotes it.
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
