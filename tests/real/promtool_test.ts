/** `promtool check metrics` on pages of the exporter, and the example configuration. */
import assert from "node:assert/strict";
import { families } from "../../src/metrics/families.ts";
import { createRenderer } from "../../src/metrics/exposition.ts";
import { PROCESS } from "../bench/busy_state.ts";
import { readPage } from "../testing/exposition.ts";
import { runProcess, startProgram, until } from "../testing/program.ts";
import { findTool, TOOLS } from "../testing/tools.ts";

const EXAMPLE = new URL("../../examples/prometheus/prometheus.yml", import.meta.url).pathname;

/** Why these names stay although promtool suggests others. */
const OLD_NAME = "the original exporter's name, which dashboards have";
const BITS = "stream rates are in bits by convention";

/** The findings of promtool that are accepted, verbatim, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'library_duration_total non-counter metrics should not have "_total" suffix': OLD_NAME,
  'library_storage_total non-counter metrics should not have "_total" suffix': OLD_NAME,
  'plex_session_bandwidth_bits_per_second use base unit "bytes" instead of "bits"': BITS,
  'plex_session_source_bandwidth_bits_per_second use base unit "bytes" instead of "bits"': BITS,
  'plex_stream_bandwidth_bits_per_second use base unit "bytes" instead of "bits"': BITS,
};

/** The family that the demo lacks: it keeps no state. */
const STATE_SAVED = "plex_exporter_state_saved_timestamp_seconds";

/** A page with this family alone. */
async function stateSaved(): Promise<string> {
  const saved = families({ legacy: true }).filter(({ name }) => name === STATE_SAVED);
  const render = createRenderer(saved);
  const process = { ...PROCESS, stateSavedAt: 1_780_318_815_000 };
  const { parts, samples } = await render({ servers: [], at: 0, process }, "text");
  assert.equal(samples, 1);
  return parts.join("");
}

Deno.test("every program that these tests run is installed", () => {
  TOOLS.forEach(findTool);
});

Deno.test("promtool check metrics finds nothing but what is listed with its reason", async () => {
  await using demo = startProgram(["demo"], { env: { LISTEN_ADDRESS: "127.0.0.1:0" } });
  const url = await demo.says(/metrics\s+(http:\S+)/);
  const allFamilies = families({ legacy: true }).filter(({ name }) => name !== STATE_SAVED);
  // Bytes by user come last: they need a second reading of Plex's statistics.
  const page = await until("a page with every family", async () => {
    const text = await (await fetch(url)).text();
    const isComplete = allFamilies.every(({ name }) => text.includes(`# TYPE ${name} `));
    return isComplete ? text : undefined;
  }, 90_000);
  assert.ok(readPage(page).size > 500);
  const { stdout, stderr } = await runProcess(findTool("promtool"), ["check", "metrics"], {
    stdin: page + await stateSaved(),
  });
  const findings = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
  assert.deepEqual(findings.sort(), Object.keys(EXCEPTIONS).sort());
});

Deno.test("promtool accepts the example of a Prometheus configuration", async () => {
  const { code, stderr } = await runProcess(findTool("promtool"), ["check", "config", EXAMPLE]);
  assert.equal(code, 0, stderr);
});
