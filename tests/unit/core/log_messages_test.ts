import assert from "node:assert/strict";
import fc from "fast-check";
import { describeChanges, FAILURE_MESSAGES } from "../../../src/core/log_messages.ts";
import { isUp } from "../../../src/core/availability.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import type { LibraryListing } from "../../../src/core/libraries.ts";
import type { Failure } from "../../../src/core/enums.ts";
import { reduce } from "../../../src/core/reduce.ts";
import { after, listed, SERVER, session, START } from "../../testing/core_builders.ts";
import { arbitraryEvents } from "../../testing/arbitrary_events.ts";

const S = 1000;

/** The log messages of a sequence of events. */
function logged(...events: readonly ServerEvent[]) {
  return events.flatMap((_, index) =>
    describeChanges(after(...events.slice(0, index)), after(...events.slice(0, index + 1)))
  );
}

function messages(...events: readonly ServerEvent[]): readonly string[] {
  return logged(...events).map(({ message }) => message);
}

const fail = (at: number, failure: Failure = "refused"): ServerEvent => ({
  type: "poll_failed",
  at,
  failure,
});

const describe = (changed: Partial<typeof SERVER> = {}): ServerEvent => ({
  type: "server_described",
  at: START,
  server: { ...SERVER, ...changed },
});

Deno.test("describeChanges has no messages for equal states, nor for states that differ in numbers", () => {
  const state = after(listed(START, session()));
  assert.deepEqual(describeChanges(state, state), []);
  assert.deepEqual(describeChanges(state, after(listed(START, session()), listed(START + S))), []);
});

Deno.test("describeChanges reports once that Plex is down, and again for another reason", () => {
  const entries = logged(
    listed(START),
    fail(START + 1 * S),
    fail(START + 2 * S),
    fail(START + 3 * S),
    fail(START + 4 * S, "timeout"),
    fail(START + 5 * S, "timeout"),
  );
  assert.deepEqual(entries.slice(1), [
    {
      level: "warn",
      message: `Plex is down: ${FAILURE_MESSAGES.refused}`,
      fields: { reason: "refused" },
    },
    {
      level: "warn",
      message: `Plex is down: ${FAILURE_MESSAGES.timeout}`,
      fields: { reason: "timeout" },
    },
  ]);
});

Deno.test("describeChanges reports how long Plex was down", () => {
  const entries = logged(
    listed(START),
    fail(START + S),
    fail(START + 2 * S),
    listed(START + 62 * S),
  );
  assert.deepEqual(entries.at(-1), {
    level: "info",
    message: "Plex is up",
    fields: { downForSeconds: 60 },
  });
  assert.deepEqual(entries[0]?.fields, {});
});

Deno.test("describeChanges warns once that the token is not the owner's, at the start and later", () => {
  const denied: ServerEvent = { type: "sessions_denied", at: START + S };
  const notOwner = /does not belong to the server owner/;
  const atStart = messages(denied, { ...denied, at: START + 9 * S });
  assert.equal(atStart.filter((message) => notOwner.test(message)).length, 1);
  const later = messages(listed(START), denied, { ...denied, at: START + 9 * S });
  assert.equal(later.filter((message) => notOwner.test(message)).length, 1);
});

Deno.test("describeChanges reports the server and changes of its name, version and identity", () => {
  assert.deepEqual(
    messages(
      describe(),
      describe({ plexPass: true }),
      describe({ name: "den" }),
      describe({ name: "den", version: "1.43.0" }),
      describe({ name: "den", version: "1.43.0", id: "another" }),
    ),
    [
      "Connected to Plex",
      "Server renamed",
      "Server version changed",
      "A different server answers at this address",
    ],
  );
});

Deno.test("describeChanges reports each reason of an outage once, however they alternate", () => {
  const entries = logged(
    listed(START),
    ...Array.from(
      { length: 20 },
      (_, nth) => fail(START + (nth + 1) * S, nth % 2 === 0 ? "timeout" : "refused"),
    ),
    listed(START + 30 * S),
    fail(START + 31 * S),
    fail(START + 32 * S),
  );
  assert.deepEqual(entries.filter(({ level }) => level === "warn").map(({ message }) => message), [
    `Plex is down: ${FAILURE_MESSAGES.refused}`,
    `Plex is down: ${FAILURE_MESSAGES.timeout}`,
    `Plex is down: ${FAILURE_MESSAGES.refused}`,
  ]);
});

Deno.test("describeChanges distinguishes other failures by detail, and reports at most ten", () => {
  const other = (nth: number, detail: string): ServerEvent => ({
    type: "poll_failed",
    at: START + nth * S,
    failure: "other",
    detail,
  });
  const count = (details: readonly string[]) =>
    messages(...details.map((detail, nth) => other(nth, detail))).length;
  assert.equal(count(["a", "a", "b", "a", "b"]), 2);
  assert.equal(count(Array.from({ length: 100 }, (_, nth) => `error ${nth}`)), 10);
});

Deno.test("describeChanges does not warn again when Plex is starting after an outage", () => {
  const entries = logged(
    listed(START),
    fail(START + S),
    fail(START + 2 * S),
    fail(START + 3 * S, "unavailable"),
  );
  assert.deepEqual(entries.slice(1).map(({ level }) => level), ["warn", "info"]);
});

Deno.test("describeChanges reports missing statistics once, and only for the owner's token", () => {
  const missing: ServerEvent = { type: "source_unavailable", at: START, source: "resources" };
  const statistics = (...events: ServerEvent[]) =>
    messages(...events).filter((message) => /CPU, memory/.test(message));
  assert.deepEqual(statistics(listed(START), missing, { ...missing, at: START + S }), [
    "CPU, memory and bandwidth statistics are not available: they need Plex Pass",
  ]);
  assert.deepEqual(statistics({ type: "sessions_denied", at: START }, missing), []);
  const sampled: ServerEvent = {
    type: "resources_sampled",
    at: START + S,
    resources: {
      sampledS: 1,
      hostCpuPercent: 1,
      hostMemoryPercent: 2,
      processCpuPercent: 1,
      processMemoryPercent: 1,
    },
  };
  assert.equal(
    statistics(listed(START), missing, sampled).at(-1),
    "CPU, memory and bandwidth statistics are now available",
  );
});

Deno.test("describeChanges reports the number of libraries, then added, removed and renamed ones", () => {
  const library = (id: string, title: string): LibraryListing => ({
    id,
    title,
    type: "movie",
    otherVideos: false,
    scanning: false,
  });
  const list = (at: number, ...libraries: LibraryListing[]): ServerEvent => ({
    type: "libraries_listed",
    at,
    libraries,
    withSizes: false,
  });
  const entries = logged(
    list(START, library("1", "Films"), library("2", "Kids")),
    list(START + S, library("1", "Movies"), library("2", "Kids")),
    list(START + 2 * S, library("1", "Movies"), library("3", "Home")),
  );
  assert.deepEqual(entries.map(({ message, fields }) => [message, Object.values(fields ?? {})]), [
    ["Libraries read", [2]],
    ["Library renamed", ["Films", "Movies"]],
    ["Library removed", ["Kids"]],
    ["Library added", ["Home"]],
  ]);
});

Deno.test("describeChanges warns that Plex's clock was set back", () => {
  const clock = (sampledS: number): ServerEvent => ({
    type: "resources_sampled",
    at: START,
    resources: {
      sampledS,
      hostCpuPercent: 0,
      hostMemoryPercent: 0,
      processCpuPercent: 0,
      processMemoryPercent: 0,
    },
  });
  const read: ServerEvent = {
    type: "bandwidth_read",
    at: START,
    sinceS: 0,
    rows: [],
    accounts: new Map(),
    devices: new Map(),
  };
  assert.deepEqual(messages(clock(10_000), read, clock(9_950)), []);
  assert.match(messages(clock(10_000), read, clock(9_000)).join(), /clock was set back/);
  const described = (id: string): ServerEvent => ({
    type: "server_described",
    at: START,
    server: { ...SERVER, id },
  });
  const moved = messages(described("a"), clock(10_000), read, described("b"));
  assert.doesNotMatch(moved.join(), /clock was set back/, "another server has another clock");
});

Deno.test("describeChanges reports that Plex is up exactly when its status becomes up", () => {
  fc.assert(fc.property(arbitraryEvents, (events) => {
    let before = after();
    for (const event of events) {
      const now = reduce(before, event);
      const reported = describeChanges(before, now).some(({ message }) => message === "Plex is up");
      assert.equal(reported, isUp(now) && !isUp(before));
      before = now;
    }
  }));
});
