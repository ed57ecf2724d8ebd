/** Compares the panels of streams, plays and watch time with the ground truth. */
import assert from "node:assert/strict";
import type { Snapshot } from "../../testing/tsdb_snapshot.ts";
import { defaultRangeMs, panelQuery } from "../grafana.ts";
import { DASHBOARDS, type Panel } from "../load.ts";
import { playedBy, playsSeen } from "../simulation/sums.ts";
import type { Truth } from "../simulation/truth.ts";

/** Runs every query of every panel as Grafana does at the end of the span. */
export async function assertAnswers(snapshot: Snapshot, { to, everyS }: Truth): Promise<void> {
  const empty: string[] = [];
  for (const dashboard of DASHBOARDS) {
    const view = { from: to - defaultRangeMs(dashboard), to, scrapeS: everyS };
    for (const panel of dashboard.panels) {
      for (const target of panel.targets ?? []) {
        const series = await snapshot.ask(panelQuery(panel, target, view));
        const finite = series.flatMap(({ points }) => points).some(([, value]) =>
          Number.isFinite(value)
        );
        if (!finite) empty.push(`${dashboard.title}: ${panel.title} ${target.refId}`);
      }
    }
  }
  assert.deepEqual(empty, []);
}

/** On an idle server, each panel of the first row shows a value or its text for no data. */
export async function assertFirstRows(snapshot: Snapshot, truth: Truth): Promise<void> {
  const to = truth.lists[1]?.at ?? truth.from;
  const wrong: string[] = [];
  for (const dashboard of DASHBOARDS) {
    const view = { from: to - defaultRangeMs(dashboard), to, scrapeS: truth.everyS };
    for (const panel of dashboard.panels.filter(({ gridPos }) => gridPos.y === 0)) {
      for (const target of panel.targets ?? []) {
        const series = await snapshot.ask(panelQuery(panel, target, view));
        const figures = series.flatMap(({ points }) => points.map(([, value]) => value));
        const noValue = panel.fieldConfig?.defaults.noValue;
        const isEmpty = figures.length === 0 && noValue === undefined;
        const isInvalid = figures.some((value) => !Number.isFinite(value));
        if (isEmpty || isInvalid) wrong.push(`${dashboard.title}: ${panel.title}: ${figures}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
}

/** The panel with this title, of this type or of any but a row. */
export function findPanel(dashboard: string, title: string, type?: string): Panel {
  const found = DASHBOARDS.find((each) => each.title === dashboard)?.panels.find((panel) =>
    panel.title === title && (type === undefined ? panel.type !== "row" : panel.type === type)
  );
  assert.ok(found, `${dashboard}: ${title}`);
  return found;
}

/**
 * The values that a query of a panel shows for a range that ends with the span, by label values:
 * the first query, or the one at `index`.
 */
export async function shown(
  snapshot: Snapshot,
  truth: Truth,
  names: readonly [dashboard: string, panel: string],
  labels: readonly string[],
  from: number,
  index = 0,
): Promise<Map<string, number>> {
  const panel = findPanel(...names);
  const target = panel.targets?.[index];
  assert.ok(target);
  const series = await snapshot.ask(
    panelQuery(panel, target, { from, to: truth.to, scrapeS: truth.everyS }),
  );
  return new Map(series.map(({ labels: all, points }) => [
    labels.map((label) => all[label] ?? "").join("/"),
    points.at(-1)?.[1] ?? NaN,
  ]));
}

const USERS = "Plex / Users and titles";

/** Panels of watch time, with their labels. */
const PLAYED = [
  [USERS, "Users", ["user"]],
  [USERS, "Platforms", ["platform"]],
  [USERS, "Libraries", ["library"]],
  [USERS, "By kind", ["media_type"]],
  [USERS, "Delivery by user", ["user", "decision"]],
  [USERS, "Delivery by platform", ["platform", "decision"]],
  [USERS, "Films", ["title"], "movie"],
  [USERS, "Shows", ["title"], "episode"],
  [USERS, "Artists", ["title"], "track"],
  [USERS, "Watched", []],
  ["Plex / Overview", "Watch time by user", ["user"]],
  ["Plex / Overview", "Watched", []],
  ["Media Server", "Users", ["user"]],
  ["Media Server", "Libraries", ["library"]],
] as const;

/** Asserts a difference of at most 1 %, or of 3 s: the first list after a start may be late. */
export function assertClose(name: string, found: number, real: number): void {
  const close = Math.abs(found - real) <= Math.max(real * 0.01, 3);
  assert.ok(close, `${name}: ${found} s shown, ${real} s played`);
}

/** Compares totals of panels with the ground truth of the whole span. */
export async function assertTotals(snapshot: Snapshot, truth: Truth): Promise<void> {
  const { from, to } = truth;
  for (const [dashboard, title, labels, kind] of PLAYED) {
    const figures = await shown(snapshot, truth, [dashboard, title], labels, from);
    const played = playedBy(
      truth,
      labels,
      { from, to },
      ({ media_type }) => kind === undefined || media_type === kind,
    );
    const ranked = [...played].sort(([, a], [, b]) => b - a);
    // The tenth and the eleventh may differ by less than the tolerance.
    const [, eleventh] = ranked[10] ?? ["", 0];
    const expected = ranked.slice(0, 10).filter(([, seconds]) => seconds > eleventh * 1.02);
    assert.ok(expected.length > 0, `${title}: nothing was played`);
    for (const [name, seconds] of expected) {
      // In the compatible families, live television has the library "unknown".
      const key = dashboard === "Media Server" && name === "none" ? "unknown" : name;
      assertClose(`${dashboard}, ${title}, ${name}`, figures.get(key) ?? 0, seconds);
    }
  }
  const all = playedBy(truth, [], { from, to }).get("") ?? 0;
  for (const title of ["By weekday", "By hour"]) {
    const figures = await shown(snapshot, truth, [USERS, title], [title.slice(3)], from);
    const sum = [...figures.values()].reduce((total, value) => total + value, 0);
    assertClose(title, sum, all);
  }
}

/** Compares plays: within 0.5 % in panels, and exactly by the samples. */
export async function assertPlays(snapshot: Snapshot, truth: Truth): Promise<void> {
  const { from, to, everyS } = truth;
  const seen = playsSeen(truth, "user");
  const all = [...seen.values()].reduce((total, plays) => total + plays, 0);
  const figures = await shown(snapshot, truth, [USERS, "Plays"], [], from);
  const shownPlays = figures.get("") ?? 0;
  assert.ok(Math.abs(shownPlays / all - 1) <= 0.005, `${shownPlays} plays shown of ${all}`);

  const window = `[${Math.round((to - from) / 1000) + everyS}s]`;
  const samples = await snapshot.ask({ query: `plex_plays_total${window}`, at: to });
  const counted = new Map<string, number>();
  for (const { labels: { user = "" }, points } of samples) {
    let before = 0;
    for (const [, value] of points) {
      const grown = value >= before ? value - before : value;
      counted.set(user, (counted.get(user) ?? 0) + grown);
      before = value;
    }
  }
  assert.deepEqual(
    [...counted].filter(([, plays]) => plays > 0).sort(),
    [...seen].filter(([, plays]) => plays > 0).sort(),
  );
}

/** Maximum number of points in one response of Prometheus. */
const MAX_POINTS = 10_000;

/** Compares current streams at every scrape with Plex's lists in the seconds around it. */
export async function assertStreams(snapshot: Snapshot, truth: Truth): Promise<void> {
  const { lists, everyS, to } = truth;
  const stepMs = everyS * 1000;
  const shownStreams = new Map<number, string[]>();
  const first = lists[0]?.at ?? to;
  for (let from = first; from <= to; from += MAX_POINTS * stepMs) {
    const until = Math.min(to, from + (MAX_POINTS - 1) * stepMs);
    const series = await snapshot.ask({
      // In recorded blocks a series that ends has no staleness marker, unlike in a real scrape.
      query: "sum by (state, decision) (plex_sessions * on (server_id) group_left () plex_up)",
      at: to,
      range: { from, to: until, stepS: everyS },
    });
    for (const { labels: { state, decision }, points } of series) {
      for (const [at, value] of points) {
        const streams = shownStreams.get(at) ?? [];
        for (let stream = 0; stream < value; stream += 1) streams.push(`${state}/${decision}`);
        shownStreams.set(at, streams);
      }
    }
  }
  const wrong = lists.flatMap(({ at, listed }) => {
    const streams = shownStreams.get(at);
    if (streams === undefined) return [];
    const text = streams.toSorted().join(" ");
    const list = listed.map((each) => `"${each}"`).join(", ");
    return listed.includes(text) ? [] : [`${new Date(at).toISOString()}: "${text}", not ${list}`];
  });
  assert.deepEqual(wrong, []);
  assert.ok(shownStreams.size > lists.length * 0.98, "streams are missing at few scrapes only");
}
