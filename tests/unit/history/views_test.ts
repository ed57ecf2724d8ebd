import assert from "node:assert/strict";
import type { View } from "../../../src/core/view.ts";
import type { Span } from "../../../src/history/series.ts";
import { viewFamilies } from "../../../src/history/views.ts";
import { lastValues } from "../../testing/history_run.ts";
import { READ_S, view } from "../../testing/view_builders.ts";

const SPAN: Span = {
  grid: { stepMs: 3_600_000, offsetsMs: [0] },
  fromMs: -Infinity,
  untilMs: READ_S * 1000,
};

async function write(...pages: readonly (readonly View[])[]) {
  let readings = 0;
  const texts: string[] = [];
  const readViews = async function* () {
    readings += 1;
    yield* pages;
  };
  for (const { lines } of viewFamilies(readViews, { server: "home" }, SPAN)) {
    for await (const text of lines()) texts.push(text);
  }
  return { text: texts.join(""), readings };
}

Deno.test("viewFamilies reads the history twice and counts views by user and by title", async () => {
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

Deno.test("viewFamilies leaves views of the last ten minutes to the exporter", async () => {
  const { text } = await write([view({ viewedS: READ_S - 601 }), view({ viewedS: READ_S - 599 })]);
  assert.deepEqual([...lastValues(text).values()], [1, 1]);
});

Deno.test("viewFamilies has no samples without views", async () => {
  assert.equal((await write([])).text, "");
});
