/** `/status/sessions/history/all` of the simulated server, over HTTP. */
import assert from "node:assert/strict";
import type { SimulatedPlex } from "../../../../src/simulator/plex.ts";
import { type AnyJson, get } from "../../../testing/simulator_client.ts";
import { plexTests } from "../../../testing/plex_test_case.ts";

const PATH = "/status/sessions/history/all";

const test = plexTests({ seed: 2, pastViews: { count: 500, years: 1 } });

async function rowsOf(plex: SimulatedPlex, query: string): Promise<readonly AnyJson[]> {
  return (await get(plex, `${PATH}?${query}`)).json().Metadata ?? [];
}

test("the history is a page of all views when start and size are both given", async ({ plex }) => {
  const paged = await get(plex, `${PATH}?X-Plex-Container-Start=10&X-Plex-Container-Size=20`);
  const { size, totalSize, offset, Metadata } = paged.json();
  assert.deepEqual([size, totalSize, offset, Metadata.length], [20, 500, 10, 20]);
  const onlySize = (await get(plex, `${PATH}?X-Plex-Container-Size=20`)).json();
  assert.deepEqual([onlySize.size, onlySize.totalSize], [500, undefined]);
  const past = await get(plex, `${PATH}?X-Plex-Container-Start=500&X-Plex-Container-Size=9`);
  assert.deepEqual(past.json(), { size: 0, totalSize: 500, offset: 500 });
});

test("the history is sorted oldest first unless the newest are asked for", async ({ plex }) => {
  const ascending = (await rowsOf(plex, "")).map(({ viewedAt }) => viewedAt);
  assert.deepEqual(ascending, ascending.toSorted((a, b) => a - b));
  const keys = async (sort: string) =>
    (await rowsOf(plex, `sort=${sort}`)).map(({ historyKey }) => historyKey);
  const newestFirst = await keys("viewedAt:desc");
  assert.deepEqual(newestFirst, (await keys("viewedAt:asc")).toReversed());
  assert.deepEqual(newestFirst, await keys("viewedAt:desc,accountID"));
  for (const sort of ["viewedAt:sideways", "bogus:desc"]) {
    assert.equal((await get(plex, `${PATH}?sort=${sort}`)).status, 400, sort);
  }
});

test("the history is filtered by time, account, library and item", async ({ plex }) => {
  const all = await rowsOf(plex, "");
  const { viewedAt } = all[200];
  const since = await rowsOf(plex, `viewedAt%3E=${viewedAt}`);
  assert.deepEqual(since, all.filter((row) => row.viewedAt >= viewedAt));
  assert.deepEqual(await rowsOf(plex, `viewedAt>=${viewedAt}`), since);
  const before = await rowsOf(plex, `viewedAt%3C%3C=${viewedAt}`);
  assert.deepEqual([...before, ...since], all);
  assert.equal((await rowsOf(plex, `viewedAt=${viewedAt}`))[0]?.viewedAt, viewedAt);
  for (const [field, value] of [["accountID", 1], ["librarySectionID", "2"]] as const) {
    const rows = await rowsOf(plex, `${field}=${value}`);
    assert.deepEqual(rows, all.filter((row) => row[field] === value));
    assert.ok(rows.length > 10 && rows.length < all.length);
  }
  const show = all.find(({ type }) => type === "episode");
  const id = show.grandparentKey.split("/").at(-1);
  const ofShow = await rowsOf(plex, `metadataItemID=${id}`);
  assert.deepEqual(
    ofShow,
    all.filter(({ grandparentKey }) => grandparentKey === show.grandparentKey),
  );
});

test("rows are typed as Plex types them, and lack what their item lacks", async ({ plex }) => {
  const all = await rowsOf(plex, "");
  const film = all.find(({ type, key }) => type === "movie" && key);
  assert.deepEqual(
    [typeof film.ratingKey, typeof film.librarySectionID, typeof film.accountID],
    ["string", "string", "number"],
  );
  const deleted = all.find(({ key, librarySectionID }) => !key && librarySectionID);
  assert.equal(deleted.ratingKey, undefined);
  assert.match(deleted.title, /^Deleted film \d+$/);
  const live = all.find(({ key, librarySectionID }) => !key && !librarySectionID);
  assert.equal(live.type, "episode");
  assert.ok(live.grandparentTitle);
  const track = all.find(({ type }) => type === "track");
  assert.match(track.grandparentKey, /^\/library\/metadata\/\d+$/);
  const episode = all.find(({ type, key }) => type === "episode" && key);
  const bare = await rowsOf(plex, "excludeFields=thumb,grandparentArt");
  const same = bare.find(({ historyKey }) => historyKey === episode.historyKey);
  const { thumb: _thumb, grandparentArt: _art, ...rest } = episode;
  assert.deepEqual(same, rest);
});

test("an item that is deleted takes the keys out of its rows", async ({ plex }) => {
  const { simulation } = plex;
  const film = (await rowsOf(plex, "librarySectionID=1")).find(({ key }) => key);
  const library = simulation.libraries.get("1");
  library.items = library.items.filter(({ ratingKey }) => ratingKey !== film.ratingKey);
  const row = (await rowsOf(plex, "")).find(({ historyKey }) => historyKey === film.historyKey);
  assert.deepEqual([row.key, row.ratingKey, row.librarySectionID], [undefined, undefined, "1"]);
  assert.equal(row.title, film.title);
});

test("a guest sees the views of the guest's own account", async ({ plex }) => {
  const { json, status } = await get(plex, PATH, { token: plex.guestToken });
  assert.equal(status, 200);
  const accounts = new Set(json().Metadata.map(({ accountID }: AnyJson) => accountID));
  assert.deepEqual([...accounts], [plex.simulation.users[1]?.id]);
});

test("faults reject an encoded operator, or ignore the filter", async ({ plex }) => {
  const query = `viewedAt%3E=${plex.simulation.plexNowS()}`;
  assert.equal((await rowsOf(plex, query)).length, 0);
  const reject = plex.faults.set({ kind: "encoded operator rejected" });
  assert.equal((await get(plex, `${PATH}?${query}`)).status, 400);
  reject();
  plex.faults.set({ kind: "filter ignored" });
  assert.equal((await rowsOf(plex, query)).length, 500);
});

test("a page of 200,000 views has the requested rows and the total", async ({ plex }) => {
  const query = "sort=viewedAt:desc&X-Plex-Container-Start=100000&X-Plex-Container-Size=3";
  const { Metadata, totalSize } = (await get(plex, `${PATH}?${query}`)).json();
  assert.equal(totalSize, 200_000);
  const keys = Metadata.map(({ historyKey }: AnyJson) => historyKey.split("/").at(-1));
  assert.deepEqual(keys, ["100000", "99999", "99998"]);
}, { pastViews: { count: 200_000 } });
