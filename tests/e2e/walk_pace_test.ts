/** The requests of a walk that is running, and that it delays nothing else. */
import assert from "node:assert/strict";
import { type MonitoredSimulation, monitorSimulation } from "../testing/in_memory_monitor.ts";
import { sum, testWithHarness } from "../testing/harness.ts";

const ITEMS_PATH = "/library/sections/{id}/all";
const LARGE_LIBRARY = {
  libraries: [{ title: "Films", type: "movie" as const, generated: 25_000 }],
};
const DAY_MS = 86_400_000;

/** What is seen of a server in the 20 s from its 20th second on. */
interface Observed {
  /** Pages of items that were requested. */
  readonly pages: number;
  /** All other requests: the ms since the beginning, and the path. */
  readonly others: readonly string[];
  /** States of the plays: the ms since the beginning, and what they changed to. */
  readonly states: readonly string[];
  /** Maximum number of requests that Plex holds back at a time. */
  readonly pendingPages: number;
}

/** Schedules a play of a film that is paused and resumed, and of another film that is stopped. */
function schedulePlays({ simulation, clock }: MonitoredSimulation): void {
  const [user] = simulation.users;
  const [player] = simulation.players;
  const [library] = simulation.libraries;
  const [film, next] = library?.items ?? [];
  assert.ok(user && player && film && next);
  clock.after(1_050, () => {
    const viewer = simulation.play({ item: film, user, player });
    clock.after(4_000, () => viewer.pause());
    clock.after(6_000, () => viewer.resume());
    clock.after(9_500, () => viewer.next(next));
    clock.after(14_000, () => viewer.stop());
  });
}

/** Observes what the monitor requests and knows. A walk interval of 0 ms means no walk. */
async function observe(walkIntervalMs: number, pageTakesMs = 0): Promise<Observed> {
  const monitored = await monitorSimulation({ ...LARGE_LIBRARY, walkIntervalMs });
  try {
    const { clock, network } = monitored;
    // Not at the moment of a page: there would be one at the beginning and one at the end.
    await monitored.pass(20.01);
    const beginMs = clock.now();
    const others: string[] = [];
    const states: string[] = [];
    let pages = 0;
    let pendingPages = 0;
    network.onRequest = (template) => {
      if (template === ITEMS_PATH) pages += 1;
      else others.push(`${clock.now() - beginMs} ${template}`);
    };
    if (pageTakesMs > 0) {
      network.faults.set({ kind: "slow", ms: pageTakesMs }, { path: ITEMS_PATH });
    }
    schedulePlays(monitored);
    let lastStates = "";
    for (let step = 0; step < 400; step += 1) {
      await monitored.pass(0.05);
      pendingPages = Math.max(pendingPages, network.heldRequests);
      const newStates = [...monitored.state.plays.values()]
        .map(({ session, state }) => `${session.title} ${state}`).join();
      if (newStates !== lastStates) states.push(`${clock.now() - beginMs} ${newStates}`);
      lastStates = newStates;
    }
    assert.equal(monitored.state.walkProgress !== undefined, walkIntervalMs > 0);
    return { pages, others, states, pendingPages };
  } finally {
    await monitored.close();
  }
}

Deno.test("a running walk sends at most two requests a second, and delays no other request and no notification", async () => {
  const without = await observe(0);
  const { pages, ...walking } = await observe(DAY_MS);
  assert.deepEqual({ pages: 0, ...walking }, without);
  assert.ok(pages > 30 && pages <= 40, `${pages} pages in 20 s`);
  assert.deepEqual(without.states.map((text) => text.split(" ").at(-1)), [
    "playing",
    "paused",
    "playing",
    "playing",
    "",
  ]);
});

Deno.test("a walk waits for a slow page without a second request, and delays nothing else", async () => {
  const without = await observe(0);
  const { pages, pendingPages, ...walking } = await observe(DAY_MS, 3_000);
  assert.deepEqual({ pages: 0, pendingPages: 0, ...walking }, without);
  assert.equal(pendingPages, 1);
  assert.ok(pages >= 3 && pages <= 4, `${pages} pages in 20 s, with a pause as long as each took`);
});

testWithHarness(
  "a scrape and the status page are answered while Plex holds back a page of a walk",
  async (harness) => {
    const { clock, plex } = harness;
    await harness.pass(2);
    plex.faults.set({ kind: "hang" }, { path: ITEMS_PATH });
    harness.play();
    await harness.pass(5);
    assert.equal(plex.heldRequests, 1);
    const beforeMs = clock.now();
    assert.equal(sum(await harness.scrape(), "plex_sessions"), 1);
    assert.match(await harness.statusPage(), /[\d,]+ of 25,024 items/);
    assert.equal(clock.now(), beforeMs);
    assert.equal(plex.heldRequests, 1, "the page of the walk is still held back");
  },
  LARGE_LIBRARY,
);
