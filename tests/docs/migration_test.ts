/** The migration page: every family of the original exporter has a replacement and a query. */
import assert from "node:assert/strict";
import { families } from "../../src/metrics/families.ts";
import { readDocument, replacedQueries } from "./markdown.ts";

const COMPATIBLE = families({ legacy: true })
  .filter(({ identity }) => identity === "legacy").map(({ name }) => name);

Deno.test("the migration page has a replacement for every compatible family", () => {
  const { text } = readDocument("docs/migration.md");
  assert.deepEqual(COMPATIBLE.filter((name) => !text.includes(`\n| \`${name}\` `)), []);
});

Deno.test("the migration page has a query of every compatible family, each with its replacement", () => {
  const named = (query: string) =>
    COMPATIBLE.filter((name) => new RegExp(`(?<!\\w)${name}(?!\\w)`).test(query));
  const pairs = replacedQueries();
  assert.deepEqual(pairs.filter(([before]) => named(before).length !== 1), []);
  assert.deepEqual(
    pairs.filter(([, after]) => named(after).length > 0 || !/plex_/.test(after)),
    [],
  );
  const replaced = pairs.flatMap(([before]) => named(before));
  assert.deepEqual([...new Set(replaced)].sort(), COMPATIBLE.toSorted());
});
