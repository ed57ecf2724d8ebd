import assert from "node:assert/strict";
import type { ServerEvent } from "../../../src/core/event.ts";
import { reduce } from "../../../src/core/reduce.ts";
import { LEGACY } from "../../../src/metrics/legacy.ts";
import { SERVER as FAMILIES } from "../../../src/metrics/server.ts";
import { after, listed, START } from "../../testing/core_builders.ts";

const BYTES = [
  "plex_transmit_bytes_total",
  "plex_user_transmit_bytes_total",
  "plex_device_transmit_bytes_total",
  "transmit_bytes_total",
];

const read = (bytes: number): ServerEvent => ({
  type: "bandwidth_read",
  at: START,
  sinceS: 970,
  rows: [{ atS: 1_000, accountId: "1", deviceId: "1", lan: true, bytes }],
  accounts: new Map([["1", "bob"]]),
  devices: new Map([["1", "Den"]]),
});

const missing: ServerEvent = { type: "source_unavailable", at: START, source: "bandwidth" };

const sampled: ServerEvent = {
  type: "resources_sampled",
  at: START,
  resources: {
    sampledS: 1_000,
    hostCpuPercent: 0,
    hostMemoryPercent: 0,
    processCpuPercent: 0,
    processMemoryPercent: 0,
  },
};

function byteSamples(state: ReturnType<typeof after>) {
  return [...FAMILIES, ...LEGACY].filter(({ name }) => BYTES.includes(name))
    .map((family) => family.samples(state, START));
}

Deno.test("invariant 3: counters of bytes keep their values when Plex stops offering the statistics", () => {
  const counted = after(
    listed(START),
    sampled,
    read(5),
    read(12),
    { type: "scrape_begun", at: START },
    { type: "scrape_completed", at: START, scrape: 1, client: "a", series: 1 } as ServerEvent,
  );
  assert.equal(byteSamples(counted).flat().reduce((sum, { value }) => sum + value, 0), 28);
  assert.deepEqual(byteSamples(reduce(counted, missing)), byteSamples(counted));
});

Deno.test("counters of bytes do not exist if Plex never offered the statistics", () => {
  assert.deepEqual(byteSamples(after(listed(START), missing)).flat(), []);
});
