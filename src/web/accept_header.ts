/** Parses headers that list what a client accepts, such as `Accept`: names, parameters, weights. */

/** One entry of the list. Names and parameter names are in lower case. */
export interface AcceptEntry {
  /** A media range such as `text/*`, or a coding such as `gzip`. */
  readonly name: string;
  /** All parameters except `q`, their values unquoted. */
  readonly parameters: ReadonlyMap<string, string>;
  /** From 0, not acceptable, to 1. */
  readonly weight: number;
}

/** More than any client sends. A header has room for 100,000 entries, which take 0.3 s to parse. */
const MAX_ENTRIES = 50;

/**
 * The first 50 entries in the order of the header; none if it is absent or empty. A malformed entry
 * matches nothing; a malformed weight counts as 1. Commas and semicolons inside quotes are not
 * supported: no format of the exporter contains any.
 */
export function parseAcceptHeader(header: string | null): readonly AcceptEntry[] {
  return (header ?? "").split(",", MAX_ENTRIES).map(parseEntry).filter(({ name }) => name !== "");
}

function parseEntry(entry: string): AcceptEntry {
  const [name = "", ...rest] = entry.split(";", MAX_ENTRIES);
  const parameters = new Map(rest.map((parameter) => {
    const [key = "", ...value] = parameter.split("=");
    return [key.trim().toLowerCase(), value.join("=").trim().replace(/^"(.*)"$/, "$1")] as const;
  }));
  const weight = parseWeight(parameters.get("q"));
  parameters.delete("q");
  return { name: name.trim().toLowerCase(), parameters, weight };
}

function parseWeight(text: string | undefined): number {
  const weight = text === undefined || text === "" ? 1 : Number(text);
  return Number.isNaN(weight) ? 1 : Math.min(Math.max(weight, 0), 1);
}
