import assert from "node:assert/strict";
import { START } from "../../../testing/core_builders.ts";
import { later, pageOf, partOf, scrape, up } from "../../../testing/page_states.ts";

Deno.test("scrapesSection shows client, age, interval and series of each scraper, the latest first", () => {
  const scraped = later(
    up(),
    scrape(START - 40_000, "10.0.0.7", 9),
    ...[0, 15_000, 30_000].map((ms) => scrape(START + ms, "172.18.0.4")),
  );
  assert.match(
    partOf(pageOf([scraped], 39), "scrapes"),
    / 172\.18\.0\.4 9 s ago about every 15 s 143 series 10\.0\.0\.7 79 s ago once so far 9 series$/,
  );
  assert.match(partOf(pageOf([scraped], 600), "scrapes"), /9 min ago was about every 15 s/);
});

Deno.test("scrapesSection does not report manual requests as missed scrapes", () => {
  const requested = later(up(), ...[0, 50, 120].map((ms) => scrape(START + ms, "127.0.0.1")));
  assert.match(
    partOf(pageOf([requested], 60), "scrapes"),
    / 127\.0\.0\.1 \S+ .* several times at once/,
  );
});
