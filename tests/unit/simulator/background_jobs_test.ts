/** Transcodes that belong to no session (docs/plex/api.md#background-transcodes). */
import assert from "node:assert/strict";
import { BackgroundJobs } from "../../../src/simulator/background_jobs.ts";
import { FILM, inShort, openContext } from "../../testing/simulator_builders.ts";

Deno.test("a conversion is announced until it ends, and no list of sessions shows it", async () => {
  const context = openContext();
  const jobs = new BackgroundJobs(context);
  jobs.convert(FILM, 12_000);
  const [job] = jobs.running;
  assert.deepEqual([job?.key, job?.user, job?.player], ["", undefined, undefined]);
  assert.deepEqual([job?.stream.video, job?.transcode?.failed], ["transcode", false]);
  assert.deepEqual(context.listed(), []);
  await context.clock.advance(12_000);
  assert.deepEqual(jobs.running, []);
  assert.deepEqual(inShort(context.announced), [
    "transcode start",
    "transcode update",
    "transcode update",
    "transcode end",
  ]);
  await context.clock.advance(60_000);
  assert.equal(context.announced.length, 4);
});

Deno.test("a restart ends every conversion without a notification", async () => {
  const context = openContext();
  const jobs = new BackgroundJobs(context);
  jobs.convert(FILM);
  jobs.convert(FILM);
  assert.equal(new Set(jobs.running.map(({ transcode }) => transcode?.id)).size, 2);
  context.announced.length = 0;
  jobs.clear();
  await context.clock.advance(120_000);
  assert.deepEqual([jobs.running, context.announced], [[], []]);
});

Deno.test("usage is recorded up to the start and up to the end of a conversion, a minute by default", async () => {
  const context = openContext();
  const runningWhenRecorded: number[] = [];
  const recordUsage = () => void runningWhenRecorded.push(jobs.running.length);
  const jobs = new BackgroundJobs({ ...context, recordUsage });
  jobs.convert(FILM);
  await context.clock.advance(59_999);
  assert.deepEqual(runningWhenRecorded, [0]);
  await context.clock.advance(1);
  assert.deepEqual(runningWhenRecorded, [0, 1]);
});
