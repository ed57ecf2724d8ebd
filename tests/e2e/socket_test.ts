/** What makes the monitor read Plex again, and what makes it close its socket. */
import assert from "node:assert/strict";
import type { Library } from "../../src/simulator/library.ts";
import { findSamples, type Harness, sum, testWithHarness } from "../testing/harness.ts";

testWithHarness("a silent paused player does not close the socket", async (harness) => {
  const viewer = harness.play({ timelineIntervalMs: 3_600_000 });
  await harness.pass(5);
  viewer.pause();
  await harness.pass(200);
  assert.equal([...harness.state.plays.values()][0]?.state, "paused");
  assert.equal(harness.state.apiStats.connections, 1);
});

testWithHarness("a socket that is silent for 30 s during a play is replaced", async (harness) => {
  harness.play({ timelineIntervalMs: 3_600_000 });
  await harness.pass(29);
  assert.equal(harness.state.apiStats.connections, 1);
  await harness.pass(41);
  assert.ok(harness.state.apiStats.connections >= 2, `${harness.state.apiStats.connections}`);
});

/** Whether a library is being scanned, by the metrics. */
async function scanning(harness: Harness, { id }: Library): Promise<number | undefined> {
  const page = await harness.scrape();
  return findSamples(page, "plex_library_scanning", { library_id: id })[0]?.[1];
}

testWithHarness("a scan is shown from its start to its end", async (harness) => {
  const { simulation } = harness.plex;
  const [library] = simulation.libraries;
  assert.ok(library);
  await harness.pass(60);
  assert.equal(await scanning(harness, library), 0);
  simulation.scan(library.id, { added: [], takesMs: 60_000 });
  await harness.pass(15);
  assert.equal(await scanning(harness, library), 1);
  await harness.pass(60);
  assert.equal(await scanning(harness, library), 0);
});

testWithHarness(
  "a scan is shown at once, even while the list of libraries cannot be read",
  async (harness) => {
    const { simulation, faults } = harness.plex;
    const [library] = simulation.libraries;
    assert.ok(library);
    await harness.pass(60);
    faults.set({ kind: "server error" }, { path: "/library/sections" });
    simulation.scan(library.id, { added: [], takesMs: 60_000 });
    await harness.pass(1);
    assert.equal(await scanning(harness, library), 1);
    await harness.pass(60);
    assert.equal(await scanning(harness, library), 0);
  },
);

testWithHarness(
  "items that were added while notifications were lost are counted after the reconnect",
  async (harness) => {
    const { simulation, faults } = harness.plex;
    const movies = simulation.libraries.all.find(({ type }) => type === "movie");
    assert.ok(movies);
    const count = async () => {
      const labels = { library_id: movies.id };
      return findSamples(await harness.scrape(), "plex_library_media_items", labels)[0]?.[1];
    };
    await harness.pass(70);
    const before = await count() ?? 0;
    faults.set({ kind: "socket closes" });
    await harness.pass(0.1);
    faults.set({ kind: "socket hangs" });
    faults.clear("socket closes");
    await harness.pass(1);
    simulation.scan(movies.id, { added: simulation.generator.addition(movies), takesMs: 1_000 });
    await harness.pass(20);
    assert.equal(await count(), before);
    faults.clear();
    await harness.pass(100);
    assert.ok((await count() ?? 0) > before);
  },
);

testWithHarness(
  "a guest's socket, which newer servers open, shows no plays until the token is the owner's",
  async (harness) => {
    const { faults } = harness.plex;
    const own = harness.play({ who: 1 });
    const other = harness.play({ who: 0 });
    await harness.pass(30);
    await harness.scrape();
    await harness.pass(30);
    let page = await harness.scrape();
    assert.equal(sum(page, "plex_up"), 1);
    assert.equal(sum(page, "plex_exporter_websocket_connected"), 1);
    assert.ok(sum(page, "plex_exporter_websocket_events_total", { type: "playing" }) > 0);
    for (const family of ["plex_sessions", "plex_plays_total", "plex_play_seconds_total"]) {
      assert.equal(findSamples(page, family).length, 0, family);
    }
    assert.equal(harness.state.apiStats.connections, 1, "it is kept open");
    assert.equal(harness.logged("does not belong to the server owner").length, 1);
    faults.clear("guest");
    await harness.pass(73);
    await harness.scrape();
    other.pause();
    await harness.pass(1);
    page = await harness.scrape();
    assert.equal(sum(page, "plex_sessions", { state: "paused" }), 1, "by its notification");
    own.stop();
    other.stop();
    await harness.pass(1);
    assert.equal(sum(await harness.scrape(), "plex_plays_total"), 2);
  },
  {
    before: ({ faults, simulation }) => {
      simulation.server.opensGuestSockets = true;
      faults.set({ kind: "guest" });
    },
  },
);
