/**
 * Everything that Plex and the network can do wrong, one scenario each. What is merely too much is
 * in tests/stress.
 */
import assert from "node:assert/strict";
import type { Fault } from "../../src/simulator/faults.ts";
import { SCENARIOS } from "../testing/fault_list.ts";
import { outlives } from "../testing/survives_fault.ts";
import { find, onRig, sum } from "../testing/harness.ts";

for (
  const scenario of SCENARIOS.filter(({ pace }) => pace === undefined || pace === "lost frames")
) outlives(scenario);

onRig("one failed poll changes nothing but the error counters", async (rig) => {
  rig.play();
  await rig.pass(15);
  await rig.scrape();
  rig.plex.faults.set({ kind: "server error" }, { path: "/status/sessions", times: 1 });
  await rig.pass(11);
  const page = await rig.scrape();
  const labels = { endpoint: "/status/sessions", outcome: "other" };
  assert.equal(sum(page, "plex_exporter_api_requests_total", labels), 1);
  assert.equal(sum(page, "plex_up"), 1);
  assert.equal(sum(page, "plex_sessions"), 1);
});

onRig("one refusal of the owner's token changes nothing but the error counters", async (rig) => {
  rig.play();
  await rig.pass(15);
  rig.plex.faults.set({ kind: "unauthorized" }, { path: "/status/sessions", times: 1 });
  await rig.pass(11);
  const page = await rig.scrape();
  assert.equal(sum(page, "plex_sessions"), 1);
  assert.equal(sum(page, "plex_exporter_token_valid"), 1);
});

onRig("a guest's token leaves plex_up 1 and the sessions unknown", async (rig) => {
  await rig.pass(5);
  const page = await rig.scrape();
  assert.equal(sum(page, "plex_up"), 1);
  assert.equal(sum(page, "plex_exporter_token_valid"), 1);
  assert.equal(find(page, "plex_sessions").length, 0);
  assert.ok(find(page, "plex_library_items").length > 0);
  assert.equal(rig.lines.filter((line) => line.includes("not the server owner's")).length, 1);
}, { before: ({ faults }) => void faults.set({ kind: "guest" }) });

onRig("plays are not shown for ever to a token that becomes a guest's", async (rig) => {
  rig.ignoreFrames();
  const viewing = rig.play();
  await rig.pass(30);
  assert.equal(find(await rig.scrape(), "plays_total").length, 1);
  rig.plex.faults.set({ kind: "guest" });
  rig.plex.faults.set({ kind: "socket resets" }, { times: 1 });
  await rig.pass(130);
  viewing.stop();
  const page = await rig.scrape();
  assert.equal(sum(page, "plex_up"), 1);
  for (const family of ["plays_total", "play_seconds_total", "plex_sessions"]) {
    assert.equal(find(page, family).length, 0, family);
  }
  assert.equal(sum(page, "plex_plays_total"), 1, "history stays");
});

onRig("a Plex that does not tell of files holds up no list of sessions", async (rig) => {
  await rig.pass(30);
  rig.plex.faults.set({ kind: "hang" }, { path: "/library/metadata/{id}" });
  const viewing = rig.play({ how: "software transcode" });
  await rig.pass(4);
  assert.equal(sum(await rig.scrape(), "plex_sessions"), 1);
  await rig.pass(196);
  viewing.stop();
  await rig.pass(20);
  const seconds = sum(await rig.scrape(), "plex_play_seconds_total");
  assert.ok(seconds >= 195 && seconds <= 200, `${seconds} s of 200 s`);
}, { settings: { PLEX_CLIENT_TIMEOUT_SECONDS: "120" } });

onRig("without Plex Pass what needs it is absent, and nothing else", async (rig) => {
  await rig.pass(30);
  const page = await rig.scrape();
  for (const family of ["host_cpu_util", "host_mem_util", "transmit_bytes_total"]) {
    assert.equal(find(page, family).length, 0, family);
  }
  assert.equal(find(page, "plex_transmit_bytes_total").length, 0);
  assert.equal(find(page, "server_info").length, 1);
  assert.equal(find(page, "estimated_transmit_bytes_total").length, 1);
}, { plexPass: false });

onRig("a source that fails keeps its last good values for three intervals", async (rig) => {
  await rig.pass(5);
  assert.equal(find(await rig.scrape(), "host_cpu_util").length, 1);
  rig.plex.faults.set({ kind: "server error" }, { path: "/statistics/resources" });
  await rig.pass(50);
  assert.equal(find(await rig.scrape(), "host_cpu_util").length, 1);
  await rig.pass(30);
  const page = await rig.scrape();
  assert.equal(find(page, "host_cpu_util").length, 0);
  assert.equal(sum(page, "plex_up"), 1);
});

onRig("one refusal of the statistics does not take them for missing", async (rig) => {
  await rig.pass(5);
  rig.plex.faults.set({ kind: "unauthorized" }, { path: "/statistics/resources", times: 1 });
  rig.plex.faults.set({ kind: "not found" }, { path: "/statistics/bandwidth", times: 1 });
  for (let step = 0; step < 6; step++) {
    await rig.pass(20);
    const page = await rig.scrape();
    assert.equal(find(page, "host_cpu_util").length, 1, `after ${step * 20} s`);
    assert.equal(find(page, "transmit_bytes_total").length, 1);
  }
  assert.ok(rig.requestsSince(rig.clock.now() - 60_000).includes("/statistics/bandwidth"));
});

onRig("a failed count keeps the last good one", async (rig) => {
  await rig.pass(5);
  const before = find(await rig.scrape(), "plex_library_media_items");
  rig.plex.faults.set({ kind: "server error" }, { path: "/library/sections/{id}/all" });
  const [library] = rig.plex.world.libraries;
  assert.ok(library);
  rig.plex.world.scan(library.id, { added: rig.plex.world.catalogue.addition(library) });
  await rig.pass(200);
  assert.deepEqual(find(await rig.scrape(), "plex_library_media_items"), before);
});

onRig("where the filter of bandwidth is refused, it is asked for once", async (rig) => {
  await rig.pass(300);
  const asked = rig.plex.requests.filter(({ template }) => template === "/statistics/bandwidth");
  assert.equal(asked.filter(({ rawQuery }) => rawQuery.includes("at%3E")).length, 1);
  assert.ok(asked.length > 2);
}, { before: ({ faults }) => void faults.set({ kind: "encoded operator rejected" }) });

onRig("rows that a server without the filter returns are checked, not trusted", async (rig) => {
  await rig.pass(60);
  await rig.scrape();
  const page = await rig.scrape();
  assert.equal(sum(page, "transmit_bytes_total"), 0, "history is not counted");
}, { before: ({ faults }) => void faults.set({ kind: "filter ignored" }) });

onRig("Plex's clock going back an hour costs no byte counted twice", async (rig) => {
  const { world } = rig.plex;
  rig.play({ how: "direct play" });
  await rig.pass(1);
  await rig.scrape();
  await rig.pass(300);
  world.jumpClock(-3_600_000);
  await rig.pass(600);
  world.settle();
  await rig.scrape();
  const counted = sum(await rig.scrape(), "transmit_bytes_total");
  assert.ok(counted <= world.ledger.total({}), `${counted} of ${world.ledger.total({})}`);
  assert.ok(counted > 0);
  assert.equal(rig.lines.filter((line) => line.includes("clock went back")).length, 1);
});

const SOCKET: readonly Fault[] = [
  { kind: "socket hangs" },
  { kind: "socket closes" },
  { kind: "socket resets" },
  { kind: "socket half-open" },
  { kind: "binary frames" },
  { kind: "lost frames", share: 1 },
];

for (const fault of SOCKET) {
  onRig(`without notifications (${fault.kind}) the lists alone are enough`, async (rig) => {
    rig.ignoreFrames();
    const viewing = rig.play();
    await rig.pass(60);
    await rig.scrape();
    viewing.pause();
    await rig.pass(60);
    viewing.stop();
    await rig.pass(30);
    await rig.scrape();
    const page = await rig.scrape();
    assert.equal(sum(page, "plex_up"), 1);
    assert.equal(sum(page, "plex_plays_total"), 1);
    const seconds = sum(page, "plex_play_seconds_total");
    // It is seen by the first list after it began, and its pause by the first after that.
    assert.ok(seconds >= 39 && seconds <= 70, `${seconds} s of 60 s`);
  }, { before: ({ faults }) => void faults.set(fault) });
}

onRig("a half-open socket is noticed by its silence and replaced", async (rig) => {
  rig.ignoreFrames();
  rig.play();
  await rig.pass(20);
  const clear = rig.plex.faults.set({ kind: "socket half-open" });
  await rig.pass(5);
  clear();
  await rig.pass(60);
  await rig.scrape();
  const page = await rig.scrape();
  assert.equal(sum(page, "plex_exporter_websocket_connected"), 1);
  assert.equal(sum(page, "plex_exporter_websocket_reconnects_total"), 1);
});

onRig("invariant 10: a scrape cannot fail because Plex was never there", async (rig) => {
  const page = await rig.scrape();
  assert.equal(sum(page, "plex_up"), 0);
  const families = new Set([...page.keys()].map((series) => series.replace(/\{.*/, "")));
  for (const family of families) {
    assert.match(family, /^(plex_up|plex_exporter_.*|process_.*)$/, "nothing else is known yet");
  }
  assert.match(await rig.text(), /plex_up\{server="127\.0\.0\.1:\d+",server_id=""\} 0/);
}, {
  before: async (plex) => {
    plex.faults.set({ kind: "refuse" });
    await plex.settled();
  },
});
