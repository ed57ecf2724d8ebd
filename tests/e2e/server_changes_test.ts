/**
 * A server that is upgraded or renamed, or that answers only some requests: the metrics are true,
 * and each change is logged once.
 */
import assert from "node:assert/strict";
import { findSamples, type Page, sum, testWithHarness } from "../testing/harness.ts";
import { labelOf } from "../testing/labels.ts";

/** The values of a label in the samples of a family. */
function values(page: Page, family: string, label: string): readonly string[] {
  return [...new Set(findSamples(page, family).map(([series]) => labelOf(series, label)))];
}

testWithHarness("an upgraded server has one server_info, with its new version", async (harness) => {
  harness.play();
  await harness.pass(20);
  await harness.scrape();
  harness.plex.simulation.upgrade("1.44.0.11000-ffffffff");
  await harness.pass(150);
  const page = await harness.scrape();
  for (const family of ["server_info", "plex_server_info"]) {
    assert.deepEqual(values(page, family, "version"), ["1.44.0.11000-ffffffff"]);
    assert.equal(findSamples(page, family).length, 1);
  }
  assert.equal(harness.logged("Server version changed").length, 1);
});

testWithHarness("all series of a renamed server continue under its new name", async (harness) => {
  harness.play();
  await harness.pass(20);
  await harness.scrape();
  await harness.pass(10);
  const before = await harness.scrape();
  harness.plex.simulation.server.rename("cellar");
  await harness.pass(10);
  const after = await harness.scrape();
  assert.equal(findSamples(after, "server_info").length, 1);
  const names = new Set(
    [...after.keys()].flatMap((series) => /server="([^"]*)"/.exec(series)?.[1] ?? []),
  );
  assert.deepEqual([...names], ["cellar"]);
  for (const [series, value] of before) {
    if (!/_total\{/.test(series) || /^(host|library|plex_library)/.test(series)) continue;
    const renamed = after.get(series.replace('server="attic"', 'server="cellar"'));
    assert.ok(renamed !== undefined && renamed >= value, `${series} continues`);
  }
  assert.equal(harness.logged("Server renamed").length, 1);
});

testWithHarness(
  "a renamed library has one series under its new name, and the renaming is logged",
  async (harness) => {
    harness.play();
    await harness.pass(20);
    const before = await harness.scrape();
    const [library] = harness.plex.simulation.libraries;
    assert.ok(library);
    harness.plex.simulation.libraries.rename(library.id, "Cinema");
    await harness.pass(920);
    const after = await harness.scrape();
    for (
      const family of ["plex_library_items", "plex_library_media_items", "library_storage_total"]
    ) {
      assert.equal(findSamples(after, family, { library: "Films" }).length, 0, family);
      assert.equal(
        sum(after, family, { library: "Cinema" }),
        sum(before, family, { library: "Films" }),
        family,
      );
    }
    const labels = { library: "Films" };
    assert.ok(
      sum(after, "plex_play_seconds_total", labels) >=
        sum(before, "plex_play_seconds_total", labels),
      "past plays stay under the old name",
    );
    assert.equal(harness.logged("Library renamed").length, 1);
    assert.equal(
      harness.logged("Library removed").length + harness.logged("Library added").length,
      0,
    );
  },
);

testWithHarness(
  "a Plex whose description cannot be read is up, and named by its address",
  async (harness) => {
    harness.play();
    await harness.pass(200);
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_up"), 1);
    assert.equal(sum(page, "plex_sessions"), 1);
    assert.equal(findSamples(page, "server_info").length, 0);
    assert.deepEqual(values(page, "plex_sessions", "server"), [new URL(harness.plex.url).host]);
    assert.equal(harness.logged("Cannot read the server's description").length, 1);
    harness.plex.faults.clear();
    await harness.pass(70);
    const back = await harness.scrape();
    assert.deepEqual(values(back, "plex_sessions", "server"), ["attic"]);
    assert.equal(sum(back, "plex_plays_total"), 1);
    assert.equal(harness.logged("Can read the server's description again").length, 1);
  },
  { before: ({ faults }) => void faults.set({ kind: "login page" }, { path: "/" }) },
);

testWithHarness(
  "a Plex whose session list cannot be read is down",
  async (harness) => {
    await harness.pass(60);
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_up"), 0);
    assert.equal(findSamples(page, "plex_sessions").length, 0);
    assert.equal(harness.logged("Plex is down: Plex is starting or busy").length, 1);
    harness.plex.faults.clear();
    await harness.pass(75);
    assert.equal(sum(await harness.scrape(), "plex_up"), 1);
  },
  { before: ({ faults }) => void faults.set({ kind: "starting" }, { path: "/status/sessions" }) },
);

/** A family of each source that is read at start, by the path of its request. */
const FIRST_ANSWERS = {
  "/": "plex_server_info",
  "/library/sections": "plex_library_scanning",
  "/library/sections/{id}/all": "plex_library_media_items",
  "/statistics/resources": "plex_host_cpu_ratio",
  "/activities": "plex_activities",
  "/status/sessions/background": "plex_background_jobs",
} as const;

for (const [path, family] of Object.entries(FIRST_ANSWERS)) {
  testWithHarness(
    `a failed first request for ${path} delays its family by a few seconds`,
    async (harness) => {
      await harness.pass(3);
      assert.equal(findSamples(await harness.scrape(), family).length, 0);
      harness.plex.faults.clear();
      await harness.pass(4);
      assert.ok(findSamples(await harness.scrape(), family).length > 0);
    },
    { before: ({ faults }) => void faults.set({ kind: "server error" }, { path }) },
  );
}
