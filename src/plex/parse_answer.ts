/** Combines the steps that read an answer: from JSON to the wire, from the wire to the domain. */

/** Reads one kind of answer; `undefined` if either step cannot. */
export function pipe<W, T>(
  parse: (body: unknown) => W | undefined,
  map: (wire: W, headers: Headers) => T | undefined,
): (body: unknown, headers: Headers) => T | undefined {
  return (body, headers) => {
    const wire = parse(body);
    return wire === undefined ? undefined : map(wire, headers);
  };
}
