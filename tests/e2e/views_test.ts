/** Plex's own history of views, from the simulated server to the metrics. */
import assert from "node:assert/strict";
import { findSamples, type Harness, type Page, sum, testWithHarness } from "../testing/harness.ts";
import { valuesBy } from "../testing/labels.ts";
import { countViews, type TrueView, viewsOf } from "../testing/view_truth.ts";

const PAST_VIEWS = { pastViews: { count: 3_000, years: 2 } };

/** Asserts that the families of views agree with the history of the simulation. */
function assertViews(harness: Harness, page: Page): void {
  const views = [...viewsOf(harness.plex.simulation)];
  const byUser: (keyof TrueView)[] = ["user", "media_type", "library"];
  assert.deepEqual(valuesBy(page, "plex_views_total", byUser), countViews(views, byUser));
  const byTitle: (keyof TrueView)[] = ["media_type", "library", "title"];
  assert.deepEqual(
    valuesBy(page, "plex_title_views_total", byTitle),
    countViews(views.filter(({ title }) => title !== undefined), byTitle),
  );
  const last = Object.fromEntries(views.map(({ user, viewedS }) => [user, viewedS]));
  assert.deepEqual(valuesBy(page, "plex_user_last_view_timestamp_seconds", ["user"]), last);
}

testWithHarness(
  "the whole history is exported once it has been read, and not before",
  async (harness) => {
    assert.equal(findSamples(await harness.scrape(), "plex_views_total").length, 0);
    await harness.pass(20);
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_views_total"), 3_000);
    assertViews(harness, page);
  },
  PAST_VIEWS,
);

testWithHarness(
  "a view is counted within 31 s of its stop, by user and by title",
  async (harness) => {
    await harness.pass(30);
    await harness.scrape();
    const item = harness.plex.simulation.randomItem("movie", "1");
    const offsetMs = (item.durationMs ?? 0) * 0.95;
    const viewer = harness.play({ item, offsetMs, who: 2 });
    await harness.pass(20);
    viewer.stop();
    await harness.pass(31);
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_views_total"), 3_001);
    assertViews(harness, page);
  },
  PAST_VIEWS,
);

testWithHarness("a view without a stop is counted within five minutes", async (harness) => {
  await harness.pass(30);
  const { simulation } = harness.plex;
  const [user] = simulation.users;
  const item = simulation.randomItem("movie", "1");
  assert.ok(user);
  simulation.viewHistory.add({
    viewedAtS: simulation.plexNowS(),
    accountId: user.id,
    deviceId: 1,
    item,
  });
  await harness.pass(300);
  await harness.scrape();
  assertViews(harness, await harness.scrape());
}, PAST_VIEWS);

testWithHarness("a cleared history is a reset, and is logged once", async (harness) => {
  await harness.pass(30);
  const { simulation } = harness.plex;
  simulation.viewHistory.clear();
  const item = simulation.randomItem("movie", "1");
  simulation.viewHistory.add({ viewedAtS: simulation.plexNowS(), accountId: 1, deviceId: 1, item });
  await harness.pass(620);
  const page = await harness.scrape();
  assert.equal(sum(page, "plex_views_total"), 1);
  assertViews(harness, page);
  assert.equal(harness.logged("history was cleared").length, 1);
}, PAST_VIEWS);

testWithHarness(
  "with a guest's token views are absent, because they would be the guest's own",
  async (harness) => {
    await harness.pass(400);
    const page = await harness.scrape();
    for (const family of ["views_total", "title_views_total", "user_last_view_timestamp_seconds"]) {
      assert.deepEqual(findSamples(page, `plex_${family}`), []);
    }
    const requests = harness.plex.requests.filter(({ template }) => template.includes("history"));
    assert.deepEqual(requests, []);
  },
  { ...PAST_VIEWS, before: (plex) => void plex.faults.set({ kind: "guest" }) },
);

testWithHarness(
  "views stay while Plex is down, and an interrupted reading is completed afterwards",
  async (harness) => {
    await harness.pass(1);
    harness.plex.simulation.restart({ goneMs: 120_000, startingMs: 1_000 });
    await harness.pass(60);
    assert.equal(findSamples(await harness.scrape(), "plex_views_total").length, 0);
    await harness.pass(240);
    assertViews(harness, await harness.scrape());
    harness.plex.simulation.restart({ goneMs: 120_000, startingMs: 1_000 });
    await harness.pass(100);
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_up"), 0);
    assert.equal(sum(page, "plex_views_total"), 3_000);
    assert.deepEqual(findSamples(page, "plex_user_last_view_timestamp_seconds"), []);
  },
  PAST_VIEWS,
);

testWithHarness(
  "hidden names are not in views, and their counts are summed",
  async (harness) => {
    await harness.pass(30);
    const page = await harness.scrape();
    const known = [...viewsOf(harness.plex.simulation)].filter(({ user }) => user !== "unknown");
    assert.equal(sum(page, "plex_views_total", { user: "hidden" }), known.length);
    assert.equal(findSamples(page, "plex_title_views_total").length, 4);
    for (const [series] of findSamples(page, "plex_title_views_total")) {
      assert.match(series, /title="hidden"/);
    }
  },
  { ...PAST_VIEWS, settings: { HIDE_LABELS: "user,title" } },
);
