import assert from "node:assert/strict";
import { NO_RECORDINGS, tunersByState } from "../../../src/core/dvr.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import { after, listed, SERVER, session, START } from "../../testing/core_builders.ts";

const MINUTE = 60_000;

function read(
  tuners: { online: number; offline: number },
  used: { recordingTuners?: number; liveTuners?: number } = {},
): ServerEvent {
  return {
    type: "dvr_read",
    at: START,
    dvr: { tuners, recordings: { ...NO_RECORDINGS, ...used } },
  };
}

const live = (sessionKey: string) => session({ sessionKey, live: true, mediaType: "live_tv" });

const tuners = (at: number, ...events: readonly ServerEvent[]) =>
  tunersByState(after(...events), at);

Deno.test("tunersByState is undefined before the first reading, without a recorder, and when it is stale", () => {
  const event = read({ online: 2, offline: 0 });
  assert.equal(tuners(START, listed(START)), undefined);
  assert.deepEqual(tuners(START, listed(START), event), { in_use: 0, idle: 2, offline: 0 });
  assert.ok(tuners(START + 15 * MINUTE, listed(START), event));
  assert.equal(tuners(START + 15 * MINUTE + 1, listed(START), event), undefined);
  const gone: ServerEvent = { type: "source_unavailable", at: START, source: "dvr" };
  assert.equal(tuners(START, listed(START), event, gone), undefined);
});

Deno.test("tunersByState counts recordings and live television as in use", () => {
  const event = read({ online: 4, offline: 2 }, { recordingTuners: 2, liveTuners: 1 });
  assert.deepEqual(tuners(START, listed(START), event), { in_use: 3, idle: 1, offline: 2 });
});

Deno.test("tunersByState counts live plays if Plex does not list live television as recordings", () => {
  const plays = listed(START, live("1"), live("2"), session({ sessionKey: "3" }));
  const one = read({ online: 4, offline: 0 }, { recordingTuners: 1 });
  assert.deepEqual(tuners(START, plays, one), { in_use: 3, idle: 1, offline: 0 });
  const listedLive = read({ online: 4, offline: 0 }, { recordingTuners: 1, liveTuners: 1 });
  assert.deepEqual(tuners(START, plays, listedLive), { in_use: 2, idle: 2, offline: 0 });
});

Deno.test("tunersByState never has more tuners in use than are online", () => {
  const event = read({ online: 1, offline: 3 }, { recordingTuners: 2 });
  assert.deepEqual(tuners(START, listed(START), event), { in_use: 1, idle: 0, offline: 3 });
});

Deno.test("recorder and jobs of another server at the address are dropped", () => {
  const events = [
    { type: "server_described", at: START, server: SERVER },
    listed(START),
    read({ online: 2, offline: 0 }),
    { type: "jobs_listed", at: START, jobs: { transcode: 1, other: 0 } },
  ] as const satisfies readonly ServerEvent[];
  const known = after(...events);
  assert.ok(known.dvr && known.jobs);
  const other = { ...SERVER, id: "another" };
  const { dvr, jobs } = after(...events, { type: "server_described", at: START, server: other });
  assert.deepEqual([dvr, jobs], [undefined, undefined]);
});
