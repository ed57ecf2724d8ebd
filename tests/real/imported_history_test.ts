/**
 * Three years of views, written by the `history` command and imported by promtool, followed by a
 * day of the exporter. On a real Prometheus, windows before, across and after the start of the
 * exporter have what was viewed in them.
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
import { type Answer, openSnapshot, type Snapshot } from "../testing/tsdb_snapshot.ts";
import { countViews, type TrueView, viewsOf } from "../testing/view_truth.ts";

const HOUR_S = 3_600;
const DAY_S = 86_400;

/** The labels that Prometheus, and so `Backfill`, adds to the exporter's series. */
const LABELS = ["--label", "job=plex", "--label", "instance=localhost:9000"];

const SCRAPE_S = 180;

/** The families of a page that the test needs: the imported ones, and the users' last views. */
function neededFamilies(page: string): string {
  const family = /^plex_((title_)?views_total|(user_)?transmit_bytes_total|user_last_view_)/;
  return page.split("\n").filter((line) => family.test(line)).join("\n") + "\n";
}

/** Adds a view of a random item by a random user, at the present time. */
function addView(simulation: Simulation, random: Random): void {
  const items = simulation.libraries.all.flatMap(({ items }) => items)
    .filter(({ type }) => ["movie", "episode", "track"].includes(type));
  const { id: accountId } = random.pick(simulation.users);
  const item = random.pick(items);
  simulation.viewHistory.add({ viewedAtS: simulation.plexNowS(), accountId, deviceId: 1, item });
}

/**
 * Whether nothing is viewed, as in the last quarter of every hour: windows end on the hour, and the
 * exporter reads a view up to five minutes later.
 */
function isQuiet(simulation: Simulation): boolean {
  return simulation.plexNowS() % HOUR_S >= 0.75 * HOUR_S;
}

/** Starts a film that is played from outside, so that the day of the exporter has bytes. */
function playRemotely(simulation: Simulation): void {
  const [user, player] = [simulation.users[2], simulation.players[2]];
  assert.ok(user && player);
  const item = simulation.randomItem("movie", "1");
  simulation.play({ item, user, player, location: "wan", state: "playing" });
}

/** The ground truth of the data on disk. */
interface Recording {
  readonly views: readonly TrueView[];
  /** The start of the exporter, and the end of the import. */
  readonly startedS: number;
  readonly endedS: number;
  /** Bytes by hour. */
  readonly bins: BandwidthBins;
}

/** Records a day of the exporter into `folder`, then imports what was before its start. */
async function record(folder: string): Promise<Recording> {
  const clock = new DrivenClock(Date.UTC(2026, 2, 14, 10, 20));
  const plex = await startPlex({ clock, seed: 5, pastViews: { count: 1_500 } });
  clock.exclude(plex);
  const { simulation } = plex;
  const exporter = new Exporter([simulation], clock);
  const backfill = new Backfill(folder);
  const random = createRandom(9);
  // There are views just before the start, and just after it.
  for (let minute = 0; minute < 20; minute += 1) {
    addView(simulation, random);
    await clock.advance(60_000);
  }
  exporter.start();
  const startedS = simulation.plexNowS();
  addView(simulation, random);
  await clock.advance(60_000);
  for (let second = 0; second < DAY_S; second += SCRAPE_S) {
    backfill.add(clock.now(), neededFamilies(await exporter.scrape()));
    if (!isQuiet(simulation) && random.chance(0.1)) addView(simulation, random);
    if (second === 2 * HOUR_S) playRemotely(simulation);
    await clock.advance(SCRAPE_S * 1000);
  }
  const endedS = Math.floor(simulation.plexNowS() / HOUR_S) * HOUR_S;
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
  const views = [...viewsOf(simulation)].filter(({ viewedS }) => viewedS <= endedS);
  await plex.close();
  return { views, startedS, endedS, bins: simulation.bandwidth.bins };
}

const FAMILIES = [
  ["plex_views_total", ["user"]],
  ["plex_views_total", ["library"]],
  ["plex_views_total", ["user", "media_type", "library"]],
  ["plex_title_views_total", ["title"]],
] as const;

type Family = typeof FAMILIES[number][0];

/** The values of an instant query, by labels that are joined by slashes. */
function valuesBy(
  answers: readonly Answer[],
  names: readonly string[],
): readonly (readonly [labels: string, value: number])[] {
  return answers.map(({ labels, points }) =>
    [names.map((name) => labels[name]).join("/"), points[0]?.[1] ?? NaN] as const
  );
}

/** The views that a family counts. */
function countedViews(family: Family, views: readonly TrueView[]): readonly TrueView[] {
  return family === "plex_views_total" ? views : views.filter(({ title }) => title !== undefined);
}

/** Asserts that `increase()` of every family from `startS` to `endS` is what was viewed. */
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
    const increases = valuesBy(answers, labels).map(([key, value]) => {
      const rounded = Math.round(value);
      // Extrapolation to the ends of the window adds less than a per cent.
      const isWhole = Math.abs(value - rounded) <= Math.max(0.02, rounded * 0.01);
      return [key, isWhole ? rounded : value] as const;
    });
    const viewed = countViews(countedViews(family, within), labels);
    assert.deepEqual(Object.fromEntries(increases), viewed, `${family} by ${labels} in ${name}`);
  }
}

/** Asserts that no counter falls, and that each ends with all that was viewed. */
async function assertTotals(
  snapshot: Snapshot,
  { views, endedS }: Recording,
): Promise<void> {
  const at = endedS * 1000;
  for (const [family, labels] of FAMILIES) {
    const resets = await snapshot.ask({ query: `resets(${family}[4y]) > 0`, at });
    assert.deepEqual(resets, [], family);
    const query = `sum by (${labels.join(", ")}) (${family})`;
    const totals = Object.fromEntries(valuesBy(await snapshot.ask({ query, at }), labels));
    const viewed = countViews(countedViews(family, views), labels);
    assert.deepEqual(totals, viewed, `${family} by ${labels}`);
  }
}

/** Asserts that bytes are those that Plex sent, except in the hour of the exporter's start. */
async function assertBytes(
  snapshot: Snapshot,
  { startedS, endedS, bins }: Recording,
): Promise<void> {
  const startHourS = Math.floor(startedS / HOUR_S) * HOUR_S;
  const months = [[2023, 6], [2025, 2], [2026, 1]] as const;
  const windows: readonly (readonly [fromS: number, untilS: number])[] = [
    ...months.map(([year, month]) =>
      [Date.UTC(year, month) / 1000, Date.UTC(year, month + 1) / 1000] as const
    ),
    [midnightBefore(startedS) - DAY_S, midnightBefore(startedS)],
    [midnightBefore(startedS) - 30 * DAY_S, endedS],
    [startHourS + HOUR_S, endedS],
  ];
  for (const [fromS, untilS] of windows) {
    for (const location of ["lan", "wan"]) {
      const lan = location === "lan";
      const leftOut = fromS <= startHourS && untilS > startHourS
        ? bins.total(startHourS, startHourS + HOUR_S, { lan })
        : 0;
      const sent = bins.total(fromS, untilS, { lan }) - leftOut;
      const query = `sum(increase(plex_transmit_bytes_total{location="${location}"}` +
        `[${untilS - fromS}s])) or vector(0)`;
      const [answer] = await snapshot.ask({ query, at: untilS * 1000 });
      const counted = answer?.points[0]?.[1] ?? NaN;
      const name = `${location} from ${new Date(fromS * 1000).toISOString()}`;
      assert.ok(Math.abs(counted - sent) <= sent * 0.005, `${name}: ${counted} of ${sent}`);
    }
  }
}

/** The last midnight, by UTC, at or before a time. */
function midnightBefore(timeS: number): number {
  return Math.floor(timeS / DAY_S) * DAY_S;
}

Deno.test("imported views and a day of the exporter are what was viewed, before, across and after its start", async (t) => {
  await withFolder(async (folder) => {
    const recording = await record(folder);
    const { views, startedS, endedS } = recording;
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
    const dayS = midnightBefore(last?.viewedS ?? NaN);
    const startDayS = midnightBefore(startedS);
    const endDayS = midnightBefore(endedS);
    await check("a day before the start", dayS, dayS + DAY_S);
    await check("the day of the start", startDayS, startDayS + DAY_S);
    await check("the week across the start", endedS - 7 * DAY_S, endedS);
    await check("the month across the start", endDayS - 30 * DAY_S, endDayS);
    const hourS = Math.ceil(startedS / HOUR_S) * HOUR_S;
    await check("some hours after the start", hourS + HOUR_S, hourS + 20 * HOUR_S);
    await check("everything", midnightBefore(first.viewedS) - DAY_S, endedS);

    const truth = { views, at: endedS * 1000, scrapeS: SCRAPE_S };
    await t.step(
      "the dashboard's views of all time, rankings and last views are those of the simulation",
      () => assertAllTime(snapshot, truth),
    );
    await t.step(
      "the dashboard's year has the views of each day, including the day of the start",
      () => assertYear(snapshot, truth),
    );
    await t.step(
      "bytes are those of Plex, except in the hour of the start",
      () => assertBytes(snapshot, recording),
    );
    await t.step(
      "no counter falls, and each ends with all that was viewed",
      () => assertTotals(snapshot, recording),
    );
  });
});
