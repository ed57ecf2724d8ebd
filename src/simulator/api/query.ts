/**
 * The query of a request as Plex reads it: operators are part of a parameter's name.
 */

/** The parameters of a request, with the paging that headers may carry instead. */
export interface Query {
  /** The value of a parameter; its name may end with an operator, as in "at>". */
  value(name: string): string | undefined;
  /** The value of a parameter; undefined unless it is a whole number. */
  integer(name: string): number | undefined;
  /** Present only when both start and size were given (docs/plex/api.md#paging). */
  readonly page: { readonly start: number; readonly size: number } | undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** Reads a query, without its question mark. `header` returns a header by its lower-case name. */
export function readQuery(
  raw: string,
  header: (name: string) => string | undefined = () => undefined,
): Query {
  const values = new Map<string, string>();
  for (const pair of raw.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    values.set(name, equals === -1 ? "" : decode(pair.slice(equals + 1)));
  }
  const number = (name: string) => {
    const text = values.get(name) ?? header(name.toLowerCase());
    return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
  };
  const start = number("X-Plex-Container-Start");
  const size = number("X-Plex-Container-Size");
  return {
    value: (name) => values.get(name),
    integer(name) {
      const text = values.get(name);
      return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
    },
    page: start === undefined || size === undefined ? undefined : { start, size },
  };
}

/**
 * The least and the greatest value of a field that a query requests: by `=`, `>=` and `<=`, or by
 * `>>=` and `<<=`, which exclude the value itself.
 */
export function rangeOf(
  query: Query,
  field: string,
): { readonly from: number; readonly to: number } {
  const number = (operator: string, otherwise: number) =>
    query.integer(field + operator) ?? otherwise;
  return {
    from: Math.max(number("", -Infinity), number(">", -Infinity), number(">>", -Infinity) + 1),
    to: Math.min(number("", Infinity), number("<", Infinity), number("<<", Infinity) - 1),
  };
}
