import assert from "node:assert/strict";
import { createMediaCache } from "../../../../src/plex/collectors/media_cache.ts";
import type { WireSession } from "../../../../src/plex/schema.ts";
import type { Version } from "../../../../src/plex/mapping/media.ts";
import { session } from "../../../testing/core_builders.ts";
import { parsedSessions } from "../../../testing/plex_fixture.ts";
import { type CollectorHarness, openCollectorHarness } from "../../../testing/collector_harness.ts";

const [converted] = parsedSessions("sessions_hardware_transcode");

function playing(ratingKey: string, changed: Partial<WireSession> = {}): WireSession {
  assert.ok(converted);
  return { ...converted, ratingKey, updatedAt: 1, ...changed };
}

const file: Version = { id: "9", selected: true, media: session().output };

/** A bench on which the library knows these items, each with one file. */
function library(...known: string[]): CollectorHarness {
  return openCollectorHarness({
    versions: (keys) =>
      new Map(keys.filter((key) => known.includes(key)).map((key) => [key, [file]])),
  });
}

Deno.test("createSources asks once for all files that are not known, and remembers them", async () => {
  const bench = library("10", "11");
  const sources = createMediaCache(bench.context);
  await sources.prefetch([playing("10"), playing("11"), playing("10")]);
  assert.deepEqual(bench.asked, ['versions ["10","11"]']);
  assert.deepEqual(sources.versionsOf("10"), [file]);
  bench.pass(3_600_000);
  await sources.prefetch([playing("10"), playing("11")]);
  assert.equal(bench.asked.length, 1);
});

Deno.test("createSources asks for nothing where Plex plays files as they are", async () => {
  const bench = library();
  const sources = createMediaCache(bench.context);
  await sources.prefetch([]);
  await sources.prefetch(parsedSessions("sessions_live_television"));
  await sources.prefetch(parsedSessions("sessions_ephemeral"));
  assert.deepEqual(bench.asked, []);
});

Deno.test("createSources asks again where the item has changed", async () => {
  const bench = library("10");
  const sources = createMediaCache(bench.context);
  await sources.prefetch([playing("10")]);
  await sources.prefetch([playing("10", { updatedAt: 2 })]);
  await sources.prefetch([playing("10", { updatedAt: 2 })]);
  assert.equal(bench.asked.length, 2);
});

Deno.test("createSources asks for what Plex does not know once a minute", async () => {
  const bench = library();
  const sources = createMediaCache(bench.context);
  await sources.prefetch([playing("10")]);
  bench.pass(59_999);
  await sources.prefetch([playing("10")]);
  assert.equal(bench.asked.length, 1);
  assert.deepEqual(sources.versionsOf("10"), []);
  bench.pass(1);
  await sources.prefetch([playing("10")]);
  assert.equal(bench.asked.length, 2);
});

Deno.test("createSources keeps what it knew of an item while the library does not answer", async () => {
  const bench = library("10");
  const sources = createMediaCache(bench.context);
  await sources.prefetch([playing("10")]);
  bench.answer({ versions: () => ({ failure: "timeout" }) });
  await sources.prefetch([playing("10", { updatedAt: 2 })]);
  assert.deepEqual(sources.versionsOf("10"), [file]);
});

Deno.test("createSources asks for nothing that is being looked up already", async () => {
  const bench = library("10");
  const answer = Promise.withResolvers<Map<string, Version[]>>();
  bench.answer({ versions: () => answer.promise });
  const sources = createMediaCache(bench.context);
  const learning = sources.prefetch([playing("10")]);
  await sources.prefetch([playing("10")]);
  assert.equal(bench.asked.length, 1);
  assert.equal(sources.versionsOf("10"), undefined);
  answer.resolve(new Map([["10", [file]]]));
  await learning;
  assert.deepEqual(sources.versionsOf("10"), [file]);
});

Deno.test("createSources remembers so many items, and forgets the oldest", async () => {
  const keys = Array.from({ length: 2_001 }, (_, index) => String(index + 1));
  const bench = library(...keys);
  const sources = createMediaCache(bench.context);
  await sources.prefetch(keys.map((key) => playing(key)));
  assert.equal(sources.versionsOf("1"), undefined);
  assert.deepEqual(sources.versionsOf("2"), [file]);
  assert.deepEqual(sources.versionsOf("2001"), [file]);
});
