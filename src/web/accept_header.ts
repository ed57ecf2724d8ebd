/**
 * Headers in which a client lists what it would take, such as `Accept`: read into the names, their
 * parameters and their weights. It does not choose between them.
 */

/** One entry of such a list. Names and parameter names are in lower case. */
export interface AcceptEntry {
  /** A media range such as `text/*`, or a coding such as `gzip`. */
  readonly name: string;
  /** All parameters but `q`, without the quotes around their values. */
  readonly parameters: ReadonlyMap<string, string>;
  /** From 0, never, to 1. */
  readonly weight: number;
}

/** More than any client lists. A header has room for 100,000, which would take 0.3 s to read. */
const MAX_ENTRIES = 50;

/**
 * The first 50 entries in the order they were sent; none for an absent or empty header. What makes
 * no sense becomes an entry that matches nothing, a weight that makes none counts as 1. Commas and
 * semicolons inside quotes are not understood: nothing that is offered here has any.
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
