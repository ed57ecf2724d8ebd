/** Random mutations of real responses: values, structure and bytes. It asserts nothing. */
import fc from "fast-check";

/** A change of a document at a numbered place, modulo the number of places. */
export interface Mutation {
  readonly place: number;
  readonly what: "replace" | "drop" | "double" | "flood" | "wrap" | "lift" | "bury" | "lengthen";
  /** The replacement. */
  readonly other: unknown;
}

/** Values that break careless parsers. */
const ODD: readonly unknown[] = [
  ...[null, true, "", " ", "0", "-1", "NaN", "1e999", "0x10", "\u0000", "\uD800", "__proto__"],
  ...[-1, 0.5, 1e308, 2 ** 53, -(2 ** 31), [], {}, [[]], [null], { length: 1e9 }],
  ...['a"b\\c\nd', "{}\u2028", "transcode", "copy", "playing", "stopped", "episode", "-2", "1"],
];

/** A random mutation. */
export const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat(100_000),
  what: fc.oneof(
    { weight: 6, arbitrary: fc.constant("replace" as const) },
    {
      weight: 6,
      arbitrary: fc.constantFrom("drop", "double", "wrap", "lift", "lengthen" as const),
    },
    { weight: 1, arbitrary: fc.constantFrom("flood", "bury" as const) },
  ) as fc.Arbitrary<Mutation["what"]>,
  other: fc.oneof(fc.constantFrom(...ODD), fc.jsonValue({ maxDepth: 2 })),
});

type Branch = Record<string, unknown>;

/** Every place of a document: its parent and key. */
function places(value: unknown): { holder: Branch; key: string }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    { holder: value as Branch, key },
    ...places(child),
  ]);
}

/** Repeats a value many times, within the maximum size of a response. */
function flood(value: unknown): unknown[] {
  const bytes = (JSON.stringify(value) ?? "").length + 1;
  return Array(Math.min(20_000, Math.ceil(4_000_000 / bytes))).fill(value);
}

/** Levels of nesting, deeper than a recursive parser can handle. */
const DEPTH = 20_000;

function change(value: unknown, { what, other }: Mutation): unknown {
  switch (what) {
    case "replace":
      return other;
    case "drop":
      return undefined;
    case "double":
      return Array.isArray(value) ? [...value, ...value] : [value, value];
    case "flood":
      return flood(Array.isArray(value) ? value[0] ?? other : value);
    case "wrap":
      return { MediaContainer: value, Metadata: [value] };
    case "lift":
      return typeof value === "object" && value !== null ? Object.values(value)[0] : [value];
    case "bury":
      return NESTED;
    case "lengthen":
      return String(value).repeat(Math.ceil(5_000 / Math.max(1, String(value).length)));
  }
}

/** A placeholder for deep nesting, which is inserted as text. */
const NESTED = "(nested)";

/** The text of a document after all mutations, in order. */
export function mutate(document: unknown, mutations: readonly Mutation[]): string {
  let root: Branch = { document: structuredClone(document) };
  for (const mutation of mutations) {
    const found = places(root);
    const place = found[mutation.place % found.length] ?? { holder: root, key: "document" };
    place.holder[place.key] = change(place.holder[place.key], mutation);
    // Further mutations would only cost time.
    if (mutation.what === "flood" || mutation.what === "bury") break;
    root = structuredClone(root);
  }
  const text = JSON.stringify(root.document) ?? "";
  return text.replace(`"${NESTED}"`, "[".repeat(DEPTH) + "]".repeat(DEPTH));
}

/** The bytes of a text, with some changed, cut off or repeated. */
export function corruptText(
  text: string,
  cuts: readonly (readonly [at: number, byte: number])[],
): Uint8Array<ArrayBuffer> {
  let bytes = new TextEncoder().encode(text);
  for (const [at, byte] of cuts) {
    const place = bytes.length === 0 ? 0 : at % bytes.length;
    if (byte === 0) bytes = bytes.slice(0, place);
    else if (byte === 1) {
      bytes = Uint8Array.of(...bytes.subarray(place), ...bytes.subarray(0, place));
    } else bytes[place] = byte;
  }
  return bytes;
}

/** Random changes of bytes. */
export const byteChanges: fc.Arbitrary<[number, number][]> = fc.array(
  fc.tuple(fc.nat(1_000_000), fc.nat(255)),
  { maxLength: 8 },
);
