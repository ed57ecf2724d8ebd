/** Several servers in one process: apart where they are equal, and no burden to one another. */
import assert from "node:assert/strict";
import type { Fault } from "../../src/demo/faults.ts";
import type { App } from "../../src/app.ts";
import { type PlexOptions, type SimulatedPlex, startPlex } from "../../src/demo/plex.ts";
import { DrivenClock } from "../demo/driven_clock.ts";
import { find, hasHeard, readPage, slowScrapeMs, startOn, sum } from "./rig.ts";

interface Fleet {
  readonly clock: DrivenClock;
  readonly plexes: readonly [SimulatedPlex, SimulatedPlex];
  readonly app: App;
  readonly lines: readonly string[];
  scrape(): Promise<ReturnType<typeof readPage>>;
}

function onFleet(
  name: string,
  run: (fleet: Fleet) => Promise<void>,
  second: Partial<PlexOptions> = {},
  urls: (plexes: readonly SimulatedPlex[]) => string = (plexes) =>
    plexes.map(({ url }) => url).join(","),
): void {
  Deno.test(name, async () => {
    const clock = new DrivenClock();
    const options = { clock, duplicateShare: 0, lag: { startMs: 0, changeMs: 0, stopMs: 0 } };
    const plexes = [
      await startPlex({ ...options, name: "attic", seed: 1 }),
      await startPlex({ ...options, name: "attic", seed: 2, ...second }),
    ] as const;
    plexes.forEach((plex) => clock.reckonWith(plex));
    const lines: string[] = [];
    const app = await startOn(clock, lines, {
      PLEX_SERVER: urls(plexes),
      PLEX_TOKEN: plexes.map(({ ownerToken }) => ownerToken).join(","),
    });
    clock.settle = () =>
      app.states.every((state, index) => {
        const plex = plexes[index];
        return plex === undefined || hasHeard(state, plex);
      });
    try {
      await clock.rest();
      await clock.advance(2_000);
      const scrape = async () => readPage(await (await fetch(`${app.url}/metrics`)).text());
      await run({ clock, plexes, app, lines, scrape });
    } finally {
      await app.stop(1_000);
      for (const plex of plexes) await plex.close();
    }
  });
}

function play({ world }: SimulatedPlex) {
  const [user] = world.users;
  const [player] = world.players;
  assert.ok(user && player);
  return world.play({ item: world.someItem("movie"), user, player, state: "playing" });
}

onFleet("servers with equal names, libraries and session keys stay apart", async (fleet) => {
  const { clock, plexes, scrape } = fleet;
  // After a restart the keys of both begin at 1.
  for (const { world } of plexes) world.restart({ goneMs: 1_000, startingMs: 1_000 });
  await clock.advance(90_000);
  await scrape();
  for (const plex of plexes) play(plex);
  await clock.advance(15_000);
  await scrape();
  const page = await scrape();
  const ids = plexes.map(({ world }) => world.server.machineIdentifier);
  assert.notEqual(ids[0], ids[1]);
  for (const server_id of ids) {
    const labels = { server: "attic", server_id };
    assert.equal(sum(page, "plex_up", labels), 1);
    assert.equal(sum(page, "plex_sessions", labels), 1);
    assert.equal(sum(page, "plex_plays_total", labels), 1);
    assert.equal(find(page, "plays_total", labels).length, 1);
    assert.ok(find(page, "plex_library_items", labels).length >= 5);
  }
  const sessions = find(page, "plex_session_state").map(([series]) =>
    /session="(\d+)"/.exec(series)?.[1]
  );
  assert.equal(new Set(sessions).size, 1, "the keys are equal");
});

onFleet("a server that is down or hangs costs the other nothing", async (fleet) => {
  const { clock, plexes: [good, bad], scrape } = fleet;
  play(good);
  await clock.advance(5_000);
  const from = clock.now();
  bad.faults.set({ kind: "hang" });
  await clock.advance(120_000);
  const page = await scrape();
  const of = ({ world }: SimulatedPlex) => ({ server_id: world.server.machineIdentifier });
  assert.equal(sum(page, "plex_up", of(good)), 1);
  assert.equal(sum(page, "plex_up", of(bad)), 0);
  assert.equal(sum(page, "plex_sessions", of(good)), 1);
  assert.equal(find(page, "plex_sessions", of(bad)).length, 0);
  const lists = good.requests.filter(({ template, atMs }) =>
    template === "/status/sessions" && atMs >= from
  );
  assert.ok(lists.length >= 11, `${lists.length} lists of the good one in two minutes`);
});

/** What a server may send to whom it wants to harm. */
const HOSTILE: Readonly<Record<string, readonly Fault[]>> = {
  "sends what is too large": [{ kind: "oversized", bytes: 40 << 20 }, { kind: "invalid frames" }],
  "sends ten million empty items": [{ kind: "swarm", bytes: 30 << 20 }],
  "sends gzip bombs": [{ kind: "gzip bomb", bytes: 100 << 20 }],
  "floods its socket": [{ kind: "frame storm", perSecond: 1_000 }, { kind: "bad entries" }],
};

for (const [what, faults] of Object.entries(HOSTILE)) {
  onFleet(`a hostile server that ${what} costs the other nothing`, async (fleet) => {
    const { clock, plexes: [good, bad], scrape } = fleet;
    const viewing = play(good);
    await clock.advance(12_000);
    await scrape();
    const from = clock.now();
    for (const fault of faults) {
      const isOfFrames = fault.kind.includes("frame");
      bad.faults.set(fault, isOfFrames ? {} : { path: "/status/sessions" });
    }
    let isOver = false;
    let slowestMs = 0;
    const scraping = (async () => {
      while (!isOver) {
        const beganMs = performance.now();
        await scrape();
        slowestMs = Math.max(slowestMs, performance.now() - beganMs);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    })();
    await clock.advance(20_000);
    viewing.pause();
    await clock.advance(20_000);
    isOver = true;
    await scraping;
    const page = await scrape();
    const server_id = good.world.server.machineIdentifier;
    assert.equal(sum(page, "plex_up", { server_id }), 1);
    assert.equal(sum(page, "plex_sessions", { server_id, state: "paused" }), 1);
    const seconds = sum(page, "plex_play_seconds_total", { server_id });
    assert.ok(seconds >= 30 && seconds <= 34, `${seconds} s of 32 s`);
    const lists = good.requests.filter(({ template, atMs }) =>
      template === "/status/sessions" && atMs >= from
    );
    assert.ok(lists.length >= 4, `${lists.length} lists of the good one in 40 seconds`);
    assert.ok(slowestMs < slowScrapeMs(), `the slowest scrape took ${slowestMs} ms`);
  });
}

Deno.test("a second address of a known server is not exported, and named", async () => {
  const clock = new DrivenClock();
  const plex = await startPlex({ clock });
  const lines: string[] = [];
  const other = plex.url.replace("127.0.0.1", "localhost");
  const app = await startOn(clock, lines, {
    PLEX_SERVER: `${plex.url},${other}`,
    PLEX_TOKEN: plex.ownerToken,
  });
  try {
    await clock.rest();
    await clock.advance(3_000);
    const page = readPage(await (await fetch(`${app.url}/metrics`)).text());
    assert.equal(find(page, "plex_up").length, 1);
    assert.equal(find(page, "server_info").length, 1);
    const told = lines.filter((line) => line.includes("Two addresses of one server"));
    assert.equal(told.length, 1, "the log says it once");
    assert.ok(told[0]?.includes(new URL(plex.url).host) && told[0].includes(new URL(other).host));
    const html = await (await fetch(app.url)).text();
    assert.match(html, /Duplicate/);
  } finally {
    await app.stop(1_000);
    await plex.close();
  }
});
