/** Compares the panels of views with Plex's history, including imported views. */
import assert from "node:assert/strict";
import type { Snapshot } from "../../testing/tsdb_snapshot.ts";
import { countViews, type TrueView } from "../../testing/view_truth.ts";
import { panelQuery } from "../grafana.ts";
import { findPanel } from "./panels.ts";

const DAY_MS = 86_400_000;

/** The views up to the time at which the panels are evaluated. */
export interface ViewsTruth {
  readonly views: readonly TrueView[];
  /** A time at which every view is counted, in ms. */
  readonly at: number;
  readonly scrapeS: number;
}

/** The result of a query of a panel: points by the value of a label. */
async function shown(
  snapshot: Snapshot,
  { at, scrapeS }: ViewsTruth,
  title: string,
  label: string,
  index = 0,
): Promise<ReadonlyMap<string, readonly (readonly [at: number, value: number])[]>> {
  const panel = findPanel("Plex / Users and titles", title);
  const target = panel.targets?.[index];
  assert.ok(target, title);
  const answers = await snapshot.ask(
    panelQuery(panel, target, { from: at - DAY_MS, to: at, scrapeS }),
  );
  return new Map(answers.map(({ labels, points }) => [labels[label] ?? "", points]));
}

/** The result of an instant query: values by the value of a label. */
async function values(
  ...question: Parameters<typeof shown>
): Promise<Record<string, number | undefined>> {
  const found = await shown(...question);
  return Object.fromEntries([...found].map(([name, points]) => [name, points[0]?.[1]]));
}

/** Compares the panels that show all views. */
export async function assertAllTime(snapshot: Snapshot, truth: ViewsTruth): Promise<void> {
  const { views } = truth;
  assert.deepEqual(
    await values(snapshot, truth, "Views of all time", "media_type"),
    countViews(views, ["media_type"]),
  );
  assert.deepEqual(
    await values(snapshot, truth, "Last seen", "user"),
    countViews(views, ["user"]),
  );
  const lastMs = Object.fromEntries(views.map(({ user, viewedS }) => [user, viewedS * 1000]));
  assert.deepEqual(await values(snapshot, truth, "Last seen", "user", 1), lastMs);
  for (
    const [title, mediaType] of [
      ["Most viewed films", "movie"],
      ["Most viewed shows", "episode"],
      ["Most played artists", "track"],
    ] as const
  ) {
    const counts = countViews(views.filter(({ media_type }) => media_type === mediaType), [
      "title",
    ]);
    const found = await values(snapshot, truth, title, "title");
    const top = Object.values(counts).sort((a, b) => b - a).slice(0, 10);
    assert.deepEqual(Object.values(found).sort((a = 0, b = 0) => b - a), top, title);
    for (const [name, count] of Object.entries(found)) assert.equal(count, counts[name], name);
  }
}

/** Compares the heatmap of a year: each cell has the views of a day. */
export async function assertYear(snapshot: Snapshot, truth: ViewsTruth): Promise<void> {
  const cells: Record<string, number> = {};
  for (const [mediaType, points] of await shown(snapshot, truth, "Views per day", "media_type")) {
    for (const [at, value] of points) {
      const day = new Date(at - DAY_MS).toISOString().slice(0, 10);
      // Extrapolation of live samples adds less than a per cent.
      if (Math.round(value) > 0) cells[`${day} ${mediaType}`] = Math.round(value);
      assert.ok(Math.abs(value - Math.round(value)) <= 0.05, `${day}: ${value}`);
    }
  }
  const untilMs = Math.floor(truth.at / DAY_MS) * DAY_MS;
  const expected: Record<string, number> = {};
  for (const { viewedS, media_type } of truth.views) {
    const viewedMs = viewedS * 1000;
    if (viewedMs < untilMs - 366 * DAY_MS || viewedMs >= untilMs) continue;
    const cell = `${new Date(viewedMs).toISOString().slice(0, 10)} ${media_type}`;
    expected[cell] = (expected[cell] ?? 0) + 1;
  }
  assert.ok(Object.keys(expected).length > 300, "a year has many days with views");
  assert.deepEqual(cells, expected);
}
