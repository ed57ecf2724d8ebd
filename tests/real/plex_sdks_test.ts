/**
 * Published client libraries for Plex, unchanged, on the simulated server. `@lukehagar/plexjs`
 * validates every answer against Plex's own description, and may reject documented deviations only.
 */
import { AlertListener, PlexServer } from "@ctrl/plex";
import { PlexAPI } from "@lukehagar/plexjs";
import assert from "node:assert/strict";
import type { SimulatedPlex } from "../../src/simulator/plex.ts";
import type { DrivenClock } from "../testing/driven_clock.ts";
import { plexTests } from "../testing/plex_test_case.ts";
import { waitUntil } from "../testing/eventually.ts";

const onPlex = plexTests({ seed: 4, pastViews: { count: 50 } });

/** A test on a server with three sessions, an activity, a background job and past views. */
function test(name: string, run: (plex: SimulatedPlex, clock: DrivenClock) => Promise<void>): void {
  onPlex(name, async ({ plex, clock }) => {
    const { simulation } = plex;
    const [user] = simulation.users;
    const [television, phone, speaker] = simulation.players;
    assert.ok(user && television && phone && speaker);
    const item = simulation.randomItem("episode");
    simulation.play({ user, player: television, item, method: "hardware transcode" });
    simulation.play({ user, player: phone, item: simulation.randomItem("movie") });
    simulation.play({ user, player: speaker, item: simulation.randomItem("track") });
    simulation.activities.run({ type: "butler", title: "Housekeeping", takesMs: 90_000 });
    simulation.backgroundJobs.convert(simulation.randomItem("movie"));
    await clock.advance(3_000);
    await run(plex, clock);
  });
}

test("@ctrl/plex reads the server, its libraries, items, views and statistics", async (plex) => {
  const { simulation } = plex;
  const server = new PlexServer(plex.url, plex.ownerToken);
  await server.connect();
  assert.equal(server.machineIdentifier, simulation.server.machineIdentifier);
  assert.equal(server.version, simulation.server.version);
  const sections = await (await server.library()).sections();
  // @ctrl/plex has no photo libraries.
  const known = simulation.libraries.all.filter(({ type }) => type !== "photo");
  assert.deepEqual(sections.map(({ title }) => title), known.map(({ title }) => title));
  for (const [index, section] of sections.entries()) {
    const topLevel = known[index]?.items.filter(({ parent }) => parent === undefined).length;
    assert.equal((await section.all()).length, topLevel, section.title);
  }
  assert.equal((await server.history()).length, 50);
  assert.ok((await server.search("e")).length > 0);
  assert.deepEqual(await server.clients(), []);
  const answer = async (path: string) => (await server.query(path)).MediaContainer;
  assert.equal((await answer("/status/sessions")).size, 3);
  assert.equal((await answer("/activities")).size, 1);
  assert.ok((await answer("/statistics/bandwidth?timespan=6")).StatisticsBandwidth.length > 0);
  assert.ok((await answer("/statistics/resources?timespan=6")).StatisticsResources.length > 0);
});

test("@ctrl/plex receives a minute of notifications", async (plex, clock) => {
  const types = new Set<string>();
  const server = new PlexServer(plex.url, plex.ownerToken);
  const listener = new AlertListener(server, ({ type }) => types.add(type));
  await listener.run();
  await clock.advance(60_000);
  for (const type of ["playing", "transcodeSession.update", "activity"]) {
    await waitUntil(() => types.has(type));
  }
  listener.stop();
  await waitUntil(() => plex.openSockets === 0);
});

/**
 * Where the simulated server deviates from Plex's own description as real servers do
 * (docs/plex/deviations.md#attributes).
 */
const DEVIATIONS: ReadonlySet<string> = new Set([
  "aspectRatio is a string",
  "canAutoSync is a string",
  "hasVoiceActivity is a string",
  "hidden is a number",
  "id is a string",
]);

/** What the client rejects in an answer. */
async function rejections(ask: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    await ask();
    return [];
  } catch (error) {
    const { cause } = error as { readonly cause?: { readonly issues?: readonly Issue[] } };
    if (cause?.issues === undefined) throw error;
    return [
      ...new Set(
        cause.issues.map(({ path, received, code }) =>
          `${path.at(-1)} is ${received === undefined ? code : `a ${received}`}`
        ),
      ),
    ];
  }
}

interface Issue {
  readonly code: string;
  readonly path: readonly (string | number)[];
  readonly received?: string;
}

test("@lukehagar/plexjs rejects exactly the documented deviations of real servers", async (plex) => {
  const sdk = new PlexAPI({ serverURL: plex.url, token: plex.ownerToken });
  const ids = [plex.simulation.randomItem("movie").ratingKey ?? ""];
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    identity: () => sdk.general.getIdentity(),
    libraries: () => sdk.library.getSections(),
    items: () => sdk.content.listContent({ sectionId: "1" }),
    metadata: () => sdk.content.getMetadataItem({ ids }),
    sessions: () => sdk.status.listSessions(),
    history: () => sdk.status.listPlaybackHistory({}),
    background: () => sdk.status.getBackgroundTasks(),
    activities: () => sdk.activities.listActivities(),
    search: () => sdk.search.searchHubs({ query: "e" }),
    tasks: () => sdk.butler.getTasks(),
    update: () => sdk.updater.getUpdatesStatus(),
  };
  const rejected = new Set<string>();
  for (const [what, ask] of Object.entries(calls)) {
    for (const rejection of await rejections(ask)) {
      assert.ok(DEVIATIONS.has(rejection), `${what}: ${rejection}`);
      rejected.add(rejection);
    }
  }
  assert.deepEqual(rejected, DEVIATIONS, "every listed deviation occurs");
});
