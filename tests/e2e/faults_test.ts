/**
 * Everything that Plex and the network can do wrong, one scenario each: the process lives, a scrape
 * answers, plex_up tells the truth, counters keep what they had, and recovery needs nobody.
 */
import assert from "node:assert/strict";
import type { Fault } from "../../src/demo/faults.ts";
import { find, onRig, type Page, type Rig, sum } from "./rig.ts";

/** Long enough for two polls to fail, time limits included. */
const UNTIL_DOWN_S = 40;

/** Long enough for the longest wait to pass. */
const UNTIL_BACK_S = 75;

/** What stands still while Plex is away. */
function counters(page: Page): Map<string, number> {
  return new Map(
    [...page].filter(([series]) =>
      /^(plex_plays|plex_play_seconds|plex_stream_seconds|plex_title|plex_transmit|plex_user|estimated|transmit|plays|play_seconds)/
        .test(series)
    ),
  );
}

/** How a play goes on after something that takes Plex away and gives it back. */
async function survive(
  rig: Rig,
  takeAway: () => void | Promise<void>,
  giveBack: () => void | Promise<void>,
): Promise<Page> {
  rig.play();
  await rig.pass(30);
  await rig.scrape();
  await takeAway();
  await rig.pass(UNTIL_DOWN_S);
  const before = await rig.scrape();
  await rig.pass(60);
  const down = await rig.scrape();
  assert.equal(sum(down, "plex_up"), 0);
  for (const gauge of ["plex_sessions", "server_info", "plex_library_items", "plex_session_info"]) {
    assert.equal(find(down, gauge).length, 0, `${gauge} is unknown`);
  }
  assert.deepEqual(counters(down), counters(before), "counters stand still");
  await giveBack();
  await rig.pass(UNTIL_BACK_S);
  const back = await rig.scrape();
  assert.equal(sum(back, "plex_up"), 1, "recovery needs nobody");
  assert.equal(sum(back, "plex_plays_total"), 1, "the play went on, uncounted");
  assert.equal(sum(back, "plex_exporter_websocket_connected"), 1);
  for (const [series, value] of counters(before)) {
    if (!series.startsWith("play")) assert.ok((back.get(series) ?? -1) >= value, series);
  }
  return down;
}

/** The log of one outage: it says each thing once. */
function lines(rig: Rig, text: string): number {
  return rig.lines.filter((line) => line.includes(text)).length;
}

const OUTAGES: Readonly<Record<string, { fault: Fault; outcome: string }>> = {
  "refused": { fault: { kind: "refuse" }, outcome: "refused" },
  "hanging": { fault: { kind: "hang" }, outcome: "timeout" },
  "reset": { fault: { kind: "reset" }, outcome: "refused" },
  "truncated bodies": { fault: { kind: "truncated" }, outcome: "malformed" },
  "starting, said in XML": { fault: { kind: "starting", spelling: "xml" }, outcome: "unavailable" },
  "starting, said in JSON": {
    fault: { kind: "starting", spelling: "json" },
    outcome: "unavailable",
  },
  "401 everywhere": { fault: { kind: "unauthorized" }, outcome: "unauthorized" },
  "404 everywhere": { fault: { kind: "not found" }, outcome: "not_found" },
  "429 with Retry-After": {
    fault: { kind: "too many", retryAfterS: 30 },
    outcome: "unavailable",
  },
  "500 everywhere": { fault: { kind: "server error" }, outcome: "other" },
  "a login page with status 200": { fault: { kind: "login page" }, outcome: "malformed" },
  "a redirect to another origin": {
    fault: { kind: "redirect", to: "http://elsewhere.example/" },
    outcome: "other",
  },
  "empty bodies": { fault: { kind: "empty body" }, outcome: "malformed" },
  "invalid JSON": { fault: { kind: "invalid json" }, outcome: "malformed" },
  "another type in every field": { fault: { kind: "wrong types" }, outcome: "malformed" },
  "oversized bodies": {
    fault: { kind: "oversized", bytes: 40 * 1024 * 1024 },
    outcome: "malformed",
  },
  "a gzip bomb": {
    fault: { kind: "gzip bomb", bytes: 100 * 1024 * 1024 },
    outcome: "malformed",
  },
};

for (const [name, { fault, outcome }] of Object.entries(OUTAGES)) {
  onRig(`the exporter outlives ${name}`, async (rig) => {
    const big = fault.kind === "oversized" || fault.kind === "gzip bomb";
    let clear = () => {};
    const down = await survive(
      rig,
      async () => {
        // What hangs is not worth waiting for; large bodies take their time even on the loopback.
        rig.clock.waitAtMostMs = fault.kind === "hang" ? 20 : 2_000;
        const path = big ? "/status/sessions" : undefined;
        clear = rig.plex.faults.set(fault, path === undefined ? {} : { path });
        if (!big) rig.plex.faults.set({ kind: "socket resets" });
        await rig.plex.settled();
      },
      async () => {
        clear();
        rig.plex.faults.clear();
        await rig.plex.settled();
      },
    );
    const failed = find(down, "plex_exporter_api_requests_total", { outcome });
    assert.ok(failed.some(([, value]) => value > 0), `no request counted as ${outcome}`);
    assert.equal(lines(rig, "Plex is down"), 1, "the log says it once");
    assert.equal(lines(rig, "Plex is up"), 2);
    const valid = outcome === "unauthorized" ? 0 : 1;
    assert.equal(sum(down, "plex_exporter_token_valid"), valid);
  });
}

onRig(
  "the exporter outlives a restart of Plex, whose session keys begin at 1 again",
  async (rig) => {
    rig.clock.waitAtMostMs = 20;
    rig.play();
    await rig.pass(30);
    await rig.scrape();
    rig.plex.world.restart({ goneMs: 20_000, startingMs: 20_000 });
    await rig.pass(15);
    assert.equal(sum(await rig.scrape(), "plex_up"), 0);
    await rig.pass(150);
    const page = await rig.scrape();
    assert.equal(sum(page, "plex_up"), 1);
    assert.equal(sum(page, "plex_plays_total"), 2, "the viewing goes on under a new key");
    assert.equal(sum(page, "plex_sessions"), 1);
  },
);

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

onRig("a token revoked and given back is seen both times", async (rig) => {
  await rig.pass(5);
  rig.plex.world.revokeToken();
  await rig.pass(60);
  const revoked = await rig.scrape();
  assert.equal(sum(revoked, "plex_up"), 0);
  assert.equal(sum(revoked, "plex_exporter_token_valid"), 0);
  rig.plex.world.restoreToken();
  await rig.pass(UNTIL_BACK_S);
  const back = await rig.scrape();
  assert.equal(sum(back, "plex_up"), 1);
  assert.equal(sum(back, "plex_exporter_token_valid"), 1);
});

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

onRig("a refused filter of bandwidth is read once without it, then far apart", async (rig) => {
  await rig.pass(300);
  const asked = rig.plex.requests.filter(({ template }) => template === "/statistics/bandwidth");
  assert.equal(asked.filter(({ rawQuery }) => !rawQuery.includes("at%3E")).length, 1);
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

const WIRE: readonly Fault[] = [
  { kind: "strings only" },
  { kind: "bad items" },
  { kind: "total in header" },
  { kind: "numeric ids" },
  { kind: "bad entries" },
  { kind: "unknown frames" },
  { kind: "invalid frames" },
  { kind: "duplicate frames", share: 1 },
];

for (const fault of WIRE) {
  onRig(`the exporter reads past ${fault.kind}`, async (rig) => {
    const viewing = rig.play();
    await rig.pass(20);
    viewing.pause();
    await rig.pass(12);
    const page = await rig.scrape();
    assert.equal(sum(page, "plex_up"), 1);
    assert.equal(sum(page, "plex_sessions", { state: "paused" }), 1);
    assert.equal(sum(page, "plays_total"), 1);
    assert.ok(find(page, "plex_library_items").length > 0);
  }, { before: ({ faults }) => void faults.set(fault) });
}

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

onRig("invariant 10: a scrape cannot fail because Plex did", async (rig) => {
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
