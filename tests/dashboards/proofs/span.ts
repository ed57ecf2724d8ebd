/** All that is proved of a recorded span: each dashboard and alert against what really happened. */
import assert from "node:assert/strict";
import { EXPECTED_ALERTS } from "../simulation/incidents.ts";
import { type Kind, record } from "../../testing/recording.ts";
import { firing } from "./alerts.ts";
import { proveFacts } from "./facts.ts";
import { proveOriginal } from "./original.ts";
import {
  proveAnswers,
  proveFreshness,
  provePlays,
  proveStreams,
  proveTiles,
  proveTotals,
} from "./panels.ts";
import { proveStorage } from "./storage.ts";

/** In how many of the busy minutes the original's query for streams now is right, at least. */
const STREAMS_RIGHT = { busy: 0.92, normal: 0.89 } as const;

/** Records a span, opens it in a Prometheus, and proves it there step by step. */
export async function proveSpan(t: Deno.TestContext, kind: Kind): Promise<void> {
  await using recording = await record(kind);
  const { truth, snapshot } = recording;
  const { name } = kind;
  await t.step("every panel of every dashboard answers", () => proveAnswers(snapshot, truth));
  await t.step(
    "at first, when nobody has watched anything, the first rows say so",
    () => proveFreshness(snapshot, truth),
  );
  await t.step(
    "what panels total is within 1 % of what was played",
    () => proveTotals(snapshot, truth),
  );
  await t.step(
    "plays are within 0.5 %, and exact by the samples",
    () => provePlays(snapshot, truth),
  );
  await t.step("streams now are those of Plex's own list", () => proveStreams(snapshot, truth));
  await t.step("tiles of streams say what the list said", () => proveTiles(snapshot, truth));
  await t.step("servers and libraries are shown as they are", () => proveFacts(snapshot, truth));
  await t.step(
    "the dashboard of storage shows what is on the disks",
    () => proveStorage(snapshot, truth),
  );
  await t.step("the original dashboard's queries are right", async () => {
    const right = await proveOriginal(snapshot, truth);
    assert.ok(right >= STREAMS_RIGHT[name], `streams right in ${right} of busy minutes`);
  });
  await t.step("the alerts that fire are those with a reason", async () => {
    const expected = name === "busy" ? Object.keys(EXPECTED_ALERTS).sort() : [];
    assert.deepEqual(await firing(snapshot, truth), expected);
  });
}
