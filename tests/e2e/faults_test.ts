/**
 * Faults of Plex and of the network, one scenario each. Faults that send too much data are in
 * tests/stress.
 */
import assert from "node:assert/strict";
import type { Fault } from "../../src/simulator/faults.ts";
import { SCENARIOS } from "../testing/fault_scenarios.ts";
import { testSurvival } from "../testing/survives_fault.ts";
import { findSamples, sum, testWithHarness } from "../testing/harness.ts";

for (
  const scenario of SCENARIOS.filter(({ pace }) => pace === undefined || pace === "lost frames")
) testSurvival(scenario);

testWithHarness("one failed poll changes nothing but the error counters", async (harness) => {
  harness.play();
  await harness.pass(15);
  await harness.scrape();
  harness.plex.faults.set({ kind: "server error" }, { path: "/status/sessions", times: 1 });
  await harness.pass(11);
  const page = await harness.scrape();
  const labels = { endpoint: "/status/sessions", outcome: "other" };
  assert.equal(sum(page, "plex_exporter_api_requests_total", labels), 1);
  assert.equal(sum(page, "plex_up"), 1);
  assert.equal(sum(page, "plex_sessions"), 1);
});

testWithHarness(
  "one rejection of the owner's token changes nothing but the error counters",
  async (harness) => {
    harness.play();
    await harness.pass(15);
    await harness.scrape();
    harness.plex.faults.set({ kind: "unauthorized" }, { path: "/status/sessions", times: 1 });
    await harness.pass(11);
    const page = await harness.scrape();
    const labels = { endpoint: "/status/sessions", outcome: "unauthorized" };
    assert.equal(sum(page, "plex_exporter_api_requests_total", labels), 1);
    assert.equal(sum(page, "plex_sessions"), 1);
    assert.equal(sum(page, "plex_exporter_token_valid"), 1);
  },
);

testWithHarness("with a guest's token plex_up is 1 and sessions are absent", async (harness) => {
  await harness.pass(5);
  const page = await harness.scrape();
  assert.equal(sum(page, "plex_up"), 1);
  assert.equal(sum(page, "plex_exporter_token_valid"), 1);
  assert.equal(findSamples(page, "plex_sessions").length, 0);
  assert.ok(findSamples(page, "plex_library_items").length > 0);
  assert.equal(harness.logged("does not belong to the server owner").length, 1);
}, { before: ({ faults }) => void faults.set({ kind: "guest" }) });

testWithHarness(
  "plays are no longer exported when the token becomes a guest's",
  async (harness) => {
    harness.ignoreFrames();
    const viewer = harness.play();
    await harness.pass(30);
    assert.equal(findSamples(await harness.scrape(), "plays_total").length, 1);
    harness.plex.faults.set({ kind: "guest" });
    harness.plex.faults.set({ kind: "socket resets" }, { times: 1 });
    await harness.pass(130);
    viewer.stop();
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_up"), 1);
    for (const family of ["plays_total", "play_seconds_total", "plex_sessions"]) {
      assert.equal(findSamples(page, family).length, 0, family);
    }
    assert.equal(sum(page, "plex_plays_total"), 1, "the counters stay");
  },
);

testWithHarness(
  "a metadata request that hangs does not delay the session list",
  async (harness) => {
    await harness.pass(30);
    harness.plex.faults.set({ kind: "hang" }, { path: "/library/metadata/{id}" });
    const viewer = harness.play({ method: "software transcode" });
    await harness.pass(4);
    assert.equal(sum(await harness.scrape(), "plex_sessions"), 1);
    await harness.pass(196);
    viewer.stop();
    await harness.pass(20);
    const seconds = sum(await harness.scrape(), "plex_play_seconds_total");
    assert.ok(seconds >= 195 && seconds <= 200, `${seconds} s of 200 s`);
  },
  { settings: { PLEX_CLIENT_TIMEOUT_SECONDS: "120" } },
);

testWithHarness("without Plex Pass only the metrics that need it are absent", async (harness) => {
  await harness.pass(30);
  const page = await harness.scrape();
  for (const family of ["host_cpu_util", "host_mem_util", "transmit_bytes_total"]) {
    assert.equal(findSamples(page, family).length, 0, family);
  }
  assert.equal(findSamples(page, "plex_transmit_bytes_total").length, 0);
  assert.equal(findSamples(page, "server_info").length, 1);
  assert.equal(findSamples(page, "estimated_transmit_bytes_total").length, 1);
}, { plexPass: false });

testWithHarness(
  "a source that fails keeps its last good values for three intervals",
  async (harness) => {
    await harness.pass(5);
    assert.equal(findSamples(await harness.scrape(), "host_cpu_util").length, 1);
    harness.plex.faults.set({ kind: "server error" }, { path: "/statistics/resources" });
    await harness.pass(20);
    assert.equal(findSamples(await harness.scrape(), "host_cpu_util").length, 1);
    await harness.pass(20);
    const page = await harness.scrape();
    assert.equal(findSamples(page, "host_cpu_util").length, 0);
    assert.equal(sum(page, "plex_up"), 1);
  },
);

testWithHarness(
  "one failed request for statistics does not mark them as unsupported",
  async (harness) => {
    await harness.pass(5);
    harness.plex.faults.set({ kind: "unauthorized" }, { path: "/statistics/resources", times: 1 });
    harness.plex.faults.set({ kind: "not found" }, { path: "/statistics/bandwidth", times: 1 });
    for (let step = 0; step < 6; step++) {
      await harness.pass(20);
      const page = await harness.scrape();
      assert.equal(findSamples(page, "host_cpu_util").length, 1, `after ${(step + 1) * 20} s`);
      assert.equal(findSamples(page, "transmit_bytes_total").length, 1);
    }
    assert.ok(
      harness.requestsSince(harness.clock.now() - 60_000).includes("/statistics/bandwidth"),
    );
  },
);

testWithHarness("a failed count keeps the last good value", async (harness) => {
  await harness.pass(5);
  const before = findSamples(await harness.scrape(), "plex_library_media_items");
  harness.plex.faults.set({ kind: "server error" }, { path: "/library/sections/{id}/all" });
  const [library] = harness.plex.simulation.libraries;
  assert.ok(library);
  harness.plex.simulation.scan(library.id, {
    added: harness.plex.simulation.generator.addition(library),
  });
  await harness.pass(200);
  assert.deepEqual(findSamples(await harness.scrape(), "plex_library_media_items"), before);
});

testWithHarness(
  "the bandwidth filter is requested once if Plex refuses it",
  async (harness) => {
    await harness.pass(300);
    const requests = harness.plex.requests.filter(({ template }) =>
      template === "/statistics/bandwidth"
    );
    assert.equal(requests.filter(({ rawQuery }) => rawQuery.includes("at%3E")).length, 1);
    assert.ok(requests.length > 2);
  },
  { before: ({ faults }) => void faults.set({ kind: "encoded operator rejected" }) },
);

testWithHarness(
  "bandwidth rows older than requested are not counted",
  async (harness) => {
    await harness.pass(60);
    await harness.scrape();
    const page = await harness.scrape();
    assert.equal(sum(page, "transmit_bytes_total"), 0);
  },
  { before: ({ faults }) => void faults.set({ kind: "filter ignored" }) },
);

testWithHarness("no byte is counted twice if Plex's clock is set back an hour", async (harness) => {
  const { simulation } = harness.plex;
  harness.play({ method: "direct play" });
  await harness.pass(1);
  await harness.scrape();
  await harness.pass(300);
  simulation.jumpClock(-3_600_000);
  await harness.pass(600);
  simulation.recordUsage();
  await harness.scrape();
  const counted = sum(await harness.scrape(), "transmit_bytes_total");
  assert.ok(
    counted <= simulation.bandwidth.total({}),
    `${counted} of ${simulation.bandwidth.total({})}`,
  );
  assert.ok(counted > 0);
  assert.equal(harness.logged("clock was set back").length, 1);
});

const SOCKET_FAULTS: readonly Fault[] = [
  { kind: "socket hangs" },
  { kind: "socket closes" },
  { kind: "socket resets" },
  { kind: "socket half-open" },
  { kind: "binary frames" },
  { kind: "lost frames", share: 1 },
];

for (const fault of SOCKET_FAULTS) {
  testWithHarness(
    `without notifications (${fault.kind}) plays are counted from session lists`,
    async (harness) => {
      harness.ignoreFrames();
      const viewer = harness.play();
      await harness.pass(60);
      await harness.scrape();
      viewer.pause();
      await harness.pass(60);
      viewer.stop();
      await harness.pass(30);
      await harness.scrape();
      const page = await harness.scrape();
      assert.equal(sum(page, "plex_up"), 1);
      assert.equal(sum(page, "plex_plays_total"), 1);
      const seconds = sum(page, "plex_play_seconds_total");
      // The next list shows its start, and the one after its pause shows the pause.
      assert.ok(seconds >= 39 && seconds <= 70, `${seconds} s of 60 s`);
    },
    { before: ({ faults }) => void faults.set(fault) },
  );
}

testWithHarness("a half-open socket is detected by its silence and replaced", async (harness) => {
  harness.ignoreFrames();
  harness.play();
  await harness.pass(20);
  const clear = harness.plex.faults.set({ kind: "socket half-open" });
  await harness.pass(5);
  clear();
  await harness.pass(60);
  await harness.scrape();
  const page = await harness.scrape();
  assert.equal(sum(page, "plex_exporter_websocket_connected"), 1);
  assert.equal(sum(page, "plex_exporter_websocket_reconnects_total"), 1);
});

testWithHarness(
  "invariant 10: a scrape succeeds if Plex has never answered",
  async (harness) => {
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_up"), 0);
    const families = new Set([...page.keys()].map((series) => series.replace(/\{.*/, "")));
    for (const family of families) {
      assert.match(family, /^(plex_up|plex_exporter_.*|process_.*)$/, "nothing else is known yet");
    }
    assert.match(await harness.text(), /plex_up\{server="127\.0\.0\.1:\d+",server_id=""\} 0/);
  },
  {
    before: async (plex) => {
      plex.faults.set({ kind: "refuse" });
      await plex.ready();
    },
  },
);
