/** The items of a library, from the wire to the domain. */
import assert from "node:assert/strict";
import { type ItemPage, itemPageQuery, mapItemPage } from "../../../../src/plex/mapping/items.ts";
import { parseItemPage } from "../../../../src/plex/item_schema.ts";
import { NO_HIDDEN_LABELS } from "../../../../src/plex/redact_labels.ts";
import { fixture } from "../../../testing/plex_fixture.ts";

function page(container: unknown, type: "movie" | "show" | "artist" = "movie", hidden = false) {
  const wire = parseItemPage({ MediaContainer: container });
  assert.ok(wire);
  return read(
    mapItemPage(wire, undefined, type, hidden ? new Set(["title"] as const) : NO_HIDDEN_LABELS),
  );
}

/** A page whose items have been read. */
function read(page: ItemPage | undefined) {
  return page && { ...page, items: [...page.items] };
}

function items(container: object, type?: "movie" | "show" | "artist") {
  return page({ totalSize: 9, ...container }, type)?.items;
}

Deno.test("the query of a page has one type, sorts by id and leaves out unused fields", () => {
  const query = itemPageQuery("show", { start: 498, size: 210 });
  assert.match(query, /^type=4&sort=id&/);
  assert.match(
    query,
    /&excludeElements=\S*\bRole\b\S*&excludeFields=summary,tagline,[a-zA-Z,]*\bthumb\b[a-zA-Z,]*&/,
  );
  const excluded = new URLSearchParams(query).get("excludeFields")?.split(",") ?? [];
  for (
    const used of ["ratingKey", "title", "grandparentRatingKey", "grandparentTitle", "addedAt"]
  ) {
    assert.ok(!excluded.includes(used), used);
  }
  assert.match(query, /&X-Plex-Container-Start=498&X-Plex-Container-Size=210$/);
  assert.match(itemPageQuery("movie", { start: 0, size: 1 }), /^type=1&/);
  assert.match(itemPageQuery("artist", { start: 0, size: 1 }), /^type=10&/);
});

Deno.test("a page of episodes has their shows, versions and files", () => {
  const wire = parseItemPage(fixture("episodes"));
  assert.ok(wire);
  assert.deepEqual(read(mapItemPage(wire, undefined, "show", NO_HIDDEN_LABELS)), {
    rows: 3,
    total: 1_204,
    items: [
      {
        ratingKey: "20311",
        top: { ratingKey: "20300", title: "Harbour Nine" },
        addedS: 1_719_835_201,
        versions: [
          {
            resolution: "1080",
            codec: "hevc",
            files: [{ id: "/tv/Harbour Nine/S01E01.mkv", bytes: 2_411_724_800 }],
          },
          {
            resolution: "720",
            codec: "h264",
            files: [
              { id: "/tv/Harbour Nine/S01E01 - cd1.avi", bytes: 734_003_200 },
              { id: "/tv/Harbour Nine/S01E01 - cd2.avi", bytes: undefined },
            ],
          },
        ],
      },
      {
        ratingKey: "20312",
        top: { ratingKey: "20300", title: "Harbour Nine" },
        addedS: undefined,
        versions: [{
          resolution: "4k",
          codec: "av1",
          files: [{ id: "part 77002", bytes: 9_000_000_000 }],
        }],
      },
      {
        ratingKey: "20313",
        top: { ratingKey: "20313", title: "" },
        addedS: 1_719_835_203,
        versions: [],
      },
    ],
  });
});

Deno.test("music has its audio codec and no resolution", () => {
  const Media = [{
    audioCodec: "FLAC",
    videoResolution: "1080",
    Part: [{ id: 1, file: "/a.flac" }],
  }];
  const [track] = items({
    Metadata: [{ ratingKey: "7", grandparentRatingKey: 5, grandparentTitle: "Orla Finch", Media }],
  }, "artist") ?? [];
  assert.deepEqual(track?.top, { ratingKey: "5", title: "Orla Finch" });
  assert.deepEqual(
    track?.versions.map(({ resolution, codec }) => [resolution, codec]),
    [["", "flac"]],
  );
});

Deno.test("a file without its full path is identified by Plex's id: another one may have its name", () => {
  const idOf = (file: string | undefined) =>
    items({ Metadata: [{ ratingKey: "7", Media: [{ Part: [{ id: 1, file }] }] }] })
      ?.[0]?.versions[0]?.files[0]?.id;
  for (const path of ["/tv/Nine/01.mkv", "C:\\tv\\01.mkv", "\\\\nas\\tv\\01.mkv"]) {
    assert.equal(idOf(path), path);
  }
  for (const file of ["01.mkv", "Nine/01.mkv", "", undefined]) assert.equal(idOf(file), "part 1");
});

Deno.test("an item without a rating key, or that is none, is left out and counts as a row", () => {
  const { items, rows } =
    page({ totalSize: 3, Metadata: [{ title: "Lost" }, "lost", { ratingKey: "8" }] }) ?? {};
  assert.deepEqual([items?.map(({ ratingKey }) => ratingKey), rows], [["8"], 3]);
});

Deno.test("the items of a page can be iterated over again", () => {
  const wire = parseItemPage({ MediaContainer: { totalSize: 2, Metadata: [{ ratingKey: "8" }] } });
  const { items = [] } = wire && mapItemPage(wire, 2, "movie", NO_HIDDEN_LABELS) || {};
  const [first] = items;
  assert.equal(first?.ratingKey, "8");
  assert.equal([...items].length, 1);
});

Deno.test("the total is that of the body, of the header, or of a page that was not cut", () => {
  const total = (container: object, header?: number) => {
    const wire = parseItemPage({ MediaContainer: container });
    return wire && mapItemPage(wire, header, "movie", NO_HIDDEN_LABELS)?.total;
  };
  assert.equal(total({ size: 1, totalSize: 9 }, 7), 9);
  assert.equal(total({ size: 1 }, 7), 7);
  assert.equal(total({ size: 1 }), 1);
  assert.equal(total({}), undefined);
});

Deno.test("titles are hidden on the way in", () => {
  const hidden = page(
    { totalSize: 1, Metadata: [{ ratingKey: "8", title: "Slow Comet" }] },
    "movie",
    true,
  );
  assert.equal(hidden?.items[0]?.top.title, "hidden");
});
