/** The monitor on a simulated server in memory: what it does when requests and sockets fail. */
import assert from "node:assert/strict";
import { seriesOf } from "../../../src/core/counter_vec.ts";
import type { ServerState } from "../../../src/core/state.ts";
import type { Viewer } from "../../../src/simulator/viewer.ts";
import { type MonitoredSimulation, monitorSimulation } from "../../testing/in_memory_monitor.ts";

async function withMonitor(run: (monitored: MonitoredSimulation) => Promise<void>): Promise<void> {
  const monitored = await monitorSimulation();
  try {
    await run(monitored);
  } finally {
    await monitored.close();
  }
}

function startPlay({ simulation }: MonitoredSimulation): Viewer {
  const [user, player] = [simulation.users[0], simulation.players[0]];
  assert.ok(user && player);
  return simulation.play({ item: simulation.randomItem("movie"), user, player });
}

function refusedRequests({ apiStats }: ServerState): number {
  return seriesOf(apiStats.requests)
    .reduce((sum, { key, value }) => key.outcome === "refused" ? sum + value : sum, 0);
}

/** Lets time go by until `isSo`, a tenth of a second at a time; returns how long that took. */
async function secondsUntil(
  { pass }: MonitoredSimulation,
  isSo: () => boolean,
  atMostS = 120,
): Promise<number> {
  let seconds = 0;
  while (!isSo()) {
    assert.ok(seconds < atMostS, `not within ${atMostS} s`);
    await pass(0.1);
    seconds += 0.1;
  }
  return seconds;
}

for (const isPlaying of [false, true]) {
  Deno.test(`Plex is down within 5 s of the first refused request, ${isPlaying ? "while something plays" : "idle"}`, async () => {
    for (const offsetS of [1, 4, 7, 10, 13, 16, 19]) {
      await withMonitor(async (monitored) => {
        // A play that starts shifts the poll against the other requests.
        await monitored.pass(40 + offsetS);
        const viewer = startPlay(monitored);
        await monitored.pass(5);
        if (!isPlaying) viewer.stop();
        await monitored.pass(34.5 - offsetS);
        monitored.network.faults.set({ kind: "refuse" });
        await secondsUntil(monitored, () => refusedRequests(monitored.state) > 0);
        const seconds = await secondsUntil(
          monitored,
          () => monitored.state.availability.status === "down",
        );
        assert.ok(seconds < 5, `${seconds} s at ${offsetS} s`);
      });
    }
  });
}

Deno.test("one refused request of any kind brings the poll forward, and makes no outage", async () => {
  await withMonitor(async (monitored) => {
    await monitored.pass(43);
    startPlay(monitored);
    await monitored.pass(16);
    const { polledAt = 0 } = monitored.state.availability;
    monitored.network.faults.set({ kind: "reset" }, { path: "/statistics/resources", times: 1 });
    await secondsUntil(monitored, () => refusedRequests(monitored.state) > 0);
    await monitored.pass(1.5);
    assert.equal(monitored.state.availability.status, "up");
    assert.ok((monitored.state.availability.polledAt ?? 0) > polledAt);
  });
});

Deno.test("a half-open socket is replaced 30 s after something is known to play", async () => {
  await withMonitor(async (monitored) => {
    await monitored.pass(5);
    monitored.network.faults.set({ kind: "socket half-open" }, { times: 1 });
    startPlay(monitored);
    await secondsUntil(monitored, () => monitored.state.plays.size > 0);
    const seconds = await secondsUntil(
      monitored,
      () => monitored.state.apiStats.connections === 2,
    );
    assert.ok(seconds >= 29 && seconds <= 32, `${seconds} s`);
  });
});
