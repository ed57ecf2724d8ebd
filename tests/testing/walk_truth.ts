/**
 * The ground truth of walks, counted from the items of a simulation. It shares no code with the
 * exporter.
 */
import { type Item, partsOf, type Version } from "../../src/simulator/item.ts";
import type { Library } from "../../src/simulator/library.ts";
import type { Simulation } from "../../src/simulator/simulation.ts";
import { keyOf } from "./exposition.ts";

const DAY_S = 86_400;

/** The families whose complete expected values are known. */
export const WALK_FAMILIES: readonly string[] = [
  "plex_library_file_bytes",
  "plex_library_files",
  "plex_library_extra_version_bytes",
  "plex_library_multi_version_items",
  "plex_library_bytes_by_last_view",
  "plex_library_added_items",
  "plex_library_newest_item_timestamp_seconds",
  "plex_library_large_item_bytes",
  "plex_library_walk_items",
];

/** The items of a library that have files. */
export function leavesOf({ items, generated }: Library): readonly Item[] {
  const stored = items.filter(({ type }) => ["movie", "episode", "track"].includes(type));
  return [...stored, ...generated?.leaves() ?? []];
}

/** The value of `last_view` at `nowS`. */
export function periodOf(viewedS: number | undefined, nowS: number): string {
  if (viewedS === undefined) return "never";
  const days = (nowS - viewedS) / DAY_S;
  if (days <= 7) return "week";
  if (days <= 30) return "month";
  if (days <= 91) return "quarter";
  return days <= 365 ? "year" : "older";
}

/** The film, show or artist that an item belongs to. */
export function topOf(item: Item): Item {
  return item.parent === undefined ? item : topOf(item.parent);
}

/** When anyone last viewed each item, show and artist, by rating key. */
function lastViews(simulation: Simulation): ReadonlyMap<string, number> {
  const present = new Set(
    simulation.libraries.all.flatMap(leavesOf).map(({ ratingKey }) => ratingKey),
  );
  const last = new Map<string, number>();
  for (const { item, viewedAtS } of simulation.viewHistory) {
    if (!present.has(item.ratingKey)) continue;
    for (const { ratingKey = "" } of [item, topOf(item)]) {
      last.set(ratingKey, Math.max(viewedAtS, last.get(ratingKey) ?? 0));
    }
  }
  return last;
}

/** The codec of a version: that of the video, or of the audio for music. */
export function codecOf(type: Library["type"], { video, audio }: Version): string {
  return (type === "artist" ? audio[0]?.codec : video?.codec) ?? "";
}

/**
 * The samples of every library except photos, by series without the labels of a server. `walkedS`
 * has the time of the walk by library id. A shared file belongs to the item with the lowest rating
 * key.
 */
export function walkTruth(
  simulation: Simulation,
  walkedS: (libraryId: string) => number,
): Record<string, number> {
  const samples: Record<string, number> = {};
  const views = lastViews(simulation);
  for (const library of simulation.libraries) {
    if (library.type === "photo") continue;
    const add = (name: string, labels: Record<string, string>, value: number) => {
      const base = { library: library.title, library_id: library.id, library_type: library.type };
      const all = Object.entries({ __name__: name, ...base, ...labels })
        .filter(([, text]) => text !== "");
      const key = keyOf({ labels: Object.fromEntries(all), value });
      samples[key] = (samples[key] ?? 0) + value;
    };
    addLibrary(library, { add, views, nowS: walkedS(library.id) });
  }
  return samples;
}

function addLibrary(library: Library, { add, views, nowS }: {
  readonly add: (name: string, labels: Record<string, string>, value: number) => void;
  readonly views: ReadonlyMap<string, number>;
  readonly nowS: number;
}): void {
  const items = leavesOf(library)
    .toSorted((a, b) => Number(a.ratingKey) - Number(b.ratingKey));
  const seen = new Set<string>();
  const tops = new Map<string, { title: string; bytes: number }>();
  add("plex_library_walk_items", {}, items.length);
  for (const name of ["plex_library_extra_version_bytes", "plex_library_multi_version_items"]) {
    add(name, {}, 0);
  }
  for (const last_view of ["week", "month", "quarter", "year", "older", "never"]) {
    add("plex_library_bytes_by_last_view", { last_view }, 0);
  }
  for (const period of ["day", "week", "month"]) add("plex_library_added_items", { period }, 0);
  for (const item of items) {
    const sizes = item.versions.map((version) => {
      let size = 0;
      for (const { file, partId, sizeBytes } of partsOf(version)) {
        const path = file || `part ${partId}`;
        if (seen.has(path)) continue;
        seen.add(path);
        size += sizeBytes;
        const labels = {
          resolution: library.type === "artist" ? "" : version.resolution ?? "",
          codec: codecOf(library.type, version),
        };
        add("plex_library_files", labels, 1);
        add("plex_library_file_bytes", labels, sizeBytes);
      }
      return size;
    });
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    add("plex_library_extra_version_bytes", {}, bytes - Math.max(0, ...sizes));
    add("plex_library_multi_version_items", {}, sizes.length > 1 ? 1 : 0);
    const last_view = periodOf(views.get(item.ratingKey ?? ""), nowS);
    add("plex_library_bytes_by_last_view", { last_view }, bytes);
    const ageDays = (nowS - item.addedAtS) / DAY_S;
    for (const [period, days] of [["day", 1], ["week", 7], ["month", 30]] as const) {
      if (ageDays <= days) add("plex_library_added_items", { period }, 1);
    }
    const top = topOf(item);
    const known = tops.get(top.ratingKey ?? "")?.bytes ?? 0;
    tops.set(top.ratingKey ?? "", { title: top.title, bytes: known + bytes });
  }
  if (items.length > 0) {
    const newest = Math.max(...items.map(({ addedAtS }) => addedAtS));
    add("plex_library_newest_item_timestamp_seconds", {}, newest);
  }
  const largest = [...tops].filter(([, { bytes }]) => bytes > 0)
    .toSorted(([, a], [, b]) => b.bytes - a.bytes || (a.title < b.title ? -1 : 1));
  for (const [key, { title, bytes }] of largest.slice(0, 10)) {
    add(
      "plex_library_large_item_bytes",
      { title, last_view: periodOf(views.get(key), nowS) },
      bytes,
    );
  }
}
