/** A hostile server beside a normal one. */
import assert from "node:assert/strict";
import type { Fault } from "../../src/simulator/faults.ts";
import { playFilm, sum } from "../testing/harness.ts";
import { serverLabels } from "../testing/labels.ts";
import { testWithServers } from "../testing/multi_server_harness.ts";

/** What a hostile server may send. */
const HOSTILE: Readonly<Record<string, readonly Fault[]>> = {
  "sends responses that are too large": [{ kind: "oversized", bytes: 40 << 20 }, {
    kind: "invalid frames",
  }],
  "sends ten million empty items": [{ kind: "object flood", bytes: 30 << 20 }],
  "sends gzip bombs": [{ kind: "gzip bomb", bytes: 100 << 20 }],
  "floods its socket": [{ kind: "frame storm", perSecond: 1_000 }, { kind: "bad entries" }],
};

for (const [behaviour, faults] of Object.entries(HOSTILE)) {
  testWithServers(
    `a hostile server that ${behaviour} does not affect the other server`,
    async (harness) => {
      const { clock, plexes: [good, bad], scrape } = harness;
      const viewer = playFilm(good);
      await clock.advance(12_000);
      await scrape();
      const from = clock.now();
      for (const fault of faults) {
        const affectsFrames = fault.kind.includes("frame");
        bad.faults.set(fault, affectsFrames ? {} : { path: "/status/sessions" });
      }
      let isOver = false;
      const scraping = (async () => {
        while (!isOver) {
          await scrape();
          await new Promise((resolve) => setTimeout(resolve, 25));
        }
      })();
      await clock.advance(20_000);
      viewer.pause();
      await clock.advance(20_000);
      isOver = true;
      await scraping;
      const page = await scrape();
      const labels = serverLabels(good);
      assert.equal(sum(page, "plex_up", labels), 1);
      assert.equal(sum(page, "plex_sessions", { ...labels, state: "paused" }), 1);
      const seconds = sum(page, "plex_play_seconds_total", labels);
      assert.ok(seconds >= 30 && seconds <= 34, `${seconds} s of 32 s`);
      const requests = good.requests.filter(({ template, atMs }) =>
        template === "/status/sessions" && atMs >= from
      );
      assert.ok(
        requests.length >= 4,
        `${requests.length} requests of the good server in 40 seconds`,
      );
    },
  );
}
