import assert from "node:assert/strict";
import type { View } from "../../../src/core/view.ts";
import type { Span } from "../../../src/history/series.ts";
import { viewLines } from "../../../src/history/views.ts";
import { lastValues } from "../../testing/history_run.ts";
import { READ_S, view } from "../../testing/view_builders.ts";

const SPAN: Span = {
  grid: { stepMs: 3_600_000, offsetsMs: [0] },
  fromMs: -Infinity,
  untilMs: READ_S * 1000,
};

async function write(...pages: readonly (readonly View[])[]) {
  let readings = 0;
  const lines: string[] = [];
  const readViews = async function* () {
    readings += 1;
    yield* pages;
  };
  for await (const text of viewLines(readViews, { server: "home" }, SPAN)) lines.push(text);
  return { text: lines.join(""), readings };
}

Deno.test("viewLines reads the history twice and counts views by user and by title", async () => {
  const { text, readings } = await write(
    [view({ viewedS: READ_S - 7_200 }), view({ viewedS: READ_S - 5_400, user: "eve" })],
    [view({ viewedS: READ_S - 3_600, mediaType: "clip", title: undefined })],
  );
  assert.equal(readings, 2);
  assert.deepEqual(
    [...lastValues(text)],
    [
      ['plex_views_total{server="home",user="bob",media_type="movie",library="Films"}', 1],
      ['plex_views_total{server="home",user="eve",media_type="movie",library="Films"}', 1],
      ['plex_views_total{server="home",user="bob",media_type="clip",library="Films"}', 1],
      [
        'plex_title_views_total{server="home",media_type="movie",library="Films",title="The Long Road"}',
        2,
      ],
    ],
  );
});

Deno.test("viewLines leaves views of the last ten minutes to the exporter", async () => {
  const { text } = await write([view({ viewedS: READ_S - 601 }), view({ viewedS: READ_S - 599 })]);
  assert.deepEqual([...lastValues(text).values()], [1, 1]);
});

Deno.test("viewLines introduces both families even without views", async () => {
  const { text } = await write([]);
  assert.deepEqual(text.match(/^# TYPE \S+/gm), [
    "# TYPE plex_views",
    "# TYPE plex_title_views",
  ]);
  assert.equal(lastValues(text).size, 0);
});
