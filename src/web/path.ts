/**
 * The path that a request asks for, in one spelling. It does not know which paths there are.
 */

/**
 * The path of a request target, without its query. Not by `URL`, which throws for a strange `Host`
 * header (Deno puts it in front unchecked), and which would take `/x/../metrics` for `/metrics`.
 */
export function pathOf(url: string): string {
  return decodePath(url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, ""));
}

/** `/%6detrics` is `/metrics`. What can't be decoded stays as it is, and is found nowhere. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
