/**
 * Prometheus label sets of the typed keys of the core. Label names are written in this folder only.
 * A key object has one label set, which is built once: rendered label text is cached by the
 * identity of that object.
 */

/** A label set: values by label name. */
export type Labels = Readonly<Record<string, string>>;

/** How keys of one type become label sets. */
export interface LabelMapping<Key> {
  /** The label names, in the order in which they are rendered. */
  readonly names: readonly string[];
  /** The label set of a key; the same object for the same key object. */
  of(key: Key): Labels;
}

type TextField<Key> = {
  [Field in keyof Key]: Key[Field] extends string ? Field : never;
}[keyof Key];

/** Where a label's value comes from: a text field of the key, or a function of the key. */
type LabelSource<Key> = TextField<Key> | ((key: Key) => string);

/** The mapping in which each label takes its value from a field of the key or from a function. */
export function labelsOf<Key extends object>(
  sources: Readonly<Record<string, LabelSource<Key>>>,
): LabelMapping<Key> {
  const getters = Object.entries(sources).map(([name, source]) =>
    [name, typeof source === "function" ? source : (key: Key) => key[source] as string] as const
  );
  const cache = new WeakMap<Key, Labels>();
  return {
    names: Object.keys(sources),
    of(key) {
      const cached = cache.get(key);
      if (cached !== undefined) return cached;
      const labels = Object.fromEntries(getters.map(([name, get]) => [name, get(key)]));
      cache.set(key, labels);
      return labels;
    },
  };
}

/** The key of families without labels of their own. */
export const NO_KEY = {};

/** The mapping of families without labels of their own. */
export const NO_LABELS: LabelMapping<object> = labelsOf({});
