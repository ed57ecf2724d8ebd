/** How messages quote what the user wrote: short, on one line, without anything like a token. */

/** What may be a token that was written into the wrong variable. */
const TOKEN_PATTERNS: readonly RegExp[] = [
  // Anything after the word "token".
  /(?<=token["']?\s*[=:]\s*)[^\s&]+/gi,
  // A JSON Web Token, including its dots.
  /\beyJ[\w.-]+/g,
  // Letters of both cases, or letters and digits, in one long word.
  /(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z\d])[\w-]{16,}/g,
];

/** `text` with everything that may be a token replaced by `…`. */
export function redactTokens(text: string): string {
  return TOKEN_PATTERNS.reduce((redacted, pattern) => redacted.replace(pattern, "…"), text);
}

/** `text` in quotes: redacted, cut to one line, control characters escaped. */
export function quote(text: string): string {
  const redacted = redactTokens(text);
  return JSON.stringify(redacted.length > 60 ? `${redacted.slice(0, 60)}…` : redacted);
}
