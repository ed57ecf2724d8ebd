import assert from "node:assert/strict";
import { pipe } from "../../../src/plex/parse_answer.ts";

Deno.test("pipe maps a parsed body with the headers, and returns undefined if the body cannot be parsed", () => {
  const read = pipe(
    (body) => typeof body === "string" ? body : undefined,
    (wire, headers) => `${wire} of ${headers.get("x-total")}`,
  );
  const headers = new Headers({ "X-Total": "12" });
  assert.equal(read("3", headers), "3 of 12");
  assert.equal(read(3, headers), undefined);
});
