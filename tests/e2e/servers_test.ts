/** Several servers in one process: they stay apart, and a fault of one does not affect another. */
import assert from "node:assert/strict";
import { findSamples, playFilm, sum } from "../testing/harness.ts";
import { labelOf, serverLabels } from "../testing/labels.ts";
import { testWithServers } from "../testing/multi_server_harness.ts";

testWithServers(
  "servers with equal names, libraries and session keys stay apart",
  async (harness) => {
    const { clock, plexes, scrape } = harness;
    // After a restart the session keys of both begin at 1.
    for (const { simulation } of plexes) simulation.restart({ goneMs: 1_000, startingMs: 1_000 });
    await clock.advance(90_000);
    await scrape();
    for (const plex of plexes) playFilm(plex);
    await clock.advance(15_000);
    await scrape();
    const page = await scrape();
    const ids = plexes.map((plex) => serverLabels(plex).server_id);
    assert.notEqual(ids[0], ids[1]);
    for (const server_id of ids) {
      const labels = { server: "attic", server_id };
      assert.equal(sum(page, "plex_up", labels), 1);
      assert.equal(sum(page, "plex_sessions", labels), 1);
      assert.equal(sum(page, "plex_plays_total", labels), 1);
      assert.equal(findSamples(page, "plays_total", labels).length, 1);
      assert.ok(findSamples(page, "plex_library_items", labels).length >= 5);
    }
    const keys = findSamples(page, "plex_session_state").map(([series]) =>
      labelOf(series, "session")
    );
    assert.deepEqual(keys, ["1", "1"], "the session keys are equal");
  },
);

testWithServers(
  "a server that is down or hangs does not affect the other server",
  async (harness) => {
    const { clock, plexes: [good, bad], scrape } = harness;
    playFilm(good);
    await clock.advance(5_000);
    const from = clock.now();
    bad.faults.set({ kind: "hang" });
    await clock.advance(120_000);
    const page = await scrape();
    assert.equal(sum(page, "plex_up", serverLabels(good)), 1);
    assert.equal(sum(page, "plex_up", serverLabels(bad)), 0);
    assert.equal(sum(page, "plex_sessions", serverLabels(good)), 1);
    assert.equal(findSamples(page, "plex_sessions", serverLabels(bad)).length, 0);
    const lists = good.requests.filter(({ template, atMs }) =>
      template === "/status/sessions" && atMs >= from
    );
    assert.ok(lists.length >= 11, `${lists.length} lists of the good server in two minutes`);
  },
);
