/** Counters and running plays over restarts of the exporter, on one server and more. */
import assert from "node:assert/strict";
import { findSamples, type Page, playFilm, sum } from "../testing/harness.ts";
import { serverLabels } from "../testing/labels.ts";
import { testRestarts } from "../testing/restarts.ts";

const seconds = (page: Page) => sum(page, "plex_play_seconds_total");
const plays = (page: Page) => sum(page, "plex_plays_total");
const bytes = (page: Page) => sum(page, "plex_transmit_bytes_total");

testRestarts(
  "a play that continues over a restart is counted once, without the time between",
  async (restarts, plex) => {
    const { page: before } = await restarts.startWithFilm(plex, 120);
    await restarts.restart(600);
    const first = await restarts.scrape();
    await restarts.pass(100);
    const after = await restarts.scrape();
    assert.equal(plays(before), 1);
    assert.equal(plays(after), 1);
    assert.ok(seconds(before) > 100, `${seconds(before)} s of 120 s`);
    assert.ok(seconds(first) - seconds(before) <= 1, "nothing of the time between");
    const more = seconds(after) - seconds(before);
    assert.ok(more > 80 && more <= 101, `${more} s of 100 s`);
    for (const family of ["plays_total", "plex_session_start_timestamp_seconds"]) {
      assert.deepEqual(findSamples(after, family), findSamples(before, family), family);
      assert.equal(findSamples(after, family).length, 1, family);
    }
    assert.ok(sum(after, "play_seconds_total") > sum(before, "play_seconds_total") + 80);
    assert.equal(restarts.logged("Counters continue from the state file").length, 1);
  },
);

testRestarts("a play that ended during a restart is over", async (restarts, plex) => {
  const { page: before, viewer } = await restarts.startWithFilm(plex, 60);
  await restarts.stop();
  viewer.stop();
  await restarts.pass(60);
  await restarts.start();
  await restarts.pass(30);
  const after = await restarts.scrape();
  assert.equal(findSamples(after, "plays_total").length, 0);
  assert.equal(seconds(after), seconds(before));
  playFilm(plex);
  await restarts.pass(30);
  assert.equal(plays(await restarts.show()), 2);
});

testRestarts("a kill loses nothing that was exported", async (restarts, plex) => {
  await restarts.start();
  await restarts.scrape();
  for (let round = 0; round < 4; round++) {
    // A new user at each round: the series begins at 0, whatever was saved without being shown.
    const viewer = playFilm(plex, { who: round });
    await restarts.pass(15);
    if (round % 2 === 0) await restarts.scrape();
    await restarts.pass(10.5);
    const scraped = round % 3 === 0 ? await restarts.scrape() : undefined;
    await restarts.kill();
    await restarts.pass(5);
    await restarts.start();
    const again = await restarts.scrape();
    if (scraped !== undefined) assert.equal(plays(again), plays(scraped));
    await restarts.pass(10);
    viewer.stop();
    await restarts.pass(5);
    assert.equal(plays(await restarts.show()), round + 1);
  }
});

testRestarts(
  "bytes sent during a restart are counted once, from Plex's own rows",
  async (restarts, plex) => {
    const { simulation } = plex;
    const counted = async () => {
      await restarts.pass(90);
      simulation.recordUsage();
      await restarts.scrape();
      return bytes(await restarts.scrape());
    };
    await restarts.start();
    await restarts.pass(60);
    await restarts.scrape();
    const viewer = playFilm(plex);
    await restarts.pass(120);
    viewer.pause();
    const before = await counted();
    const sentBefore = simulation.bandwidth.total();
    assert.ok(before > 0);
    viewer.resume();
    await restarts.pass(30);
    await restarts.restart(600);
    await restarts.pass(30);
    viewer.stop();
    const sent = simulation.bandwidth.total() - sentBefore;
    assert.ok(sent > before, "bytes are sent during the restart");
    assert.equal(await counted() - before, simulation.bandwidth.total() - sentBefore);
    const byUser = sum(await restarts.scrape(), "plex_user_transmit_bytes_total");
    assert.equal(byUser, bytes(await restarts.scrape()));
  },
);

testRestarts(
  "views that Plex removed during a restart stay counted, and new ones are counted",
  async (restarts, plex) => {
    const { simulation } = plex;
    await restarts.start();
    await restarts.pass(30);
    const views = sum(await restarts.scrape(), "plex_views_total");
    assert.equal(views, 500);
    await restarts.stop();
    const [user, other] = simulation.users;
    assert.ok(user && other);
    const removed = [...simulation.viewHistory].filter(({ accountId }) => accountId === other.id);
    assert.ok(removed.length > 10);
    for (const { id } of removed) simulation.viewHistory.remove(id);
    const item = simulation.randomItem("movie");
    simulation.viewHistory.add({
      viewedAtS: simulation.plexNowS(),
      accountId: user.id,
      deviceId: 1,
      item,
    });
    await restarts.start();
    await restarts.pass(30);
    assert.equal(sum(await restarts.scrape(), "plex_views_total"), views + 1);
  },
  { plex: { pastViews: { count: 500, years: 1 } } },
);

testRestarts(
  "a server that was renamed during a restart keeps its counters",
  async (restarts, plex) => {
    const { page: before } = await restarts.startWithFilm(plex, 60);
    await restarts.stop();
    plex.simulation.server.rename("cellar");
    await restarts.start();
    await restarts.pass(30);
    const after = await restarts.scrape();
    assert.equal(plays(after), 1);
    assert.ok(seconds(after) > seconds(before));
    assert.equal(findSamples(after, "plex_plays_total", { server: "cellar" }).length, 1);
  },
);

testRestarts("a server keeps its counters at another address", async (restarts, plex) => {
  const { page: before } = await restarts.startWithFilm(plex, 60);
  const moved = plex.url.replace("127.0.0.1", "localhost");
  await restarts.restart(60, { PLEX_SERVER: moved });
  await restarts.pass(30);
  const after = await restarts.scrape();
  assert.equal(plays(after), 1);
  assert.ok(seconds(after) > seconds(before));
  assert.equal(sum(after, "plex_up"), 1);
});

testRestarts("servers with equal names keep their own counters", async (restarts, plex) => {
  const other = await restarts.addPlex({ seed: 2 });
  await restarts.start();
  await restarts.scrape();
  playFilm(plex);
  playFilm(other);
  playFilm(other, { who: 1 });
  await restarts.pass(60);
  await restarts.show();
  // In another order than before.
  const urls = [other.url, plex.url].join(",");
  const tokens = [other.ownerToken, plex.ownerToken].join(",");
  await restarts.restart(60, { PLEX_SERVER: urls, PLEX_TOKEN: tokens });
  await restarts.pass(30);
  const after = await restarts.scrape();
  assert.equal(sum(after, "plex_plays_total", serverLabels(plex)), 1);
  assert.equal(sum(after, "plex_plays_total", serverLabels(other)), 2);
});

testRestarts(
  "no byte is counted twice if Plex's clock is set back during a restart",
  async (restarts, plex) => {
    const { simulation } = plex;
    await restarts.start();
    await restarts.pass(60);
    await restarts.scrape();
    playFilm(plex);
    await restarts.pass(300);
    await restarts.show();
    await restarts.stop();
    simulation.jumpClock(-3_600_000);
    await restarts.start();
    await restarts.pass(300);
    simulation.recordUsage();
    const counted = bytes(await restarts.scrape());
    assert.ok(counted > 0 && counted <= simulation.bandwidth.total(), `${counted} bytes`);
    assert.equal(restarts.logged("clock was set back").length, 1);
    await restarts.pass(60);
    assert.ok(bytes(await restarts.scrape()) > counted);
  },
);

/** A TCP proxy to a port, on a port of its own. */
function startProxyTo(port: number): { readonly port: number; close(): Promise<void> } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const accepting = (async () => {
    for await (const client of listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port });
      for (const [from, to] of [[client, server], [server, client]] as const) {
        open.add(from);
        void from.readable.pipeTo(to.writable).catch(() => {}).finally(() => open.delete(from));
      }
    }
  })();
  return {
    port: listener.addr.port,
    async close() {
      listener.close();
      await accepting;
      for (const connection of open) {
        try {
          connection.close();
        } catch {
          // The other side has closed it.
        }
      }
    },
  };
}

testRestarts(
  "the reachable one of two addresses of a server is exported, with its counters",
  async (restarts, plex) => {
    const proxy = startProxyTo(Number(new URL(plex.url).port));
    const settings = {
      PLEX_SERVER: `http://127.0.0.1:${proxy.port},${plex.url}`,
      PLEX_TOKEN: plex.ownerToken,
    };
    let isOpen = true;
    restarts.ignoreFrames();
    try {
      const { page: before } = await restarts.startWithFilm(plex, 60, settings);
      assert.equal(plays(before), 1);
      await restarts.restart(10, settings);
      await restarts.pass(30);
      const both = await restarts.scrape();
      assert.equal(plays(both), 1);
      assert.equal(findSamples(both, "plex_up").length, 1);
      await restarts.stop();
      await proxy.close();
      isOpen = false;
      await restarts.start(settings);
      await restarts.scrape();
      await restarts.pass(60);
      const after = await restarts.scrape();
      assert.deepEqual(findSamples(after, "plex_up").map(([, value]) => value), [1]);
      assert.equal(plays(after), 1);
      assert.ok(seconds(after) > seconds(both));
    } finally {
      if (isOpen) await proxy.close();
    }
  },
);
