import assert from "node:assert/strict";
import fc from "fast-check";
import { describeChanges, FAILURE_MESSAGES } from "../../../src/core/log_messages.ts";
import { isUp } from "../../../src/core/availability.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import type { LibraryListing } from "../../../src/core/state.ts";
import type { Failure } from "../../../src/core/enums.ts";
import { reduce } from "../../../src/core/reduce.ts";
import {
  after,
  arbitraryEvents,
  listed,
  SERVER,
  session,
  START,
} from "../../testing/core_builders.ts";

const S = 1000;

/** What is said over the course of the events. */
function told(...events: readonly ServerEvent[]) {
  return events.flatMap((_, index) =>
    describeChanges(after(...events.slice(0, index)), after(...events.slice(0, index + 1)))
  );
}

function messages(...events: readonly ServerEvent[]): readonly string[] {
  return told(...events).map(({ message }) => message);
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

Deno.test("changes says nothing of two states that are the same, or differ in figures", () => {
  const state = after(listed(START, session()));
  assert.deepEqual(describeChanges(state, state), []);
  assert.deepEqual(describeChanges(state, after(listed(START, session()), listed(START + S))), []);
});

Deno.test("changes says once that Plex is down and why, again when the reason is another", () => {
  const said = told(
    listed(START),
    fail(START + 1 * S),
    fail(START + 2 * S),
    fail(START + 3 * S),
    fail(START + 4 * S, "timeout"),
    fail(START + 5 * S, "timeout"),
  );
  assert.deepEqual(said.slice(1), [
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

Deno.test("changes says how long Plex was down", () => {
  const said = told(listed(START), fail(START + S), fail(START + 2 * S), listed(START + 62 * S));
  assert.deepEqual(said.at(-1), {
    level: "info",
    message: "Plex is up",
    fields: { downForSeconds: 60 },
  });
  assert.deepEqual(said[0]?.fields, {});
});

Deno.test("changes warns of a guest's token once, also where it was the owner's before", () => {
  const withheld: ServerEvent = { type: "sessions_withheld", at: START + S };
  const guest = /not the server owner's/;
  const atStart = messages(withheld, { ...withheld, at: START + 9 * S });
  assert.equal(atStart.filter((message) => guest.test(message)).length, 1);
  const later = messages(listed(START), withheld, { ...withheld, at: START + 9 * S });
  assert.equal(later.filter((message) => guest.test(message)).length, 1);
});

Deno.test("changes names the server, and what became of its name, version and identity", () => {
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
      "Server changed its version",
      "Another server answers at this address",
    ],
  );
});

Deno.test("changes says each reason of an outage once, however they take turns", () => {
  const said = told(
    listed(START),
    ...Array.from(
      { length: 20 },
      (_, nth) => fail(START + (nth + 1) * S, nth % 2 === 0 ? "timeout" : "refused"),
    ),
    listed(START + 30 * S),
    fail(START + 31 * S),
    fail(START + 32 * S),
  );
  assert.deepEqual(said.filter(({ level }) => level === "warn").map(({ message }) => message), [
    `Plex is down: ${FAILURE_MESSAGES.refused}`,
    `Plex is down: ${FAILURE_MESSAGES.timeout}`,
    `Plex is down: ${FAILURE_MESSAGES.refused}`,
  ]);
});

Deno.test("changes tells other troubles apart by their sentences, and not without end", () => {
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

Deno.test("changes does not warn a second time of a Plex that was gone and is starting", () => {
  const said = told(
    listed(START),
    fail(START + S),
    fail(START + 2 * S),
    fail(START + 3 * S, "unavailable"),
  );
  assert.deepEqual(said.slice(1).map(({ level }) => level), ["warn", "info"]);
});

Deno.test("changes says once that Plex gives nothing without Plex Pass, and not to a guest", () => {
  const missing: ServerEvent = { type: "source_missing", at: START, source: "resources" };
  const paid = (...events: ServerEvent[]) =>
    messages(...events).filter((message) => /CPU, memory/.test(message));
  assert.deepEqual(paid(listed(START), missing, { ...missing, at: START + S }), [
    "Plex gives no CPU, memory and bytes sent: they need Plex Pass",
  ]);
  assert.deepEqual(paid({ type: "sessions_withheld", at: START }, missing), []);
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
    paid(listed(START), missing, sampled).at(-1),
    "Plex gives CPU, memory and bytes sent now",
  );
});

Deno.test("changes says how many libraries there are, then which came, went and were renamed", () => {
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
    measured: false,
  });
  const said = told(
    list(START, library("1", "Films"), library("2", "Kids")),
    list(START + S, library("1", "Movies"), library("2", "Kids")),
    list(START + 2 * S, library("1", "Movies"), library("3", "Home")),
  );
  assert.deepEqual(said.map(({ message, fields }) => [message, Object.values(fields ?? {})]), [
    ["Libraries read", [2]],
    ["Library renamed", ["Films", "Movies"]],
    ["Library gone", ["Kids"]],
    ["Library added", ["Home"]],
  ]);
});

Deno.test("changes warns that Plex's clock went back", () => {
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
  };
  assert.deepEqual(messages(clock(10_000), read, clock(9_950)), []);
  assert.match(messages(clock(10_000), read, clock(9_000)).join(), /clock went back/);
});

Deno.test("changes says that Plex is up exactly when it comes up, in whatever order", () => {
  fc.assert(fc.property(arbitraryEvents, (events) => {
    let before = after();
    for (const event of events) {
      const now = reduce(before, event);
      const said = describeChanges(before, now).some(({ message }) => message === "Plex is up");
      assert.equal(said, isUp(now) && !isUp(before));
      before = now;
    }
  }));
});
