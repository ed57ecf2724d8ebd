/** What the metrics say of a television recorder: of its recordings and its tuners. */
import assert from "node:assert/strict";
import { findSamples, type Harness, type Page, testWithHarness } from "../testing/harness.ts";

const MINUTE = 60;
const DEVICES = [
  { id: "A1", model: "HDHomeRun", tuners: 2, alive: true, enabled: true },
  { id: "A2", model: "HDHomeRun", tuners: 1, alive: true, enabled: true },
];

/** The samples of a family by the value of one label. */
function byLabel(page: Page, family: string, label: string): Record<string, number> {
  return Object.fromEntries(
    findSamples(page, family).map(([series, value]) => [
      new RegExp(`${label}="([^"]*)"`).exec(series)?.[1],
      value,
    ]),
  );
}

async function read(harness: Harness) {
  const page = await harness.scrape();
  return {
    recordings: byLabel(page, "plex_recordings", "status"),
    tuners: byLabel(page, "plex_tuners", "state"),
  };
}

const NONE = { scheduled: 0, recording: 0, complete: 0, failed: 0, other: 0 };

testWithHarness(
  "recordings and tuners follow the recorder within five minutes",
  async (harness) => {
    const { dvr } = harness.plex.simulation;
    assert.ok(dvr);
    await harness.pass(5);
    assert.deepEqual(await read(harness), {
      recordings: NONE,
      tuners: { in_use: 0, idle: 3, offline: 0 },
    });
    dvr.schedule({ title: "News", inMs: 10 * MINUTE * 1000 });
    dvr.schedule({ title: "Film", inMs: 10 * MINUTE * 1000, fails: true });
    dvr.cancel(dvr.schedule({ title: "Sport" }));
    await harness.pass(5 * MINUTE);
    assert.deepEqual((await read(harness)).recordings, { ...NONE, scheduled: 2, other: 1 });
    await harness.pass(10 * MINUTE);
    assert.deepEqual(await read(harness), {
      recordings: { ...NONE, recording: 2, other: 1 },
      tuners: { in_use: 2, idle: 1, offline: 0 },
    });
    await harness.pass(35 * MINUTE);
    assert.deepEqual(await read(harness), {
      recordings: { ...NONE, complete: 1, failed: 1, other: 1 },
      tuners: { in_use: 0, idle: 3, offline: 0 },
    });
    const [device] = dvr.devices;
    assert.ok(device);
    device.alive = false;
    await harness.pass(5 * MINUTE);
    assert.deepEqual((await read(harness)).tuners, { in_use: 0, idle: 1, offline: 2 });
  },
  { dvr: { devices: DEVICES.map((device) => ({ ...device })) } },
);

for (const listsLiveGrabs of [true, false]) {
  testWithHarness(
    `live television uses a tuner once and is no recording, ${
      listsLiveGrabs ? "also" : "even"
    } where Plex ${listsLiveGrabs ? "lists" : "does not list"} it as one`,
    async (harness) => {
      const { generator } = harness.plex.simulation;
      const channel = { number: "5.1", callSign: "HBR", title: "Harbour One" };
      harness.play({
        item: generator.nonLibrary.broadcast(channel, "News", "/livetv/sessions/a"),
        method: "software transcode",
      });
      await harness.pass(6 * MINUTE);
      assert.deepEqual(await read(harness), {
        recordings: NONE,
        tuners: { in_use: 1, idle: 3, offline: 0 },
      });
    },
    { dvr: { listsLiveGrabs } },
  );
}

for (
  const [world, options] of [
    ["without a recorder", {}],
    ["without Plex Pass", { plexPass: false, dvr: {} }],
  ] as const
) {
  testWithHarness(`${world} there are no samples, and one request an hour`, async (harness) => {
    await harness.pass(59 * MINUTE);
    assert.deepEqual(await read(harness), { recordings: {}, tuners: {} });
    const asked = () =>
      harness.requestsSince(0).filter((path) =>
        path === "/livetv/dvrs" || path === "/media/subscriptions"
      );
    assert.deepEqual(asked(), ["/livetv/dvrs"]);
    await harness.pass(5 * MINUTE);
    assert.deepEqual(asked(), ["/livetv/dvrs", "/livetv/dvrs"]);
  }, options);
}

testWithHarness("with a guest's token there are no samples", async (harness) => {
  await harness.pass(6 * MINUTE);
  assert.deepEqual(await read(harness), { recordings: {}, tuners: {} });
}, {
  dvr: {},
  before: ({ faults }) => void faults.set({ kind: "guest" }),
});

testWithHarness("a recorder costs two requests in five minutes", async (harness) => {
  await harness.pass(MINUTE);
  const from = harness.clock.now();
  await harness.pass(20 * MINUTE);
  const asked = harness.requestsSince(from).filter((path) =>
    path === "/livetv/dvrs" || path === "/media/subscriptions"
  );
  assert.equal(asked.length, 8);
}, { dvr: {} });
