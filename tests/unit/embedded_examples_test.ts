/** What the program carries along is what stands in `examples/`. */
import assert from "node:assert/strict";
import { alertRules, dashboards } from "../../src/embedded_examples.ts";
import { dashboardText, FILES } from "../dashboards/load.ts";
import { EXAMPLES } from "../testing/example_files.ts";

Deno.test("the program serves every dashboard and the rules as they are in examples/", () => {
  assert.deepEqual([...dashboards.keys()], FILES);
  for (const [name, text] of dashboards) assert.equal(text, dashboardText(name));
  assert.equal(
    alertRules,
    Deno.readTextFileSync(new URL("prometheus/alerts.yml", EXAMPLES)),
  );
});
