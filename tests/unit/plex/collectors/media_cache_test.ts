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

/** A harness whose library has these items, each with one file. */
function library(...known: string[]): CollectorHarness {
  return openCollectorHarness({
    versions: (keys) =>
      new Map(keys.filter((key) => known.includes(key)).map((key) => [key, [file]])),
  });
}

Deno.test("createMediaCache asks once for all files that are not cached", async () => {
  const harness = library("10", "11");
  const cache = createMediaCache(harness.context);
  await cache.prefetch([playing("10"), playing("11"), playing("10")]);
  assert.deepEqual(harness.calls, ['versions ["10","11"]']);
  assert.deepEqual(cache.versionsOf("10"), [file]);
  harness.pass(3_600_000);
  await cache.prefetch([playing("10"), playing("11")]);
  assert.equal(harness.calls.length, 1);
});

Deno.test("createMediaCache does not request items that are played directly", async () => {
  const harness = library();
  const cache = createMediaCache(harness.context);
  await cache.prefetch([]);
  await cache.prefetch(parsedSessions("sessions_live_television"));
  await cache.prefetch(parsedSessions("sessions_ephemeral"));
  assert.deepEqual(harness.calls, []);
});

Deno.test("createMediaCache asks again if the item has changed", async () => {
  const harness = library("10");
  const cache = createMediaCache(harness.context);
  await cache.prefetch([playing("10")]);
  await cache.prefetch([playing("10", { updatedAt: 2 })]);
  await cache.prefetch([playing("10", { updatedAt: 2 })]);
  assert.equal(harness.calls.length, 2);
});

Deno.test("createMediaCache asks once a minute for an item that Plex does not have", async () => {
  const harness = library();
  const cache = createMediaCache(harness.context);
  await cache.prefetch([playing("10")]);
  harness.pass(59_999);
  await cache.prefetch([playing("10")]);
  assert.equal(harness.calls.length, 1);
  assert.deepEqual(cache.versionsOf("10"), []);
  harness.pass(1);
  await cache.prefetch([playing("10")]);
  assert.equal(harness.calls.length, 2);
});

Deno.test("createMediaCache keeps the files of an item while the library does not answer", async () => {
  const harness = library("10");
  const cache = createMediaCache(harness.context);
  await cache.prefetch([playing("10")]);
  harness.answer({ versions: () => ({ failure: "timeout" }) });
  await cache.prefetch([playing("10", { updatedAt: 2 })]);
  assert.deepEqual(cache.versionsOf("10"), [file]);
});

Deno.test("createMediaCache does not request an item that is being looked up", async () => {
  const harness = library("10");
  const answer = Promise.withResolvers<Map<string, Version[]>>();
  harness.answer({ versions: () => answer.promise });
  const cache = createMediaCache(harness.context);
  const pending = cache.prefetch([playing("10")]);
  await cache.prefetch([playing("10")]);
  assert.equal(harness.calls.length, 1);
  assert.equal(cache.versionsOf("10"), undefined);
  answer.resolve(new Map([["10", [file]]]));
  await pending;
  assert.deepEqual(cache.versionsOf("10"), [file]);
});

Deno.test("createMediaCache evicts the oldest item at its limit", async () => {
  const keys = Array.from({ length: 2_001 }, (_, index) => String(index + 1));
  const harness = library(...keys);
  const cache = createMediaCache(harness.context);
  await cache.prefetch(keys.map((key) => playing(key)));
  assert.equal(cache.versionsOf("1"), undefined);
  assert.deepEqual(cache.versionsOf("2"), [file]);
  assert.deepEqual(cache.versionsOf("2001"), [file]);
});
