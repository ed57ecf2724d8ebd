/** The path of a request. */
import assert from "node:assert/strict";
import { decodePath, pathOf } from "../../../src/web/path.ts";

Deno.test("pathOf() returns the path of a request target without query and fragment", () => {
  const cases = [
    ["/metrics", "/metrics"],
    ["http://exporter:9000/metrics?x=/y#z", "/metrics"],
    ["/metrics?", "/metrics"],
    ["http://a b<>:99999/metrics", "/metrics"],
    ["/x/../metrics", "/x/../metrics"],
    ["/%6detrics", "/metrics"],
    ["*", "*"],
    ["", ""],
  ] as const;
  for (const [url, path] of cases) assert.equal(pathOf(url), path, url);
});

Deno.test("decodePath() returns a malformed path as it is", () => {
  assert.equal(decodePath("/%c3%a9"), "/é");
  assert.equal(decodePath("/%zz"), "/%zz");
});
