/** The bytes and the load of a server, recorded when they are read. */
import assert from "node:assert/strict";
import { createRandom } from "../../../src/simulator/random.ts";
import type { Session } from "../../../src/simulator/session.ts";
import { streamOutput } from "../../../src/simulator/stream_output.ts";
import { UsageMeter } from "../../../src/simulator/usage_meter.ts";
import { newTestSession, PLAYER, USER, VERSION } from "../../testing/simulator_builders.ts";

const START_MS = 1_800_000_000_000;

/** A meter on a server whose state a test may change. */
function open() {
  const state = {
    nowMs: START_MS,
    skewMs: 0,
    isUp: true,
    sessions: [] as readonly Session[],
    jobs: [] as readonly Session[],
  };
  const meter = new UsageMeter(createRandom(1), {
    now: () => state.nowMs,
    skewMs: () => state.skewMs,
    isUp: () => state.isUp,
    activeSessions: () => state.sessions,
    backgroundJobs: () => state.jobs,
    activityCount: () => 0,
  });
  const secondsIn = () => meter.resources.samples.map(({ atS }) => atS - START_MS / 1000);
  return { state, meter, secondsIn };
}

Deno.test("every second is recorded once, however often and however late that is asked for", () => {
  const [often, once] = [open(), open()];
  for (const { state } of [often, once]) state.sessions = [newTestSession()];
  for (let tenth = 1; tenth <= 600; tenth += 1) {
    often.state.nowMs = START_MS + tenth * 100;
    often.meter.record();
    often.meter.record();
  }
  once.state.nowMs = START_MS + 60_000;
  once.meter.record();
  assert.ok(often.meter.bandwidth.total() > 0);
  assert.equal(often.meter.bandwidth.total(), once.meter.bandwidth.total());
  assert.deepEqual(often.secondsIn(), once.secondsIn());
  assert.deepEqual(once.secondsIn().slice(-3), [50, 55, 60]);
});

Deno.test("bytes count for the account, the device and the network of the session", () => {
  const { state, meter } = open();
  const { user: _, player: __, ...unwatched } = newTestSession();
  state.sessions = [newTestSession({ location: "relayed" }), unwatched];
  state.nowMs += 60_000;
  meter.record();
  const rows = meter.bandwidth.rows(Number.MAX_SAFE_INTEGER, START_MS / 1000 + 1);
  const kinds = new Set(rows.map((row) => [row.accountId, row.deviceId, row.lan].join(" ")));
  assert.deepEqual([...kinds].toSorted(), ["0 0 true", `${USER.id} ${PLAYER.deviceId} false`]);
});

Deno.test("rows and samples follow Plex's clock, and a server that is down records nothing", () => {
  const { state, meter, secondsIn } = open();
  state.skewMs = 3_600_000;
  state.nowMs += 5_000;
  meter.record();
  assert.equal(secondsIn().at(-1), 3_605);
  state.isUp = false;
  state.nowMs += 60_000;
  meter.record();
  assert.equal(secondsIn().at(-1), 3_605);
  state.isUp = true;
  state.nowMs += 5_000;
  meter.record();
  assert.equal(secondsIn().at(-1), 3_670);
});

Deno.test("background jobs in software load the machine as transcodes of sessions do", () => {
  const stream = streamOutput(VERSION, "software transcode");
  const cpu = (changes: Partial<ReturnType<typeof open>["state"]>) => {
    const { state, meter } = open();
    Object.assign(state, changes, { nowMs: START_MS + 5_000 });
    meter.record();
    return meter.resources.samples.at(-1)?.processCpu ?? 0;
  };
  const idle = cpu({});
  assert.ok(cpu({ jobs: [newTestSession({ stream })] }) - idle > 10);
  assert.ok(cpu({ sessions: [newTestSession({ stream })] }) - idle > 10);
  assert.ok(cpu({ sessions: [newTestSession()] }) - idle < 10);
});

Deno.test("there are bytes and load from before the simulation, which no total counts", () => {
  const { meter, secondsIn } = open();
  const rows = meter.bandwidth.rows(START_MS);
  assert.ok(rows.length > 700 && rows.every(({ atS }) => atS < START_MS / 1000));
  assert.equal(meter.bandwidth.total(), 0);
  assert.equal(secondsIn().length, 30);
  assert.ok(secondsIn().every((second) => second <= 0));
});
