/** Several servers in one process: apart where they are equal, and no burden to one another. */
import assert from "node:assert/strict";
import { type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { findSamples, playFilm, readPage, startExporter, sum } from "../testing/harness.ts";
import { testWithServers } from "../testing/multi_server_harness.ts";

testWithServers(
  "servers with equal names, libraries and session keys stay apart",
  async (harness) => {
    const { clock, plexes, scrape } = harness;
    // After a restart the keys of both begin at 1.
    for (const { simulation } of plexes) simulation.restart({ goneMs: 1_000, startingMs: 1_000 });
    await clock.advance(90_000);
    await scrape();
    for (const plex of plexes) playFilm(plex);
    await clock.advance(15_000);
    await scrape();
    const page = await scrape();
    const ids = plexes.map(({ simulation }) => simulation.server.machineIdentifier);
    assert.notEqual(ids[0], ids[1]);
    for (const server_id of ids) {
      const labels = { server: "attic", server_id };
      assert.equal(sum(page, "plex_up", labels), 1);
      assert.equal(sum(page, "plex_sessions", labels), 1);
      assert.equal(sum(page, "plex_plays_total", labels), 1);
      assert.equal(findSamples(page, "plays_total", labels).length, 1);
      assert.ok(findSamples(page, "plex_library_items", labels).length >= 5);
    }
    const sessions = findSamples(page, "plex_session_state").map(([series]) =>
      /session="(\d+)"/.exec(series)?.[1]
    );
    assert.equal(new Set(sessions).size, 1, "the keys are equal");
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
    const of = ({ simulation }: SimulatedPlex) => ({
      server_id: simulation.server.machineIdentifier,
    });
    assert.equal(sum(page, "plex_up", of(good)), 1);
    assert.equal(sum(page, "plex_up", of(bad)), 0);
    assert.equal(sum(page, "plex_sessions", of(good)), 1);
    assert.equal(findSamples(page, "plex_sessions", of(bad)).length, 0);
    const lists = good.requests.filter(({ template, atMs }) =>
      template === "/status/sessions" && atMs >= from
    );
    assert.ok(lists.length >= 11, `${lists.length} lists of the good one in two minutes`);
  },
);

Deno.test("a second address of a known server is not exported, and named", async () => {
  const clock = new DrivenClock();
  const plex = await startPlex({ clock });
  const lines: string[] = [];
  const other = plex.url.replace("127.0.0.1", "localhost");
  const app = await startExporter(clock, lines, {
    PLEX_SERVER: `${plex.url},${other}`,
    PLEX_TOKEN: plex.ownerToken,
  });
  try {
    await clock.drain();
    await clock.advance(3_000);
    const page = readPage(await (await fetch(`${app.url}/metrics`)).text());
    assert.equal(findSamples(page, "plex_up").length, 1);
    assert.equal(findSamples(page, "server_info").length, 1);
    const logged = lines.filter((line) => line.includes("Two addresses of one server"));
    assert.equal(logged.length, 1, "the log says it once");
    assert.ok(
      logged[0]?.includes(new URL(plex.url).host) && logged[0].includes(new URL(other).host),
    );
    const html = await (await fetch(app.url)).text();
    assert.match(html, /Duplicate/);
  } finally {
    await app.stop(1_000);
    await plex.close();
  }
});
