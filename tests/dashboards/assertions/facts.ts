/** Compares facts about servers and libraries with the simulations, in both kinds of families. */
import assert from "node:assert/strict";
import type { Queryable } from "../../testing/tsdb_snapshot.ts";
import type { Truth, TruthServer } from "../simulation/truth.ts";

/** Sums of a query at the end of the span, by a label. */
async function sums(snapshot: Queryable, query: string, label: string, at: number) {
  const found = new Map<string, number>();
  for (const { labels, points } of await snapshot.ask({ query, at })) {
    const name = labels[label] ?? "";
    found.set(name, (found.get(name) ?? 0) + (points[0]?.[1] ?? NaN));
  }
  return found;
}

/** The items that each family counts: their type, and whether their library has other videos. */
const COUNTED = {
  plex_media_movies: ["movie", false],
  plex_media_episodes: ["episode", false],
  plex_media_music: ["track", false],
  plex_media_photos: ["photo", false],
  plex_media_other_videos: ["movie", true],
} as const;

async function assertLibraries(
  snapshot: Queryable,
  server: TruthServer,
  at: number,
): Promise<void> {
  const of = `{server_id="${server.id}"}`;
  for (
    const [family, measure] of [
      ["library_storage_total", "storageBytes"],
      ["plex_library_storage_bytes", "storageBytes"],
      ["library_duration_total", "durationMs"],
      ["1000 * plex_library_duration_seconds", "durationMs"],
    ] as const
  ) {
    const real = server.libraries.map((library) => [library.title, library[measure]] as const);
    assert.deepEqual(await sums(snapshot, family + of, "library", at), new Map(real), family);
  }
  for (const [family, [type, others]] of Object.entries(COUNTED)) {
    const real = server.libraries.filter(({ otherVideos }) => otherVideos === others)
      .reduce((sum, { counts }) => sum + (counts[type] ?? 0), 0);
    assert.deepEqual(await sums(snapshot, family + of, "", at), new Map([["", real]]), family);
  }
}

/** The load in percent equals one of the last samples of Plex. */
async function assertLoad(snapshot: Queryable, server: TruthServer, at: number): Promise<void> {
  const of = `{server_id="${server.id}"}`;
  for (
    const [query, measure] of [
      [`host_cpu_util${of}`, "hostCpu"],
      [`host_mem_util${of}`, "hostMemory"],
      [`100 * plex_host_cpu_ratio${of}`, "hostCpu"],
      [`100 * plex_host_memory_ratio${of}`, "hostMemory"],
    ] as const
  ) {
    const shown = (await sums(snapshot, query, "", at)).get("");
    if (!server.plexPass) {
      assert.equal(shown, undefined, query);
      continue;
    }
    // Plex rounds to some decimals.
    const isReal = server.load.some((sample) => Math.abs(sample[measure] - (shown ?? NaN)) < 0.01);
    assert.ok(isReal, `${query} is ${shown}`);
  }
}

/** Compares versions, load, libraries and counts with the simulations. */
export async function assertFacts(snapshot: Queryable, { servers, to }: Truth): Promise<void> {
  for (const server of servers) {
    for (const family of ["server_info", "plex_server_info"]) {
      const query = `${family}{server_id="${server.id}"}`;
      const [info, ...more] = await snapshot.ask({ query, at: to });
      assert.equal(more.length, 0);
      assert.equal(info?.labels["version"], server.version);
      assert.equal(info?.labels["platform"], server.platform);
    }
    await assertLibraries(snapshot, server, to);
    await assertLoad(snapshot, server, to);
  }
}
