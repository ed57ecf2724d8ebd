import assert from "node:assert/strict";
import { LIMITS } from "../../../src/core/cardinality.ts";
import { chooseTitles, limitTitles } from "../../../src/core/view_titles.ts";
import { tallyOf, view } from "../../testing/view_builders.ts";

/** More films than there may be titles; the first are viewed less often than the others. */
const MANY = Array.from({ length: LIMITS.titles + 2 }, (_, n) => `Film ${n}`)
  .flatMap((title, n) => Array.from({ length: n < 4 ? n + 1 : 5 }, () => view({ title })));

Deno.test("chooseTitles keeps the titles chosen before and adds the most viewed", () => {
  const tally = tallyOf(MANY);
  const titles = chooseTitles(tally);
  assert.equal(titles.size, LIMITS.titles);
  assert.deepEqual(["Film 0", "Film 1", "Film 2"].map((title) => titles.has(title)), [
    false,
    false,
    true,
  ]);
  const again = chooseTitles(tally, new Set(["Film 0"]));
  assert.ok(again.has("Film 0") && !again.has("Film 2"));
});

Deno.test("chooseTitles does not depend on the order of equally viewed titles", () => {
  const equal = Array.from({ length: LIMITS.titles + 50 }, (_, n) => view({ title: `Film ${n}` }));
  const forwards = chooseTitles(tallyOf(equal));
  assert.deepEqual([...forwards].sort(), [...chooseTitles(tallyOf(equal.toReversed()))].sort());
});

Deno.test("limitTitles counts other titles under other by media type and library, and loses no view", () => {
  const tally = tallyOf(MANY);
  const [counts, dropped] = limitTitles([...tally.titleViews.values()], chooseTitles(tally));
  assert.equal(counts.find(({ key }) => key.title === "other")?.views, 1 + 2);
  assert.equal(counts.reduce((sum, { views }) => sum + views, 0), MANY.length);
  assert.equal(dropped.size, 2);
});

Deno.test("limitTitles counts keys over the limit under a key with other in every field", () => {
  const views = Array.from(
    { length: LIMITS.series + 7 },
    (_, n) => view({ title: `Film ${n % LIMITS.titles}`, library: `Library ${n}` }),
  );
  const tally = tallyOf(views);
  const [counts] = limitTitles([...tally.titleViews.values()], chooseTitles(tally));
  assert.equal(counts.length, LIMITS.series + 1);
  assert.equal(counts.find(({ key }) => key.library === "other")?.views, 7);
});
