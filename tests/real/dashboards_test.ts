/**
 * The dashboards and alerts on a real Prometheus that holds what the real exporter said of two
 * simulated houses: two busy days scraped every 15 s, and a normal week scraped every minute.
 */
import assert from "node:assert/strict";
import { firing } from "../dashboards/proofs/alerts.ts";
import { proveFacts } from "../dashboards/proofs/facts.ts";
import { proveOriginal } from "../dashboards/proofs/original.ts";
import {
  proveAnswers,
  proveFreshness,
  provePlays,
  proveStreams,
  proveTiles,
  proveTotals,
} from "../dashboards/proofs/panels.ts";
import { EXPECTED_ALERTS } from "../dashboards/simulation/incidents.ts";
import { type Kind, record } from "../testing/recording.ts";

const HAS_TIME = Deno.env.get("LONG_SPANS") !== undefined;

/** The task `test:week` lives both for a week, and looks as often as in the two days. */
const SPANS: readonly Kind[] = [
  { name: "busy", days: HAS_TIME ? 7 : 2, everyS: 15 },
  { name: "normal", days: 7, everyS: HAS_TIME ? 15 : 60 },
];

/** In how many of the busy minutes the original's query for streams now is right, at least. */
const STREAMS_RIGHT = { busy: 0.92, normal: 0.89 } as const;

Deno.test("the dashboards and alerts tell the truth about two busy days and a normal week", async (t) => {
  // Each in a process of its own: both at once take as long as the longer.
  const recordings = await Promise.all(SPANS.map(record));
  try {
    for (const [index, { truth, archive }] of recordings.entries()) {
      const { name, days, everyS } = SPANS[index] ?? { name: "normal", days: 0, everyS: 0 };
      const span = `${days} ${name} days at ${everyS} s`;
      await t.step(
        `${span}: every panel of every dashboard answers`,
        () => proveAnswers(archive, truth),
      );
      await t.step(
        `${span}: at first, when nobody has watched anything, the first rows say so`,
        () => proveFreshness(archive, truth),
      );
      await t.step(
        `${span}: what panels total is within 1 % of what was played`,
        () => proveTotals(archive, truth),
      );
      await t.step(
        `${span}: plays are within 0.5 %, and exact by the samples`,
        () => provePlays(archive, truth),
      );
      await t.step(
        `${span}: streams now are those of Plex's own list`,
        () => proveStreams(archive, truth),
      );
      await t.step(
        `${span}: tiles of streams say what the list said`,
        () => proveTiles(archive, truth),
      );
      await t.step(
        `${span}: servers and libraries are shown as they are`,
        () => proveFacts(archive, truth),
      );
      await t.step(`${span}: the original dashboard's queries are right`, async () => {
        const right = await proveOriginal(archive, truth);
        assert.ok(right >= STREAMS_RIGHT[name], `streams right in ${right} of busy minutes`);
      });
      await t.step(`${span}: the alerts that fire are those with a reason`, async () => {
        const expected = name === "busy" ? Object.keys(EXPECTED_ALERTS).sort() : [];
        assert.deepEqual(await firing(archive, truth), expected);
      });
    }
  } finally {
    for (const recording of recordings) await recording[Symbol.asyncDispose]();
  }
});
