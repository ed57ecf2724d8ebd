/** Turns the fields of a log record into plain data that any formatter can write. */

/** Values besides the message. An `Error` is written with its causes; undefined is left out. */
export type Fields = Readonly<Record<string, unknown>>;

/** Limits that keep a line readable if a large object is logged by mistake. */
const MAX_ENTRIES = 100;
const MAX_VALUES = 500;

/** Names that every line has; a field of the same name gets an underscore. */
const RESERVED_NAMES = ["time", "level", "msg"];

/** Fields as plain data: every text passed through `redact`, bounded, without cycles. */
export function serializeFields(
  fields: Fields,
  redact: (text: string) => string,
  withStacks: boolean,
): Record<string, unknown> {
  let remaining = MAX_VALUES;
  const ancestors = new Set<object>();
  const inline = (value: unknown): string => {
    const clean = serialize(value);
    return typeof clean === "string" ? clean : JSON.stringify(clean) ?? "";
  };
  const errorText = (error: Error): string => {
    let text = withStacks && error.stack ? error.stack : `${error.name}: ${error.message}`;
    if (error instanceof AggregateError) text += ` (errors: ${inline(error.errors)})`;
    return error.cause === undefined ? text : `${text} (cause: ${inline(error.cause)})`;
  };
  const pairs = (entries: Iterable<readonly [unknown, unknown]>): Record<string, unknown> =>
    Object.fromEntries(
      [...entries].slice(0, MAX_ENTRIES)
        .map(([key, value]) => [redact(String(key)), serialize(value)] as const)
        .filter(([, value]) => value !== undefined),
    );
  const serialize = (value: unknown): unknown => {
    if (remaining-- <= 0) return "[too much]";
    if (typeof value === "string") return redact(value);
    if (typeof value === "number" || typeof value === "bigint") {
      const text = redact(String(value));
      return text === String(value) && Number.isFinite(value) ? value : text;
    }
    if (typeof value === "function" || typeof value === "symbol") return `[${typeof value}]`;
    if (typeof value !== "object" || value === null) return value;
    if (ancestors.has(value)) return "[circular]";
    ancestors.add(value);
    try {
      if (value instanceof Error) return redact(errorText(value));
      if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
      if (Array.isArray(value) || value instanceof Set) {
        return [...value].slice(0, MAX_ENTRIES).map(serialize);
      }
      if (value instanceof Map || value instanceof Headers || value instanceof URLSearchParams) {
        return pairs(value);
      }
      if ("toJSON" in value && typeof value.toJSON === "function") return serialize(value.toJSON());
      return pairs(Object.entries(value));
    } catch {
      return "[unreadable]";
    } finally {
      ancestors.delete(value);
    }
  };
  return pairs(
    Object.entries(fields).map((
      [key, value],
    ) => [RESERVED_NAMES.includes(key) ? `${key}_` : key, value]),
  );
}
