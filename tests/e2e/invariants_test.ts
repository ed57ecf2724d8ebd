/** The invariants of the design that only the whole exporter can show, through what may go wrong. */
import assert from "node:assert/strict";
import { startPlex } from "../../src/simulator/plex.ts";
import type { Clock } from "../../src/clock.ts";
import type { Fault } from "../../src/simulator/faults.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { assertNoSecret, startExporter, testWithHarness } from "../testing/harness.ts";

testWithHarness(
  "invariant 12: no token in a log line, a label, a page, a URL or an error",
  async (harness) => {
    const { app, lines, plex } = harness;
    harness.play();
    await harness.pass(5);
    const faults: readonly Fault[] = [
      { kind: "unauthorized" },
      { kind: "login page" },
      { kind: "redirect", to: `http://elsewhere.example/?X-Plex-Token=${plex.ownerToken}` },
      { kind: "refuse" },
      { kind: "hang" },
    ];
    for (const fault of faults) {
      const clear = plex.faults.set(fault);
      plex.faults.set({ kind: "socket resets" }, { times: 1 });
      await plex.settled();
      await harness.pass(40);
      for (const path of ["/", "/metrics", "/healthz", "/nothing", "/dashboards", "/alerts.yml"]) {
        const answer = await fetch(app.url + path);
        const headers = JSON.stringify([...answer.headers]);
        assertNoSecret([await answer.text(), headers], [plex.ownerToken]);
      }
      clear();
      await plex.settled();
      await harness.pass(75);
    }
    assertNoSecret(lines, [plex.ownerToken]);
    const urls = plex.requests.map(({ path, rawQuery }) => `${path}?${rawQuery}`);
    assert.ok(urls.length > 20 && urls.some((url) => url.includes("websockets")));
    assertNoSecret(urls, [plex.ownerToken]);
    assert.ok(lines.filter((line) => line.includes("Plex is down")).length >= faults.length);
  },
);

/** A clock that knows who still waits on it. */
function countedClock(clock: Clock): Clock & { readonly waiting: number } {
  const waiting = new Set<symbol>();
  const counted = (wait: Clock["after"]): Clock["after"] => (ms, run) => {
    const mark = Symbol();
    waiting.add(mark);
    const cancel = wait(ms, () => {
      waiting.delete(mark);
      run();
    });
    return () => {
      waiting.delete(mark);
      cancel();
    };
  };
  return {
    now: () => clock.now(),
    after: counted((ms, run) => clock.after(ms, run)),
    timeout: counted((ms, run) => clock.timeout(ms, run)),
    get waiting() {
      return waiting.size;
    },
  };
}

Deno.test("invariant 13: stopping leaves no timer, socket or listener", async () => {
  const clock = new DrivenClock();
  const plex = await startPlex({ clock, seed: 1 });
  clock.reckonWith(plex);
  try {
    const ways: readonly { readonly fault?: Fault; readonly afterS: number }[] = [
      { afterS: 0 },
      { afterS: 30 },
      { fault: { kind: "hang" }, afterS: 3 },
      { fault: { kind: "socket hangs" }, afterS: 3 },
      { fault: { kind: "refuse" }, afterS: 40 },
    ];
    for (const { fault, afterS } of ways) {
      if (fault !== undefined) plex.faults.set(fault);
      await plex.settled();
      const counted = countedClock(clock);
      const app = await startExporter(counted, [], {
        PLEX_SERVER: plex.url,
        PLEX_TOKEN: plex.ownerToken,
      });
      await clock.advance(afterS * 1000);
      assert.ok(counted.waiting > 0, "it has timers while it runs");
      await app.stop(1_000);
      plex.faults.clear();
      await plex.settled();
      const what = JSON.stringify({ fault, afterS });
      assert.equal(counted.waiting, 0, `timers after ${what}`);
      await assert.rejects(fetch(app.url), TypeError, `a listener after ${what}`);
      const { length } = plex.requests;
      await clock.advance(120_000);
      assert.equal(plex.requests.length, length, `requests after ${what}`);
      // The server hears of a close by the wire, in real time.
      for (let turn = 0; turn < 200 && plex.openSockets > 0; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      assert.equal(plex.openSockets, 0, `sockets after ${what}`);
    }
  } finally {
    await plex.close();
  }
});
