/**
 * The examples for Prometheus, checked by promtool. Those for Compose and Kubernetes have tests of
 * their own beside this one.
 */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { settingNames } from "../../src/config/mod.ts";
import { EXAMPLES, filesBelow, readText } from "../testing/example_files.ts";
import { runProcess } from "../testing/program.ts";
import { findTool } from "../testing/tools.ts";

/** Every YAML file of the examples, and the test here or elsewhere that checks it. */
const CHECKED: readonly RegExp[] = [
  /^compose\/compose\.yaml$/,
  /^compose\/prometheus\.yml$/,
  /^compose\/grafana\/provisioning\//,
  /^kubernetes\//,
  /^prometheus\//,
];

Deno.test("no example is unchecked", () => {
  const files = filesBelow("").filter((path) => /\.ya?ml$/.test(path));
  assert.deepEqual(files.filter((path) => !CHECKED.some((checked) => checked.test(path))), []);
});

for (const path of filesBelow("prometheus/").concat("compose/prometheus.yml")) {
  if (/alerts|rules|test|web-config/.test(path)) continue; // They are no configurations.
  Deno.test(`promtool takes examples/${path}`, async () => {
    // Files that it names are on the operator's machine.
    const args = ["check", "config", "--syntax-only", new URL(path, EXAMPLES).pathname];
    const { code, stdout, stderr } = await runProcess(findTool("promtool"), args);
    assert.equal(code, 0, stdout + stderr);
  });
}

Deno.test("the alert about a rejected token names every setting that it may stand in", () => {
  const { groups } = parse(readText("prometheus/alerts.yml"));
  const rules: { alert: string; annotations: { description: string } }[] = groups[0].rules;
  const { description = "" } = rules.find(({ alert }) => alert === "PlexTokenRejected")
    ?.annotations ?? {};
  const named = description.match(/[A-Z]+(_[A-Z]+)+/g);
  assert.deepEqual(named?.sort(), settingNames.filter((name) => /TOKEN/.test(name)).sort());
});
