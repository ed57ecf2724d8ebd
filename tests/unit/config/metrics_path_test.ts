/** The value of METRICS_PATH. */
import assert from "node:assert/strict";
import { accept, refuseOne } from "../../testing/config.ts";

Deno.test("metricsPath rejects paths of other pages and malformed paths", () => {
  assert.equal(accept({ METRICS_PATH: "/prometheus/metrics/" }).metricsPath, "/prometheus/metrics");
  assert.equal(accept({ METRICS_PATH: "/dashboards2" }).metricsPath, "/dashboards2");
  const used = ["/", "//", "/healthz", "/healthz/", "/alerts.yml", "/dashboards"];
  for (const path of [...used, "/dashboards/x.json"]) {
    const message =
      /^METRICS_PATH is \/\S*, which another page uses; choose another, such as \/metrics$/;
    assert.match(refuseOne({ METRICS_PATH: path }), message, path);
  }
  const malformed = ["metrics", "/a?b", "/a#b", "/a b", "/%68ealthz", "/a/../b", "/a//b"];
  for (const path of [...malformed, "//host/a"]) {
    const message =
      /^METRICS_PATH is ".*"; write a plain path such as \/metrics, without \?, #, % or/;
    assert.match(refuseOne({ METRICS_PATH: path }), message, path);
  }
});
