/**
 * All pages of metrics of one server, over restarts of the exporter: no counter series falls, even
 * if some pages lacked it, and a new one begins at 0.
 */
import assert from "node:assert/strict";
import { families } from "../../src/metrics/families.ts";
import { readPage } from "./exposition.ts";

const FAMILIES = families({ legacy: true });

/** The names of counters that outlive a process: all but those of the process itself. */
const COUNTERS: ReadonlySet<string> = new Set(
  FAMILIES.filter(({ identity, type }) => identity !== "none" && type !== "gauge")
    .flatMap(({ name, type }) =>
      type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name]
    ),
);

/** Series of the compatible families end with their play, and may begin again. */
const MAY_END = /^(?:plays_total|play_seconds_total)\{/;

/** The Go exporter shows 1 for each play. */
const BEGINS_AT_1 = /^plays_total\{/;

/** Before the first list of a process, it is not known which plays have ended. */
const PLAYS_ARE_KNOWN = /^plex_sessions\{/m;

/** The counters of all pages so far. */
export class CounterHistory {
  /** The last value of each series. */
  readonly #values = new Map<string, number>();
  #pages = 0;

  /** The number of pages so far. */
  get pages(): number {
    return this.#pages;
  }

  /** Adds the next page. Throws if a counter shows less than before, or does not begin at 0. */
  add(text: string, when: string): void {
    const page = [...readPage(text)].filter(([, { labels: { __name__: name = "" } }]) =>
      COUNTERS.has(name)
    );
    for (const [key, { value }] of page) {
      const before = this.#values.get(key);
      if (before === undefined) {
        const mayBegin = this.#pages === 0 || value === 0 || BEGINS_AT_1.test(key);
        assert.ok(mayBegin, `${key} begins at ${value} ${when}`);
      } else assert.ok(value >= before, `${key} falls from ${before} to ${value} ${when}`);
      this.#values.set(key, value);
    }
    if (PLAYS_ARE_KNOWN.test(text)) this.#forgetEnded(new Set(page.map(([key]) => key)));
    this.#pages += 1;
  }

  /** The sum of a family in the last page, of the series whose labels include these. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const wanted = Object.entries(labels).map(([label, value]) =>
      `${label}=${JSON.stringify(value)}`
    );
    return [...this.#values].filter(([key]) =>
      key.startsWith(`${name}{`) && wanted.every((label) => key.includes(label))
    ).reduce((sum, [, value]) => sum + value, 0);
  }

  #forgetEnded(shown: ReadonlySet<string>): void {
    for (const key of this.#values.keys()) {
      if (MAY_END.test(key) && !shown.has(key)) this.#values.delete(key);
    }
  }
}
