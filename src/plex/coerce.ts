/**
 * Reads single values of Plex's JSON, whose types are unreliable: Plex derives it from XML, and
 * attributes without a known type become strings (docs/plex/api.md#value-types). Every function
 * takes any value and returns `undefined` for one that it cannot read; none throws.
 */

/** Longest text that is kept: no title of a real item comes near, and labels stay bounded. */
const MAX_TEXT_LENGTH = 1000;

/** A decimal number and nothing else: `Number` alone would take "", " " and "0x10" as well. */
const DECIMAL = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i;

/**
 * A text, from a string or a number. NUL is removed, since it separates label values in keys; an
 * unpaired surrogate becomes U+FFFD, as it would when the text is encoded.
 */
export function toText(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : undefined;
  if (typeof value !== "string") return undefined;
  return value.slice(0, MAX_TEXT_LENGTH).replaceAll("\u0000", "").toWellFormed();
}

/** A number, also from a string. A value above 2^53 is not one of Plex's. */
export function toNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && DECIMAL.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !(Math.abs(number) <= Number.MAX_SAFE_INTEGER)) {
    return undefined;
  }
  return number;
}

/** A number that cannot be negative: bytes, seconds, milliseconds, percent. */
export function toAmount(value: unknown): number | undefined {
  const number = toNumber(value);
  return number !== undefined && number >= 0 ? number : undefined;
}

/** A whole number that cannot be negative. */
export function toCount(value: unknown): number | undefined {
  const number = toAmount(value);
  return Number.isInteger(number) ? number : undefined;
}

/** A boolean, which Plex writes as `true`, `1`, `"1"` or `"true"`. */
export function toFlag(value: unknown): boolean | undefined {
  switch (typeof value === "string" ? value.toLowerCase() : value) {
    case true:
    case 1:
    case "1":
    case "true":
      return true;
    case false:
    case 0:
    case "0":
    case "false":
      return false;
    default:
      return undefined;
  }
}

/** A list; a single object is a list of one, and an absent list is empty. */
export function toList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === "object" && value !== null ? [value] : [];
}
