/** The embedded files against those in `examples/`. */
import assert from "node:assert/strict";
import { alertRules, dashboards } from "../../src/embedded_examples.ts";
import { dashboardText, FILES } from "../dashboards/load.ts";
import { EXAMPLES } from "../testing/example_files.ts";

Deno.test("dashboards and alertRules have every file of examples/ as it is there", () => {
  assert.deepEqual([...dashboards.keys()], FILES);
  for (const [name, text] of dashboards) assert.equal(text, dashboardText(name));
  assert.equal(
    alertRules,
    Deno.readTextFileSync(new URL("prometheus/alerts.yml", EXAMPLES)),
  );
});
