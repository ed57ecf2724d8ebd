/** The path of a request, normalised. */

/**
 * The path of a request target, without its query. `URL` is not used: it throws on a malformed
 * `Host` header, which Deno puts before the path unchecked, and it resolves `/x/../metrics` to
 * `/metrics`.
 */
export function pathOf(url: string): string {
  return decodePath(url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, ""));
}

/** Decodes percent-encoding. A malformed path is returned as it is, and matches no route. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
