/** Measures the requests to a simulation with many streams. */
import assert from "node:assert/strict";
import { seriesOf } from "../../src/core/counter_vec.ts";
import type { LibraryOptions } from "../../src/simulator/library_generator.ts";
import { monitorSimulation } from "./in_memory_monitor.ts";

/** The cost of a minute for Plex. */
export interface MinuteCost {
  readonly requests: number;
  /** Size of the response bodies, uncompressed. */
  readonly bytes: number;
}

/** Measures the average minute of a monitor on a simulation; streams start and stop at random. */
export async function measureMinute(streams: number, libraries: number): Promise<MinuteCost> {
  const libraryOptions: LibraryOptions[] = Array.from({ length: libraries }, (_, index) => ({
    type: index % 3 === 0 ? "show" : index % 3 === 1 ? "movie" : "artist",
    title: `Library ${index + 1}`,
  }));
  const watched = await monitorSimulation({
    libraries: libraryOptions,
    lag: { startMs: 2_000, changeMs: 300, stopMs: 1_000 },
    duplicateShare: 0.01,
  });
  const { simulation } = watched;
  const made = () =>
    seriesOf(watched.state.apiStats.requests).reduce((sum, { value }) => sum + value, 0);
  const start = (index: number) => {
    const user = simulation.users[index % simulation.users.length];
    const player = simulation.players[index % simulation.players.length];
    assert.ok(user && player);
    const item = simulation.randomItem(index % 2 === 0 ? "episode" : "movie");
    // Regular notifications cost no request, only time of the test.
    const timelineIntervalMs = streams > 100 ? 60_000 : 10_000;
    const method = index % (streams / 10) === 0 ? "hardware transcode" : "direct play";
    return simulation.play({
      item,
      user,
      player,
      method,
      timelineIntervalMs,
      state: "playing",
    });
  };
  try {
    const viewers = Array.from({ length: streams }, (_, index) => start(index));
    await watched.pass(60);
    const before = { requests: made(), bytes: watched.network.bodyBytes };
    const minutes = 2;
    // A play lasts half an hour on average, so this many start and stop each minute.
    const changes = Math.ceil(streams / 30);
    for (let minute = 0; minute < minutes; minute++) {
      if (changes === 0) await watched.pass(60);
      for (let change = 0; change < changes; change++) {
        viewers.shift()?.stop();
        viewers.push(start(minute * changes + change));
        await watched.pass(60 / changes);
      }
    }
    assert.ok(watched.state.plays.size >= streams * 0.95);
    return {
      requests: (made() - before.requests) / minutes,
      bytes: (watched.network.bodyBytes - before.bytes) / minutes,
    };
  } finally {
    await watched.close();
  }
}
