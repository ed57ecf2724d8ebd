/**
 * Measures the effects of `--step` of the command `history`: the size of the file, the time that
 * promtool takes, and the error of `increase()` in windows of all ages. It prints figures for
 * docs/history.md and asserts nothing. It needs Prometheus and promtool.
 */
import { printLine } from "../../.ci/build/project.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import { createRandom } from "../../src/simulator/random.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { runHistoryOn } from "../testing/history_run.ts";
import { runProcess, withFolder } from "../testing/program.ts";
import { findTool } from "../testing/tools.ts";
import { openSnapshot, type Snapshot } from "../testing/tsdb_snapshot.ts";
import { type TrueView, viewsOf } from "../testing/view_truth.ts";

const VIEWS = Number(Deno.env.get("VIEWS") ?? 10_000);
const STEPS = (Deno.env.get("STEPS") ?? "15m,1h,3h").split(",");

const DAY_S = 86_400;

/** Number of windows of each kind. */
const WINDOWS = 100;

/** The kinds of windows: their days, and whether they start at midnight. */
const KINDS = [[1, true], [1, false], [7, false], [30, false]] as const;

/** The error of `increase()` by user over windows of one kind, in per cent of all views. */
async function errorOf(
  snapshot: Snapshot,
  views: readonly TrueView[],
  [days, atMidnight]: typeof KINDS[number],
): Promise<number> {
  const random = createRandom(days);
  const firstS = views[0]?.viewedS ?? NaN;
  const lastS = views.at(-1)?.viewedS ?? NaN;
  let all = 0;
  let wrong = 0;
  for (let count = 0; count < WINDOWS; count += 1) {
    const randomS = firstS + Math.floor(random.next() * (lastS - firstS - days * DAY_S));
    const fromS = atMidnight ? Math.ceil(randomS / DAY_S) * DAY_S : randomS;
    const untilS = fromS + days * DAY_S;
    const query = `sum by (user) (increase(plex_views_total[${days}d]))`;
    const answers = await snapshot.ask({ query, at: untilS * 1000 });
    const shown = new Map(answers.map(({ labels, points }) => [labels["user"], points[0]?.[1]]));
    const within = views.filter(({ viewedS }) => viewedS > fromS && viewedS <= untilS);
    for (const [user, own] of Map.groupBy(within, ({ user }) => user)) {
      wrong += Math.abs((shown.get(user) ?? 0) - own.length);
      shown.delete(user);
    }
    for (const value of shown.values()) wrong += value ?? 0;
    all += within.length;
  }
  return 100 * wrong / all;
}

async function measure(step: string, folder: string): Promise<void> {
  const clock = new DrivenClock();
  const plex = await startPlex({ clock, seed: 5, plexPass: false, pastViews: { count: VIEWS } });
  clock.exclude(plex);
  const args = ["--step", step, "--until", "1d"];
  const { text } = await runHistoryOn(plex, clock, { args, settings: { TZ: "UTC" } });
  const untilS = plex.simulation.plexNowS() - 2 * DAY_S;
  const views = [...viewsOf(plex.simulation)].filter(({ viewedS }) => viewedS < untilS);
  await plex.close();
  await Deno.writeTextFile(`${folder}/plex.om`, text);
  const beganMs = performance.now();
  const { code, stderr } = await runProcess(findTool("promtool"), [
    ...["tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=1500h"],
    ...[`${folder}/plex.om`, `${folder}/data`],
  ]);
  if (code !== 0) throw new Error(stderr);
  const seconds = Math.round((performance.now() - beganMs) / 1_000);
  await using snapshot = await openSnapshot(folder, 300);
  const errors: string[] = [];
  for (const kind of KINDS) {
    const error = await errorOf(snapshot, views, kind);
    errors.push(`${kind[0]} d ${kind[1] ? "at midnight" : "at any time"} ${error.toFixed(1)} %`);
  }
  const megabytes = Math.round(text.length / 1e6);
  printLine(`${step}: ${megabytes} MB, promtool ${seconds} s; ${errors.join(", ")}`);
}

for (const step of STEPS) await withFolder((folder) => measure(step, folder));
