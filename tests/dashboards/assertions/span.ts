/** Compares every dashboard and alert with the ground truth of a recorded span. */
import assert from "node:assert/strict";
import { EXPECTED_ALERTS } from "../simulation/incidents.ts";
import { record, type SpanKind } from "../../testing/recording.ts";
import { firing } from "./alerts.ts";
import { assertFacts } from "./facts.ts";
import { assertLibraries } from "./libraries.ts";
import { assertOriginal } from "./original.ts";
import {
  assertAnswers,
  assertFirstRows,
  assertPlays,
  assertStreams,
  assertTotals,
} from "./panels.ts";
import { assertStatPanels } from "./stat_panels.ts";
import { assertStorage } from "./storage.ts";
import { assertTelevision } from "./television.ts";
import { assertTranscodes } from "./transcodes.ts";

/** Minimum share of busy minutes in which the Go exporter's query for current streams is right. */
const STREAMS_RIGHT = { busy: 0.92, normal: 0.89 } as const;

/** Records a span, opens it in a Prometheus, and runs all comparisons. */
export async function assertSpan(t: Deno.TestContext, kind: SpanKind): Promise<void> {
  await using recording = await record(kind);
  const { truth, snapshot } = recording;
  const { name } = kind;
  await t.step("every panel of every dashboard has data", () => assertAnswers(snapshot, truth));
  await t.step(
    "first rows have a value or a text before anything was watched",
    () => assertFirstRows(snapshot, truth),
  );
  await t.step(
    "totals are within 1 % of what was played",
    () => assertTotals(snapshot, truth),
  );
  await t.step(
    "time transcoded is within 1 %, by stream and hardware",
    () => assertTranscodes(snapshot, truth),
  );
  await t.step(
    "plays are within 0.5 %, and exact in the samples",
    () => assertPlays(snapshot, truth),
  );
  await t.step("current streams equal those of Plex's list", () => assertStreams(snapshot, truth));
  await t.step("stat panels of streams equal the list", () => assertStatPanels(snapshot, truth));
  await t.step("facts about servers and libraries are right", () => assertFacts(snapshot, truth));
  await t.step(
    "the panels of recordings and tuners show those of the recorders",
    () => assertTelevision(snapshot, truth),
  );
  await t.step(
    "the dashboard Storage shows what is on the disks",
    () => assertStorage(snapshot, truth),
  );
  await t.step(
    "the dashboard Libraries shows what is on the disks",
    () => assertLibraries(snapshot, truth),
  );
  await t.step("the queries of the Go exporter's dashboard are right", async () => {
    const right = await assertOriginal(snapshot, truth);
    assert.ok(right >= STREAMS_RIGHT[name], `streams right in ${right} of busy minutes`);
  });
  await t.step("exactly the expected alerts fire", async () => {
    const expected = name === "busy" ? Object.keys(EXPECTED_ALERTS).sort() : [];
    assert.deepEqual(await firing(snapshot, truth), expected);
  });
}
