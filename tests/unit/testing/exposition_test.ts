import assert from "node:assert/strict";
import { readPage } from "../../testing/exposition.ts";

Deno.test("readPage ends a line at \\n alone, and reads any other character in a label", () => {
  const text = "{} \u2028\u2029\r\u0085";
  const [series] = readPage(`plex_up{server="${text}"} 1\n`).values();
  assert.deepEqual(series?.labels, { __name__: "plex_up", server: text });
});
