import assert from "node:assert/strict";
import { pipe, totalSize } from "../../../src/plex/parse_answer.ts";

const headers = new Headers({ "X-Plex-Container-Total-Size": "12" });

Deno.test("pipe maps what was parsed, with the headers, and nothing that cannot be parsed", () => {
  const read = pipe(
    (body) => typeof body === "string" ? body : undefined,
    (wire, given) => `${wire} of ${totalSize(given)}`,
  );
  assert.equal(read("3", headers), "3 of 12");
  assert.equal(read(3, headers), undefined);
});

Deno.test("totalSize is undefined without the header, and for what is no count", () => {
  assert.equal(totalSize(headers), 12);
  for (const value of ["-1", "many", ""]) {
    assert.equal(totalSize(new Headers({ "X-Plex-Container-Total-Size": value })), undefined);
  }
  assert.equal(totalSize(new Headers()), undefined);
});
