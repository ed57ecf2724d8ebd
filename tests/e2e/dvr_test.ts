/** The metrics of a DVR: its recordings and its tuners. */
import assert from "node:assert/strict";
import { type Harness, testWithHarness } from "../testing/harness.ts";
import { valuesBy } from "../testing/labels.ts";

const MINUTE_S = 60;
const DEVICES = [
  { id: "A1", model: "HDHomeRun", tuners: 2, alive: true, enabled: true },
  { id: "A2", model: "HDHomeRun", tuners: 1, alive: true, enabled: true },
];

/** The samples of recordings by status, and of tuners by state. */
async function read(harness: Harness) {
  const page = await harness.scrape();
  return {
    recordings: valuesBy(page, "plex_recordings", ["status"]),
    tuners: valuesBy(page, "plex_tuners", ["state"]),
  };
}

const NONE = { scheduled: 0, recording: 0, complete: 0, failed: 0, other: 0 };

testWithHarness(
  "recordings and tuners follow the DVR within five minutes",
  async (harness) => {
    const { dvr } = harness.plex.simulation;
    assert.ok(dvr);
    await harness.pass(5);
    assert.deepEqual(await read(harness), {
      recordings: NONE,
      tuners: { in_use: 0, idle: 3, offline: 0 },
    });
    dvr.schedule({ title: "News", inMs: 10 * MINUTE_S * 1000 });
    dvr.schedule({ title: "Film", inMs: 10 * MINUTE_S * 1000, fails: true });
    dvr.cancel(dvr.schedule({ title: "Sport" }));
    await harness.pass(5 * MINUTE_S);
    assert.deepEqual((await read(harness)).recordings, { ...NONE, scheduled: 2, other: 1 });
    await harness.pass(10 * MINUTE_S);
    assert.deepEqual(await read(harness), {
      recordings: { ...NONE, recording: 2, other: 1 },
      tuners: { in_use: 2, idle: 1, offline: 0 },
    });
    await harness.pass(35 * MINUTE_S);
    assert.deepEqual(await read(harness), {
      recordings: { ...NONE, complete: 1, failed: 1, other: 1 },
      tuners: { in_use: 0, idle: 3, offline: 0 },
    });
    const [device] = dvr.devices;
    assert.ok(device);
    device.alive = false;
    await harness.pass(5 * MINUTE_S);
    assert.deepEqual((await read(harness)).tuners, { in_use: 0, idle: 1, offline: 2 });
  },
  { dvr: { devices: DEVICES.map((device) => ({ ...device })) } },
);

for (const listsLiveGrabs of [true, false]) {
  testWithHarness(
    `live television that Plex ${
      listsLiveGrabs ? "lists" : "does not list"
    } as a recording uses one tuner and is not counted as a recording`,
    async (harness) => {
      const { generator } = harness.plex.simulation;
      const channel = { number: "5.1", callSign: "HBR", title: "Harbour One" };
      harness.play({
        item: generator.nonLibrary.broadcast(channel, "News", "/livetv/sessions/a"),
        method: "software transcode",
      });
      await harness.pass(6 * MINUTE_S);
      assert.deepEqual(await read(harness), {
        recordings: NONE,
        tuners: { in_use: 1, idle: 3, offline: 0 },
      });
    },
    { dvr: { listsLiveGrabs } },
  );
}

/** Paths of the requests to the DVR since a time. */
function dvrRequestsSince(harness: Harness, atMs: number): readonly string[] {
  return harness.requestsSince(atMs)
    .filter((path) => path === "/livetv/dvrs" || path === "/media/subscriptions");
}

for (
  const [situation, options] of [
    ["without a DVR", {}],
    ["without Plex Pass", { plexPass: false, dvr: {} }],
  ] as const
) {
  testWithHarness(`${situation} there are no samples, and one request an hour`, async (harness) => {
    await harness.pass(59 * MINUTE_S);
    assert.deepEqual(await read(harness), { recordings: {}, tuners: {} });
    assert.deepEqual(dvrRequestsSince(harness, 0), ["/livetv/dvrs"]);
    await harness.pass(5 * MINUTE_S);
    assert.deepEqual(dvrRequestsSince(harness, 0), ["/livetv/dvrs", "/livetv/dvrs"]);
  }, options);
}

testWithHarness("with a guest's token there are no samples", async (harness) => {
  await harness.pass(6 * MINUTE_S);
  assert.deepEqual(await read(harness), { recordings: {}, tuners: {} });
}, {
  dvr: {},
  before: ({ faults }) => void faults.set({ kind: "guest" }),
});

testWithHarness("a DVR causes two requests every five minutes", async (harness) => {
  await harness.pass(MINUTE_S);
  const from = harness.clock.now();
  await harness.pass(20 * MINUTE_S);
  assert.equal(dvrRequestsSince(harness, from).length, 8);
}, { dvr: {} });
