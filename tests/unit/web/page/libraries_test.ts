import assert from "node:assert/strict";
import { START } from "../../../testing/core_builders.ts";
import { walkedItem, walkTally } from "../../../testing/walk_builders.ts";
import { later, pageOf, partOf, up } from "../../../testing/page_states.ts";

Deno.test("libraries shows type, items and storage, and what is not known yet", () => {
  assert.match(
    partOf(pageOf([up()]), "libraries"),
    /Films Movies 1,234 movies 3\.5 TB – Series Shows not counted yet – –$/,
  );
});

Deno.test("libraries shows when the last walk ended, or the progress of the current one", () => {
  const walked = later(
    up(),
    {
      type: "library_walked",
      at: START,
      libraryId: "2",
      startedAt: START,
      contentRevision: undefined,
      tally: walkTally([walkedItem("1")]),
    },
    {
      type: "walk_progressed",
      at: START,
      progress: { libraryId: "1", startedAt: START, items: 750, totalItems: 1234 },
    },
  );
  assert.match(
    partOf(pageOf([walked], 60), "libraries"),
    / 3\.5 TB 750 of 1,234 items Series .* – 60 s ago$/,
  );
});

Deno.test("libraries shows a scan, other videos, and every kind of item of a music library", () => {
  const library = { otherVideos: false, scanning: false, storageBytes: 0 } as const;
  const state = later(
    up(),
    {
      type: "libraries_listed",
      at: START,
      withSizes: false,
      libraries: [
        { ...library, id: "1", title: "Clips", type: "movie", otherVideos: true, scanning: true },
        { ...library, id: "2", title: "Records", type: "artist" },
      ],
    },
    { type: "library_counted", at: START, libraryId: "2", contentType: "artists", count: 1 },
    { type: "library_counted", at: START, libraryId: "2", contentType: "tracks", count: 20 },
  );
  const text = partOf(pageOf([state]), "libraries");
  assert.match(text, /Clips Other videos, scanning 1,234 videos/);
  assert.match(text, /Records Music 1 artist · 20 tracks/);
});

Deno.test("libraries shows the first 100 of many and how many more there are, and says that there are none", () => {
  const many = Array.from({ length: 101 }, (_, index) => ({
    id: `${index}`,
    title: `Library ${index}`,
    type: "movie" as const,
    otherVideos: false,
    scanning: false,
  }));
  const show = (libraries: typeof many) =>
    partOf(
      pageOf([later(up(), { type: "libraries_listed", at: START, withSizes: false, libraries })]),
      "libraries",
    );
  assert.match(show(many), /Library 99 /);
  assert.doesNotMatch(show(many), /Library 100 /);
  assert.match(show(many), / And 1 more\.$/);
  assert.doesNotMatch(show(many.slice(1)), / more\./);
  assert.match(show([]), /There are no libraries\./);
});
