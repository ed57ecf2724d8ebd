/** Rows of Plex's history as views. */
import assert from "node:assert/strict";
import { NO_HIDDEN_LABELS } from "../../../../src/plex/redact_labels.ts";
import { mapHistoryPage, mapViews, rowId } from "../../../../src/plex/mapping/history.ts";
import { parseHistory } from "../../../../src/plex/schema.ts";
import { fixture } from "../../../testing/plex_fixture.ts";

const NAMES = {
  accounts: new Map([["1", "juniper"], ["19646554", "otis"]]),
  libraries: new Map(
    [["1", "Films"], ["2", "Series"], ["3", "Music"]].map(([id = "", title = ""]) =>
      [id, { title }] as const
    ),
  ),
};

function rows() {
  const page = parseHistory(fixture("history"));
  assert.ok(page);
  return page.Metadata;
}

Deno.test("views have the names of users and libraries, and the title of film, show or artist", () => {
  const views = mapViews(rows(), NAMES, NO_HIDDEN_LABELS);
  const shown = views.map(({ user, mediaType, library, title }) =>
    [user, mediaType, library, title].join("/")
  );
  assert.deepEqual(shown, [
    "juniper/movie/Films/The Long Road",
    "otis/episode/Series/Harbour",
    "otis/episode/Series/Harbour",
    "unknown/track/Music/Orla Finch",
    "juniper/movie/Films/A Deleted Film",
    "juniper/live_tv/none/",
    "juniper/photo/none/",
  ]);
});

Deno.test("views have their time, their row's id and the rating keys of item and show", () => {
  const views = mapViews(rows(), NAMES, NO_HIDDEN_LABELS);
  assert.deepEqual(
    views.map(({ id, viewedS, ratingKeys }) => [id, viewedS - 1_700_000_000, ...ratingKeys]),
    [
      ["12", 100, 1234],
      ["13", 200, 2001, 1999],
      ["14", 300, 2002, 1999],
      ["15", 400, 3002, 3000],
      ["16", 500],
      ["17", 600],
      ["18", 700, 4000],
    ],
  );
});

Deno.test("a title that is to be hidden is hidden, one that is missing stays missing", () => {
  const views = mapViews(rows(), NAMES, new Set(["title"]));
  assert.deepEqual([views[0]?.title, views[5]?.title], ["hidden", undefined]);
});

Deno.test("a row without a history key is identified by its other fields", () => {
  const ids = rows().map(({ historyKey: _, ...row }) => rowId(row));
  assert.ok(ids.length > 1);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(rowId({ historyKey: "/status/sessions/history/" }), "///");
});

Deno.test("the total of a page is in its body, in its header, or the size of an unpaged answer", () => {
  const page = { Metadata: [], size: 3 };
  assert.equal(mapHistoryPage({ ...page, totalSize: 9 }, 8)?.total, 9);
  assert.equal(mapHistoryPage(page, 8)?.total, 8);
  assert.equal(mapHistoryPage(page, undefined)?.total, 3);
  assert.equal(mapHistoryPage({ Metadata: [] }, undefined), undefined);
});
