/**
 * The examples for Prometheus, checked by promtool. Those for Compose and Kubernetes have their own
 * test files.
 */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { settingNames } from "../../src/config/mod.ts";
import { EXAMPLES, filesBelow, readText } from "../testing/example_files.ts";
import { runProcess } from "../testing/program.ts";
import { findTool } from "../testing/tools.ts";

/** The YAML files that a test checks, here or in another file. */
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
  if (/alerts|rules|test|web-config/.test(path)) continue; // Not configurations.
  Deno.test(`promtool accepts examples/${path}`, async () => {
    // The files that it names exist only on the operator's machine.
    const args = ["check", "config", "--syntax-only", new URL(path, EXAMPLES).pathname];
    const { code, stdout, stderr } = await runProcess(findTool("promtool"), args);
    assert.equal(code, 0, stdout + stderr);
  });
}

Deno.test("the alert about a rejected token names every setting that may hold it", () => {
  const { groups } = parse(readText("prometheus/alerts.yml"));
  const rules: { alert: string; annotations: { description: string } }[] = groups[0].rules;
  const { description = "" } = rules.find(({ alert }) => alert === "PlexTokenRejected")
    ?.annotations ?? {};
  const named = description.match(/[A-Z]+(_[A-Z]+)+/g);
  assert.deepEqual(named?.sort(), settingNames.filter((name) => /TOKEN/.test(name)).sort());
});
