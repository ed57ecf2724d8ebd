/** Compares the dashboard "Libraries" with the files of the simulated server. */
import assert from "node:assert/strict";
import type { Snapshot } from "../../testing/tsdb_snapshot.ts";
import { type Truth, type TruthItem, WALKED_SERVER } from "../simulation/truth.ts";
import { shown } from "./panels.ts";
import { bytesOf, sums, walkTimes } from "./storage.ts";

const LIBRARIES = "Plex / Libraries";
const MONTH_S = 30 * 86_400;

/** Columns of the table of all libraries, by the indexes of their queries. */
const FILES = 8;
const NEWEST = 9;

function filesOf({ versions }: TruthItem): number {
  return versions.reduce((sum, { files }) => sum + files, 0);
}

/** Compares the panels with the files of the server at the end of the span. */
export async function assertLibraries(snapshot: Snapshot, truth: Truth): Promise<void> {
  const { id: serverId, items, libraries } = truth.servers[WALKED_SERVER] ?? assert.fail();
  const walkedS = await walkTimes(snapshot, truth.to);
  const panel = (title: string, labels: readonly string[], index = 0) =>
    shown(snapshot, truth, [LIBRARIES, title], labels, truth.from, index);

  const videos = items.flatMap(({ versions }) => versions)
    .filter(({ resolution }) => resolution !== "");
  assert.deepEqual(
    sums(await panel("Resolutions", ["resolution"])),
    sums(videos.map(({ resolution, files }) => [resolution, files])),
  );

  const added = items.filter(({ library, addedAtS }) =>
    (walkedS.get(library) ?? NaN) - addedAtS <= MONTH_S
  );
  assert.ok(added.length > 0, "scans found something");
  assert.deepEqual(
    sums(await panel("New in a month", ["library"])),
    sums(added.map(({ library }) => [library, 1])),
  );

  const byLibrary = Map.groupBy(items, ({ library }) => library);
  const means = [...byLibrary].map(([library, all]) =>
    [library, all.reduce((sum, item) => sum + bytesOf(item), 0) / all.length] as const
  );
  assert.deepEqual(sums(await panel("Mean size of an item", ["library"])), sums(means));

  const keys = new Map(libraries.map(({ id, title }) => [title, `${serverId}/${id}`]));
  const keyOf = ({ library }: TruthItem) => keys.get(library) ?? library;
  assert.deepEqual(
    sums(await panel("Every library", ["key"], FILES)),
    sums(items.map((item) => [keyOf(item), filesOf(item)])),
  );
  const newest = [...byLibrary.values()].map((all) =>
    [
      all[0] === undefined ? "" : keyOf(all[0]),
      1_000 * Math.max(...all.map(({ addedAtS }) => addedAtS)),
    ] as const
  );
  assert.deepEqual(sums(await panel("Every library", ["key"], NEWEST)), sums(newest));
}
