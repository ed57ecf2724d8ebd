/**
 * Reads single values of Plex's JSON, whose types cannot be relied on: Plex derives it from XML,
 * and what its table of types lacks comes out as a string (docs/plex/api.md#value-types).
 * Every function takes anything and gives `undefined` for what it cannot read; none throws. It
 * knows no field by name.
 */

/** Longest text that is kept: no title of a real item comes near, and labels stay bounded. */
const LONGEST_TEXT = 1000;

/** A decimal number and nothing else: `Number` alone would take "", " " and "0x10" as well. */
const DECIMAL = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i;

/**
 * Text, of a string or a number. NUL goes, for it separates label values in keys, and half a
 * surrogate pair becomes U+FFFD, as it would on the way out.
 */
export function toText(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : undefined;
  if (typeof value !== "string") return undefined;
  return value.slice(0, LONGEST_TEXT).replaceAll("\u0000", "").toWellFormed();
}

/** A number, also from a string. What exceeds 2^53 is no figure of Plex's. */
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

/** A number of things: a whole amount. */
export function toCount(value: unknown): number | undefined {
  const number = toAmount(value);
  return Number.isInteger(number) ? number : undefined;
}

/** A truth value, which Plex writes as `true`, `1`, `"1"` or `"true"`. */
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

/** A list; an object that stands alone is a list of one, and an absent list is empty. */
export function toList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === "object" && value !== null ? [value] : [];
}
