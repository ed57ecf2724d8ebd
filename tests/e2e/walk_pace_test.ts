/** What a walk under way costs Plex, and that it delays nothing else. */
import assert from "node:assert/strict";
import { type MonitoredSimulation, monitorSimulation } from "../testing/in_memory_monitor.ts";
import { sum, testWithHarness } from "../testing/harness.ts";

const ITEMS_PATH = "/library/sections/{id}/all";
const LARGE_LIBRARY = {
  libraries: [{ title: "Films", type: "movie" as const, generated: 25_000 }],
};
const WALKING = 86_400_000;

/** What is seen of a server in the 20 s from its 20th second on. */
interface Observed {
  /** Pages of items that were requested. */
  readonly pages: number;
  /** All other requests: the ms since the beginning, and the path. */
  readonly others: readonly string[];
  /** States of the plays: the ms since the beginning, and what they changed to. */
  readonly states: readonly string[];
  readonly pendingPages: number;
}

/** Somebody begins a film, pauses it, goes on, watches another one and stops. */
function planPlay({ simulation, clock }: MonitoredSimulation): void {
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

/** Watches what the monitor requests and knows, with a walk or without (0). */
async function observe(walkIntervalMs: number, pageTakesMs = 0): Promise<Observed> {
  const world = await monitorSimulation({ ...LARGE_LIBRARY, walkIntervalMs });
  try {
    const { clock, network } = world;
    // Not on the moment of a page, which would then begin and end the 20 s.
    await world.pass(20.01);
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
    planPlay(world);
    let known = "";
    for (let step = 0; step < 400; step += 1) {
      await world.pass(0.05);
      pendingPages = Math.max(pendingPages, network.heldRequests);
      const now = [...world.state.plays.values()].map((play) =>
        `${play.session.title} ${play.state}`
      )
        .join();
      if (now !== known) states.push(`${clock.now() - beginMs} ${now}`);
      known = now;
    }
    assert.equal(world.state.walkProgress !== undefined, walkIntervalMs > 0);
    return { pages, others, states, pendingPages };
  } finally {
    await world.close();
  }
}

Deno.test("a walk under way costs two requests a second at most, and delays no other request and no notification", async () => {
  const without = await observe(0);
  const { pages, ...walking } = await observe(WALKING);
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

Deno.test("a walk waits for a slow page with no second request, and delays nothing else", async () => {
  const without = await observe(0);
  const { pages, pendingPages, ...walking } = await observe(WALKING, 3_000);
  assert.deepEqual({ pages: 0, pendingPages: 0, ...walking }, without);
  assert.equal(pendingPages, 1);
  assert.ok(pages >= 3 && pages <= 4, `${pages} pages in 20 s: Plex rests as long as they took`);
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
    const page = await (await fetch(harness.app.url)).text();
    assert.match(page, /[\d,]+ of 25,024 items/);
    assert.equal(clock.now(), beforeMs);
    assert.equal(plex.heldRequests, 1, "the page of the walk is still held back");
  },
  LARGE_LIBRARY,
);
