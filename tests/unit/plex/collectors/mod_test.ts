import assert from "node:assert/strict";
import { DATA_SOURCES } from "../../../../src/core/enums.ts";
import { createCollectors } from "../../../../src/plex/collectors/mod.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

Deno.test("createCollectors creates collectors with different names in the log", () => {
  const descriptions = createCollectors(openCollectorHarness().context)
    .map(({ description }) => description);
  assert.equal(new Set(descriptions).size, descriptions.length);
});

Deno.test("createCollectors collects the session list first, and no source twice", () => {
  const collectors = createCollectors(openCollectorHarness().context);
  assert.match(collectors[0]?.description ?? "", /session/);
  const sources = collectors.flatMap(({ source }) => source ?? []);
  assert.equal(new Set(sources).size, sources.length);
  for (const source of sources) assert.ok(DATA_SOURCES.includes(source), source);
});
