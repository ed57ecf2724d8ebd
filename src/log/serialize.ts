/**
 * Whatever is handed to the log as plain data that any formatter can write. What is secret in it is
 * for the caller to say.
 */

/** What is known beside the message. An `Error` is written with its causes, undefined left out. */
export type Fields = Readonly<Record<string, unknown>>;

/** Entries of one list, and values in one line: a mistake is seen, and can't do harm. */
const [mostEntries, mostValues] = [100, 500];

/** Names that every line has; a field of that name gets an underscore. */
const ownNames = ["time", "level", "msg"];

/** Fields as plain data that any formatter can write, scrubbed, bounded and without cycles. */
export function plainFields(
  fields: Fields,
  scrub: (text: string) => string,
  stacks: boolean,
): Record<string, unknown> {
  let left = mostValues;
  const above = new Set<object>();
  const spell = (value: unknown): string => {
    const clean = plain(value);
    return typeof clean === "string" ? clean : JSON.stringify(clean) ?? "";
  };
  const errorText = (error: Error): string => {
    let text = stacks && error.stack ? error.stack : `${error.name}: ${error.message}`;
    if (error instanceof AggregateError) text += ` (errors: ${spell(error.errors)})`;
    return error.cause === undefined ? text : `${text} (cause: ${spell(error.cause)})`;
  };
  const pairs = (entries: Iterable<readonly [unknown, unknown]>): Record<string, unknown> =>
    Object.fromEntries(
      [...entries].slice(0, mostEntries)
        .map(([key, value]) => [scrub(String(key)), plain(value)] as const)
        .filter(([, value]) => value !== undefined),
    );
  const plain = (value: unknown): unknown => {
    if (left-- <= 0) return "[too much]";
    if (typeof value === "string") return scrub(value);
    if (typeof value === "number" || typeof value === "bigint") {
      const text = scrub(String(value));
      return text === String(value) && Number.isFinite(value) ? value : text;
    }
    if (typeof value === "function" || typeof value === "symbol") return `[${typeof value}]`;
    if (typeof value !== "object" || value === null) return value;
    if (above.has(value)) return "[circular]";
    above.add(value);
    try {
      if (value instanceof Error) return scrub(errorText(value));
      if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
      if (Array.isArray(value) || value instanceof Set) {
        return [...value].slice(0, mostEntries).map(plain);
      }
      if (value instanceof Map || value instanceof Headers || value instanceof URLSearchParams) {
        return pairs(value);
      }
      if ("toJSON" in value && typeof value.toJSON === "function") return plain(value.toJSON());
      return pairs(Object.entries(value));
    } catch {
      return "[unreadable]";
    } finally {
      above.delete(value);
    }
  };
  return pairs(
    Object.entries(fields).map(([key, value]) => [ownNames.includes(key) ? `${key}_` : key, value]),
  );
}
