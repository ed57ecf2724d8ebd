/**
 * A day of the exporter, and three years of views before it, written by the `history` command and
 * imported by promtool: what a real Prometheus says of them before, across and after the seam is what was
 * viewed.
 */
import assert from "node:assert/strict";
import { startPlex } from "../../src/simulator/plex.ts";
import { createRandom, type Random } from "../../src/simulator/random.ts";
import type { Simulation } from "../../src/simulator/simulation.ts";
import type { BandwidthBins } from "../../src/simulator/bandwidth_bins.ts";
import { assertAllTime, assertYear } from "../dashboards/assertions/views.ts";
import { Backfill } from "../dashboards/simulation/backfill.ts";
import { Exporter } from "../dashboards/simulation/exporter.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { runHistoryOn } from "../testing/history_run.ts";
import { runProcess, withFolder } from "../testing/program.ts";
import { findTool } from "../testing/tools.ts";
import { openSnapshot, type Snapshot } from "../testing/tsdb_snapshot.ts";
import { countViews, type TrueView, viewsOf } from "../testing/view_truth.ts";

const HOUR_S = 3_600;
const DAY_S = 86_400;

/** What Prometheus adds to the exporter's series, as `Backfill` does. */
const LABELS = ["--label", "job=plex", "--label", "instance=localhost:9000"];

const SCRAPE_S = 180;

/** The families that the test is about, on a page: the imported ones, and when users were last seen. */
function onlyImported(page: string): string {
  const family = /^plex_((title_)?views_total|(user_)?transmit_bytes_total|user_last_view_)/;
  return page.split("\n").filter((line) => family.test(line)).join("\n") + "\n";
}

/** Somebody watches something to its end; now and then it is new to that user. */
function watchSomething(world: Simulation, random: Random): void {
  const items = world.libraries.all.flatMap(({ items }) => items)
    .filter(({ type }) => ["movie", "episode", "track"].includes(type));
  const { id: accountId } = random.pick(world.users);
  const item = random.pick(items);
  world.viewHistory.add({ viewedAtS: world.plexNowS(), accountId, deviceId: 1, item });
}

/** The last quarter of an hour: a view is read within five minutes, and windows end with hours. */
function isQuiet(world: Simulation): boolean {
  return world.plexNowS() % HOUR_S >= 0.75 * HOUR_S;
}

/** Somebody plays a film from outside, for bytes of the live day. */
function play(world: Simulation): void {
  const [user, player] = [world.users[2], world.players[2]];
  assert.ok(user && player);
  const item = world.randomItem("movie", "1");
  world.play({ item, user, player, location: "wan", state: "playing" });
}

interface Recording {
  readonly views: readonly TrueView[];
  /** When the exporter was started, which is where the import ends, and when the day was over. */
  readonly startedS: number;
  readonly endedS: number;
  /** The bytes of all hours. */
  readonly bins: BandwidthBins;
}

/** Lives through a day, then writes and imports what was before. Leaves the data in `folder`. */
async function record(folder: string): Promise<Recording> {
  const clock = new DrivenClock(Date.UTC(2026, 2, 14, 10, 20));
  const plex = await startPlex({ clock, seed: 5, pastViews: { count: 1_500 } });
  clock.exclude(plex);
  const { simulation: world } = plex;
  const exporter = new Exporter([world], clock);
  const backfill = new Backfill(folder);
  const random = createRandom(9);
  // Somebody always watches something to its end just before the start, and just after it.
  for (let minute = 0; minute < 20; minute += 1) {
    watchSomething(world, random);
    await clock.advance(60_000);
  }
  exporter.start();
  const startedS = world.plexNowS();
  watchSomething(world, random);
  await clock.advance(60_000);
  for (let second = 0; second < DAY_S; second += SCRAPE_S) {
    backfill.add(clock.now(), onlyImported(await exporter.scrape()));
    if (!isQuiet(world) && random.chance(0.1)) watchSomething(world, random);
    if (second === 2 * HOUR_S) play(world);
    await clock.advance(SCRAPE_S * 1000);
  }
  const endedS = Math.floor(world.plexNowS() / HOUR_S) * HOUR_S;
  await exporter.stop();
  await backfill.close();

  const args = ["--until", String(startedS), ...LABELS];
  const { text, isComplete } = await runHistoryOn(plex, clock, { args, settings: { TZ: "UTC" } });
  assert.ok(isComplete);
  await Deno.writeTextFile(`${folder}/plex.om`, text);
  const { code, stderr } = await runProcess(findTool("promtool"), [
    ...["tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=15000h"],
    ...[`${folder}/plex.om`, `${folder}/data`],
  ]);
  assert.equal(code, 0, stderr);
  const views = [...viewsOf(world)].filter(({ viewedS }) => viewedS <= endedS);
  await plex.close();
  return { views, startedS, endedS, bins: world.bandwidth.bins };
}

const FAMILIES = [
  ["plex_views_total", ["user"]],
  ["plex_views_total", ["library"]],
  ["plex_views_total", ["user", "media_type", "library"]],
  ["plex_title_views_total", ["title"]],
] as const;

/** Compares every family in a window that ends at `endS` with what was viewed in it. */
async function assertWindow(
  snapshot: Snapshot,
  views: readonly TrueView[],
  name: string,
  startS: number,
  endS: number,
): Promise<void> {
  const within = views.filter(({ viewedS }) => viewedS > startS && viewedS <= endS);
  assert.ok(within.length > 0, `nothing was viewed in ${name}`);
  for (const [family, labels] of FAMILIES) {
    const range = `${endS - startS}s`;
    const query = `sum by (${labels.join(", ")}) (increase(${family}[${range}])) > 0.005`;
    const answers = await snapshot.ask({ query, at: endS * 1000 });
    const found = Object.fromEntries(answers.map(({ labels: all, points }) => {
      const value = points[0]?.[1] ?? NaN;
      const rounded = Math.round(value);
      // Extrapolation to the edges of the window adds a share of a per cent.
      const shown = Math.abs(value - rounded) <= Math.max(0.02, rounded * 0.01) ? rounded : value;
      return [labels.map((label) => all[label]).join("/"), shown];
    }));
    const known = family === "plex_views_total"
      ? within
      : within.filter(({ title }) => title !== undefined);
    assert.deepEqual(found, countViews(known, labels), `${family} by ${labels} in ${name}`);
  }
}

function dayBefore(timeS: number): number {
  return Math.floor(timeS / DAY_S) * DAY_S;
}

Deno.test("imported views and a live day are what was viewed, before, across and after the seam", async (t) => {
  await withFolder(async (folder) => {
    const { views, startedS, endedS, bins } = await record(folder);
    const [first] = views;
    assert.ok(first);
    await using snapshot = await openSnapshot(folder, 2 * SCRAPE_S);
    const check = (name: string, startS: number, endS: number) =>
      t.step(name, () => assertWindow(snapshot, views, name, startS, endS));

    for (const [year, month] of [[2023, 5], [2024, 1], [2025, 11], [2026, 0]] as const) {
      const [startS, endS] = [month, month + 1].map((each) => Date.UTC(year, each) / 1000);
      await check(`the month ${year}-${month + 1}`, startS ?? NaN, endS ?? NaN);
    }
    const last = views.findLast(({ viewedS }) => viewedS < startedS - 2 * DAY_S);
    const dayS = dayBefore(last?.viewedS ?? NaN);
    await check("a day before the seam", dayS, dayS + DAY_S);
    await check("the day of the installation", dayBefore(startedS), dayBefore(startedS) + DAY_S);
    await check("the week across the seam", endedS - 7 * DAY_S, endedS);
    await check("the month across the seam", dayBefore(endedS) - 30 * DAY_S, dayBefore(endedS));
    const hourS = Math.ceil(startedS / HOUR_S) * HOUR_S;
    await check("some hours after the seam", hourS + HOUR_S, hourS + 20 * HOUR_S);
    await check("everything", dayBefore(first.viewedS) - DAY_S, endedS);

    const truth = { views, at: endedS * 1000, scrapeS: SCRAPE_S };
    await t.step(
      "the dashboard's views of all time, rankings and last views are those of the world",
      () => assertAllTime(snapshot, truth),
    );
    await t.step(
      "the dashboard's year has the views of each day, the day of the installation included",
      () => assertYear(snapshot, truth),
    );
    await t.step(
      "bytes are those of Plex, but for the hour in which the exporter was started",
      async () => {
        const startHourS = Math.floor(startedS / HOUR_S) * HOUR_S;
        const months = [[2023, 6], [2025, 2], [2026, 1]] as const;
        const windows = [
          ...months.map(([year, month]) => [Date.UTC(year, month), Date.UTC(year, month + 1)]),
          [(dayBefore(startedS) - DAY_S) * 1000, dayBefore(startedS) * 1000],
          [(dayBefore(startedS) - 30 * DAY_S) * 1000, endedS * 1000],
          [(startHourS + HOUR_S) * 1000, endedS * 1000],
        ].map(([fromMs = 0, untilMs = 0]) => [fromMs / 1000, untilMs / 1000] as const);
        for (const [fromS, untilS] of windows) {
          for (const location of ["lan", "wan"]) {
            const lan = location === "lan";
            const leftOut = fromS <= startHourS && untilS > startHourS
              ? bins.total(startHourS, startHourS + HOUR_S, { lan })
              : 0;
            const real = bins.total(fromS, untilS, { lan }) - leftOut;
            const query = `sum(increase(plex_transmit_bytes_total{location="${location}"}` +
              `[${untilS - fromS}s])) or vector(0)`;
            const [answer] = await snapshot.ask({ query, at: untilS * 1000 });
            const shown = answer?.points[0]?.[1] ?? NaN;
            const name = `${location} from ${new Date(fromS * 1000).toISOString()}`;
            assert.ok(Math.abs(shown - real) <= real * 0.005, `${name}: ${shown} of ${real}`);
          }
        }
      },
    );

    await t.step("the counters never fall, and end with all that was ever viewed", async () => {
      for (const [family, labels] of FAMILIES) {
        const resets = await snapshot.ask({
          query: `resets(${family}[4y]) > 0`,
          at: endedS * 1000,
        });
        assert.deepEqual(resets, [], family);
        const query = `sum by (${labels.join(", ")}) (${family})`;
        const answers = await snapshot.ask({ query, at: endedS * 1000 });
        const found = Object.fromEntries(
          answers.map(({ labels: all, points }) =>
            [labels.map((label) => all[label]).join("/"), points[0]?.[1]] as const
          ),
        );
        const known = family === "plex_views_total"
          ? views
          : views.filter(({ title }) => title !== undefined);
        assert.deepEqual(found, countViews(known, labels), `${family} by ${labels}`);
      }
    });
  });
});
