import assert from "node:assert/strict";
import fc from "fast-check";
import {
  beginScrape,
  completeScrape,
  isShown,
  lastScrapeAt,
  medianIntervalMs,
  NO_SCRAPES,
} from "../../../src/core/scrapes.ts";
import { after, START } from "../../testing/core_builders.ts";
import { arbitraryEvents } from "../../testing/arbitrary_events.ts";

const scrape = (at: number, client = "172.18.0.4", number = 1, series = 143) =>
  ({ at, scrape: number, client, series }) as const;

Deno.test("Scrapes.begun numbers scrapes, and Scrapes.completed never decreases", () => {
  const begun = beginScrape(beginScrape(NO_SCRAPES));
  assert.equal(begun.begun, 2);
  const second = completeScrape(begun, scrape(START, "a", 2));
  const first = completeScrape(second, scrape(START, "a", 1));
  assert.equal(first.completed, 2);
  assert.equal(first.begun, 2);
});

Deno.test("isShown is true once a scrape that began after the counter's creation has completed", () => {
  const begun = beginScrape(beginScrape(NO_SCRAPES));
  const shown = (completed: number) =>
    [0, 1, 2].map((createdAtScrape) => isShown({ createdAtScrape }, { ...begun, completed }));
  assert.deepEqual(shown(0), [false, false, false]);
  assert.deepEqual(shown(1), [true, false, false]);
  assert.deepEqual(shown(2), [true, true, false]);
});

Deno.test("lastScrapeAt is the end of the last scrape of any client", () => {
  assert.equal(lastScrapeAt(NO_SCRAPES), undefined);
  const first = completeScrape(NO_SCRAPES, scrape(START + 5, "a"));
  assert.equal(lastScrapeAt(completeScrape(first, scrape(START, "b"))), START + 5);
});

Deno.test("medianIntervalMs ignores a missed scrape", () => {
  const times = [0, 15, 30, 60, 75, 90].map((s) => START + s * 1000);
  const scrapes = times.reduce((before, at) => completeScrape(before, scrape(at)), NO_SCRAPES);
  const scraper = scrapes.scrapers.get("172.18.0.4");
  assert.ok(scraper);
  assert.equal(medianIntervalMs(scraper), 15_000);
  assert.equal(scraper.completedAt.at(-1), START + 90_000);
});

Deno.test("medianIntervalMs is undefined before the second scrape", () => {
  const once = completeScrape(NO_SCRAPES, scrape(START, "a", 1, 7)).scrapers.get("a");
  assert.ok(once);
  assert.equal(medianIntervalMs(once), undefined);
  assert.equal(once.series, 7);
});

Deno.test("completeScrape distinguishes clients by address and drops the least recent one", () => {
  let scrapes = NO_SCRAPES;
  for (let host = 0; host < 8; host++) scrapes = completeScrape(scrapes, scrape(START, `h${host}`));
  scrapes = completeScrape(scrapes, scrape(START + 1, "h0"));
  scrapes = completeScrape(scrapes, scrape(START + 2, "h8"));
  assert.deepEqual([...scrapes.scrapers.keys()], ["h2", "h3", "h4", "h5", "h6", "h7", "h0", "h8"]);
});

Deno.test("completeScrape limits clients and times, and keeps times in order", () => {
  fc.assert(fc.property(arbitraryEvents, (events) => {
    const { scrapers } = after(...events).scrapes;
    assert.ok(scrapers.size <= 8);
    for (const scraper of scrapers.values()) {
      const { completedAt } = scraper;
      assert.ok(completedAt.length >= 1 && completedAt.length <= 6);
      assert.deepEqual(completedAt, completedAt.toSorted((a, b) => a - b));
      assert.ok((medianIntervalMs(scraper) ?? 0) >= 0);
    }
  }));
});
