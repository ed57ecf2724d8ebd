/** The value of METRICS_PATH. */
import assert from "node:assert/strict";
import { accept, refuseOne } from "../../testing/config.ts";

Deno.test("metricsPath rejects paths of other pages and malformed paths", () => {
  assert.equal(accept({ METRICS_PATH: "/prometheus/metrics/" }).metricsPath, "/prometheus/metrics");
  assert.equal(accept({ METRICS_PATH: "/dashboards2" }).metricsPath, "/dashboards2");
  const wrong = ["metrics", "/", "//", "/healthz", "/healthz/", "/alerts.yml", "/dashboards"];
  wrong.push(
    "/dashboards/x.json",
    "/a?b",
    "/a#b",
    "/a b",
    "/%68ealthz",
    "/a/../b",
    "/a//b",
    "//host/a",
  );
  for (const path of wrong) {
    const right = /^METRICS_PATH .*(\/metrics|fragment$|without %)/;
    assert.match(refuseOne({ METRICS_PATH: path }), right, path);
  }
});
