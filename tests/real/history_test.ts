/**
 * What was played, as a real Prometheus sees it: by `increase()` over a simulated hour and over a
 * minute on the wire, and exactly by the samples.
 */
import assert from "node:assert/strict";
import { startApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { seriesOf } from "../../src/core/ledger.ts";
import type { ServerState } from "../../src/core/model.ts";
import { animate } from "../../src/demo/household.ts";
import { startPlex } from "../../src/demo/plex.ts";
import { openLog } from "../../src/log.ts";
import { catalogue } from "../../src/metrics/catalogue.ts";
import { systemClock } from "../../src/time.ts";
import { watchWorld } from "../e2e/memory.ts";
import { Backfill } from "./backfill.ts";
import { startPrometheus } from "./prometheus.ts";

function total(state: ServerState, family: "plays" | "playMs"): number {
  return seriesOf(state.history[family]).reduce((sum, { value }) => sum + value, 0);
}

/** A share of the truth, in words for the message of a failure. */
function within(measured: number, truth: number, share: number): void {
  assert.ok(Math.abs(measured / truth - 1) <= share, `${measured} of ${truth}`);
}

Deno.test("a busy simulated hour is true by increase() and exact by samples", async () => {
  const folder = await Deno.makeTempDir();
  const watched = await watchWorld();
  const { world, clock, monitor } = watched;
  try {
    const household = animate(world, { clock, seed: 11 });
    const backfill = new Backfill(
      catalogue({ compatible: false }).filter(({ name }) =>
        ["plex_plays_total", "plex_play_seconds_total"].includes(name)
      ),
    );
    await watched.pass(1);
    await backfill.scrape([monitor], world.now());
    const from = world.now();
    let between = 0;
    for (let scrape = 1; scrape <= 240; scrape++) {
      if (scrape === 100) {
        // One that no scrape sees alive.
        await watched.pass(1);
        const [user] = world.users;
        const [player] = world.players;
        assert.ok(user && player);
        const item = world.someItem("movie");
        const viewing = world.play({ item, user, player, state: "playing" });
        await watched.pass(10);
        viewing.stop();
        between = world.plays.filter(({ endedAtMs }) => endedAtMs === world.now()).length;
        await watched.pass(4);
      } else await watched.pass(15);
      await backfill.scrape([monitor], world.now());
    }
    household.stop();
    assert.ok(between >= 1);
    await backfill.write(folder);
    const at = world.now();
    // All since the exporter started: what was before the first scrape was published at 0 there.
    const plays = total(monitor.state, "plays");
    const seconds = total(monitor.state, "playMs") / 1000;
    assert.ok(plays > 200, `${plays} plays`);

    await using prometheus = await startPrometheus(folder, "127.0.0.1:9");
    const hour = `[${(at - from) / 1000}s]`;
    within(await prometheus.sum(`increase(plex_plays_total${hour})`, at), plays, 0.005);
    within(await prometheus.sum(`increase(plex_play_seconds_total${hour})`, at), seconds, 0.01);
    // Exact: the last sample, less the 0 that each series was first published with. What was born
    // before the last scrape still shows that 0, so the last scrape but one is the truth's.
    const shown = seriesOf(monitor.state.history.plays)
      .filter(({ born }) => born < monitor.state.scrapes.completed - 1)
      .reduce((sum, { value }) => sum + value, 0);
    assert.equal(await prometheus.sum("plex_plays_total", at), shown);
    assert.equal(
      await prometheus.sum(`min_over_time(plex_plays_total${hour})`, at),
      0,
      "every series was published at 0 first",
    );
  } finally {
    await watched.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a minute on the wire is counted by increase()", async () => {
  const folder = await Deno.makeTempDir();
  const plex = await startPlex({ clock: systemClock, seed: 3 });
  const household = animate(plex.world, {
    clock: systemClock,
    seed: 3,
    watchMs: [5_000, 20_000],
  });
  const settings: Record<string, string> = {
    PLEX_SERVER: plex.url,
    PLEX_TOKEN: plex.ownerToken,
    LISTEN_ADDRESS: "127.0.0.1:0",
  };
  const { config } = readConfig({ environment: (name) => settings[name], readText: () => "" });
  assert.ok(config);
  const app = await startApp({
    config,
    version: "0.0.0-test",
    clock: systemClock,
    log: openLog({ level: "error", format: "logfmt", zone: "UTC" }),
    random: Math.random,
    readText: () => "",
  });
  try {
    await using prometheus = await startPrometheus(folder, new URL(app.url).host);
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    const [state] = app.states;
    assert.ok(state);
    const before = { at: Date.now(), plays: total(state, "plays"), ms: total(state, "playMs") };
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    const [then] = app.states;
    assert.ok(then);
    const plays = total(then, "plays") - before.plays;
    const seconds = (total(then, "playMs") - before.ms) / 1000;
    const at = Date.now();
    // Two scrapes on: what has just been born is published.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const range = `[${Math.round((at - before.at) / 1000)}s] offset 1s`;
    const counted = await prometheus.sum(`increase(plex_plays_total${range})`, at + 2_000);
    const played = await prometheus.sum(`increase(plex_play_seconds_total${range})`, at + 2_000);
    assert.ok(plays > 20, `${plays} plays`);
    // Scrapes come once a second, credits in steps of up to ten: an edge's worth on either side.
    assert.ok(
      Math.abs(counted - plays) <= Math.max(3, plays * 0.1),
      `${counted} of ${plays} plays`,
    );
    assert.ok(Math.abs(played - seconds) <= seconds * 0.1, `${played} of ${seconds} s`);
  } finally {
    household.stop();
    await app.stop(1_000);
    await plex.close();
    await Deno.remove(folder, { recursive: true });
  }
});
