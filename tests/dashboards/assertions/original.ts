/**
 * Runs the queries of the Go exporter's dashboard unchanged, and compares them with the ground
 * truth as far as any exporter can make them right.
 */
import assert from "node:assert/strict";
import type { Snapshot } from "../../testing/tsdb_snapshot.ts";
import { playedBy, playedIn, playingIn } from "../simulation/sums.ts";
import type { Truth } from "../simulation/truth.ts";

/** The numbers of playing streams in the lists, on both servers. */
function playing(listed: readonly string[]): ReadonlySet<number> {
  return new Set(
    listed.map((text) => text.split(" ").filter((each) => /^playing/.test(each)).length),
  );
}

/**
 * The panel "Duration", day by day: at most 5 % more than was played. A maximum loses what a play
 * had before a restart of the exporter, which no exporter can avoid.
 */
async function assertDuration(snapshot: Snapshot, truth: Truth): Promise<void> {
  const dayMs = 86_400_000;
  let [shown, real] = [0, 0];
  for (let at = truth.from + dayMs; at <= truth.to + 60_000; at += dayMs) {
    const to = Math.min(at, truth.to);
    const series = await snapshot.ask({
      query: "sum(max_over_time(play_seconds_total[24h])) by (library_type)",
      at: to,
    });
    shown += series.reduce((sum, { points }) => sum + (points[0]?.[1] ?? 0), 0);
    real += playedIn(truth, { from: at - dayMs, to });
  }
  const share = shown / real;
  const least = truth.runs.length === 1 ? 0.99 : 0.9;
  assert.ok(share > least && share <= 1.05, `Duration shows ${share} of the truth`);
}

const HOUR_S = 3_600;

/**
 * The top ten, in the steps of their bar charts: the first is right, and values of an hour or more
 * are within 15 %. `increase()` extrapolates at both ends of the series of each play.
 */
async function assertTop(
  snapshot: Snapshot,
  truth: Truth,
  label: "title" | "user" | "device_type",
): Promise<void> {
  const stepS = 600;
  const series = await snapshot.ask({
    query: `sum(increase(play_seconds_total[${stepS}s])) by (media_type, ${label})`,
    at: truth.to,
    range: { from: truth.from + stepS * 1000, to: truth.to, stepS },
  });
  const shown = new Map<string, number>();
  for (const { labels, points } of series) {
    const name = labels[label] ?? "";
    const sum = points.reduce((total, [, value]) => total + value, 0);
    shown.set(name, (shown.get(name) ?? 0) + sum);
  }
  const first = (sums: ReadonlyMap<string, number>) =>
    [...sums].sort(([, a], [, b]) => b - a)[0] ?? ["", 0];
  const real = playedBy(truth, [label], truth);
  const [, most] = first(real);
  const [name] = first(shown);
  assert.ok((real.get(name) ?? 0) > 0.9 * most, `the first by ${label} is ${name}`);
  for (const [name, seconds] of real) {
    const share = (shown.get(name) ?? 0) / seconds;
    assert.ok(seconds < HOUR_S || (share > 0.85 && share < 1.15), `${name}: ${share} of the truth`);
  }
}

/** The share of busy minutes in which the number of current streams is right. */
async function assertStreams(snapshot: Snapshot, truth: Truth): Promise<number> {
  const windowS = Math.max(60, truth.everyS * 4);
  const query = `count(sum by (server_id, session) (rate(play_seconds_total{` +
    `stream_type=~".+",transcode_type=~".+"}[${windowS}s])) > 0) or on() vector(0)`;
  let [right, busy] = [0, 0];
  const first = truth.lists[0]?.at ?? truth.from;
  const stepS = 60;
  const series = await snapshot.ask({
    query,
    at: truth.to,
    range: { from: first, to: Math.min(truth.to, first + 9_000 * stepS * 1000), stepS },
  });
  const lists = new Map(truth.lists.map(({ at, listed }) => [at, playing(listed)]));
  for (const [at, value] of series.flatMap(({ points }) => points)) {
    const listed = lists.get(at);
    if (listed === undefined || (listed.size === 1 && listed.has(0))) continue;
    busy += 1;
    if (listed.has(value)) right += 1;
  }
  return right / busy;
}

/** Streams with burned subtitles are right in 85 % of the minutes. */
async function assertSubtitles(snapshot: Snapshot, truth: Truth): Promise<void> {
  const windowS = Math.max(60, truth.everyS * 4);
  const query = `count by (subtitle_action) (sum by (server_id, session, subtitle_action) ` +
    `(rate(play_seconds_total{subtitle_action="burn"}[${windowS}s])) > 0)`;
  const first = truth.lists[0]?.at ?? truth.from;
  const range = { from: first, to: truth.to, stepS: Math.max(60, truth.everyS) };
  const series = await snapshot.ask({ query, at: truth.to, range });
  const shown = new Map(series.flatMap(({ points }) => points));
  let [right, busy] = [0, 0];
  for (let at = first; at <= truth.to; at += range.stepS * 1000) {
    const burning = playingIn(truth, { from: at - 2_000, to: at }, ({ burns }) => burns);
    if (burning === 0) continue;
    busy += 1;
    if (shown.get(at) === burning) right += 1;
  }
  assert.ok(busy > 30 && right / busy > 0.85, `${right} of ${busy} minutes`);
}

/** Hours and weekdays: values of an hour or more are within 15 %, as in `assertTop`. */
async function assertTimes(snapshot: Snapshot, truth: Truth): Promise<void> {
  const times = { day_of_week: (at: Date) => at.getUTCDay(), hour: (at: Date) => at.getUTCHours() };
  for (const [fn, of] of Object.entries(times)) {
    const query = `sum(increase(play_seconds_total[1h])) + on () group_left () ` +
      `0 * max(timestamp(up)) and on () ${fn}(max(timestamp(up))) == `;
    const [shown, real] = [new Map<number, number>(), new Map<number, number>()];
    const values = fn === "hour" ? 24 : 7;
    const range = { from: truth.from + HOUR_S * 1000, to: truth.to, stepS: HOUR_S };
    for (let value = 0; value < values; value += 1) {
      const series = await snapshot.ask({ query: query + value, at: truth.to, range });
      const points = series.flatMap(({ points }) => points);
      shown.set(value, points.reduce((sum, [, seconds]) => sum + seconds, 0));
    }
    for (let { from } = truth; from + HOUR_S * 1000 <= truth.to; from += HOUR_S * 1000) {
      const value = of(new Date(from));
      const seconds = playedIn(truth, { from, to: from + HOUR_S * 1000 });
      real.set(value, (real.get(value) ?? 0) + seconds);
    }
    for (const [value, seconds] of real) {
      const share = (shown.get(value) ?? 0) / seconds;
      const isRight = share > 0.85 && share < 1.15;
      assert.ok(seconds < HOUR_S || isRight, `${fn} ${value}: ${share} of the truth`);
    }
  }
}

/** Runs all comparisons. Returns the share of busy minutes with the right number of streams. */
export async function assertOriginal(snapshot: Snapshot, truth: Truth): Promise<number> {
  for (const label of ["job", "instance", "server"]) {
    assert.equal((await snapshot.labelValues(label, "plays_total")).length, 1, label);
  }
  await assertDuration(snapshot, truth);
  await assertTop(snapshot, truth, "title");
  await assertTop(snapshot, truth, "user");
  await assertTop(snapshot, truth, "device_type");
  await assertTimes(snapshot, truth);
  await assertSubtitles(snapshot, truth);
  return await assertStreams(snapshot, truth);
}
