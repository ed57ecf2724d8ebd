/** Compares the dashboard "Storage" with the files of the simulated server. */
import assert from "node:assert/strict";
import type { Snapshot } from "../../testing/tsdb_snapshot.ts";
import { periodOf } from "../../testing/walk_truth.ts";
import type { Truth, TruthItem } from "../simulation/truth.ts";
import { shown } from "./panels.ts";

const STORAGE = "Plex / Storage";

/** Sums by key, without zeros. */
export function sums(
  pairs: Iterable<readonly [key: string, value: number]>,
): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const [key, value] of pairs) all.set(key, (all.get(key) ?? 0) + value);
  return new Map([...all].filter(([, value]) => value > 0).sort());
}

/** The size of all files of an item. */
export function bytesOf({ versions }: TruthItem): number {
  return versions.reduce((sum, { bytes }) => sum + bytes, 0);
}

function extraBytesOf(item: TruthItem): number {
  return bytesOf(item) - Math.max(0, ...item.versions.map(({ bytes }) => bytes));
}

/** When the last walk of each library ended, in seconds. */
export async function walkTimes(
  snapshot: Snapshot,
  at: number,
): Promise<ReadonlyMap<string, number>> {
  const walks = await snapshot.ask({ query: "plex_library_walk_timestamp_seconds", at });
  return new Map(walks.map(({ labels, points }) => [
    labels["library"] ?? "",
    points[0]?.[1] ?? NaN,
  ]));
}

/** The ten largest films, shows or artists of each library. */
function largest(items: readonly TruthItem[]): ReadonlyMap<string, number> {
  const libraries = Map.groupBy(items, ({ library }) => library);
  return sums(
    [...libraries.values()].flatMap((all) =>
      [...sums(all.map((item) => [`${item.title}/${item.library}`, bytesOf(item)]))]
        .toSorted(([, a], [, b]) => b - a).slice(0, 10)
    ),
  );
}

/** Compares the panels with the files of the server at the end of the span. */
export async function assertStorage(snapshot: Snapshot, truth: Truth): Promise<void> {
  const items = truth.servers.flatMap((server) => server.items);
  const walkedS = await walkTimes(snapshot, truth.to);
  const versions = items.flatMap((item) =>
    item.versions.map((version) => ({ ...version, library: item.library }))
  );
  const videos = versions.filter(({ resolution }) => resolution !== "");
  const lastViews = items.map((item) => {
    const nowS = walkedS.get(item.library) ?? NaN;
    const before = item.viewedAtS.filter((viewedS) => viewedS < nowS);
    const last = before.length === 0 ? undefined : Math.max(...before);
    return [periodOf(last, nowS), bytesOf(item)] as const;
  });
  const unwatched = lastViews.filter(([period]) => period === "older" || period === "never");
  const expected: readonly (readonly [
    panel: string,
    labels: readonly string[],
    values: ReadonlyMap<string, number>,
  ])[] = [
    ["Files", [], sums(items.map((item) => ["", bytesOf(item)]))],
    ["Extra versions", [], sums(items.map((item) => ["", extraBytesOf(item)]))],
    ["Not watched for a year", [], sums(unwatched.map(([, bytes]) => ["", bytes]))],
    [
      "Newest item",
      [],
      new Map([["", 1000 * Math.max(...items.map(({ addedAtS }) => addedAtS))]]),
    ],
    ["By library", ["library"], sums(versions.map(({ library, bytes }) => [library, bytes]))],
    ["By resolution", ["resolution"], sums(videos.map((each) => [each.resolution, each.bytes]))],
    ["By codec", ["codec"], sums(versions.map(({ codec, bytes }) => [codec, bytes]))],
    ["Files by codec", ["codec"], sums(versions.map(({ codec, files }) => [codec, files]))],
    ["By last view", ["last_view"], sums(lastViews)],
  ];
  for (const [panel, labels, values] of expected) {
    const figures = await shown(snapshot, truth, [STORAGE, panel], labels, truth.from);
    assert.deepEqual(sums(figures), values, panel);
  }
  const titles = await shown(
    snapshot,
    truth,
    [STORAGE, "Largest"],
    ["title", "library", "last_view"],
    truth.from,
  );
  const byTitle = sums([...titles].map(([key, bytes]) => [key.replace(/\/[^/]*$/, ""), bytes]));
  assert.deepEqual(byTitle, largest(items));
}
