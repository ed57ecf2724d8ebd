import assert from "node:assert/strict";
import { seriesOf } from "../../../src/core/counter_vec.ts";
import type { Hardware } from "../../../src/core/enums.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import type { Session } from "../../../src/core/session.ts";
import { after, listed, notified, session, START, totals } from "../../testing/core_builders.ts";

const S = 1000;

/** A video transcode; `undefined`: its hardware is not known yet. */
function transcoding(hardware: Hardware | undefined, changed: Partial<Session> = {}): Session {
  const transcode = { key: "t1", hardware, throttled: false };
  return session({ videoDecision: "transcode", transcode, ...changed });
}

/** Seconds of streams by hardware. */
function streamS(...events: readonly ServerEvent[]): Record<string, number> {
  return Object.fromEntries(
    seriesOf(after(...events).playCounters.streamMs)
      .map(({ key, value }) => [`${key.decision} ${key.hardware}`, value / S]),
  );
}

Deno.test("stream time is held back until the hardware is known, then counted under it", () => {
  const start = [listed(START, transcoding(undefined)), notified(START + 2 * S, "playing")];
  assert.deepEqual(streamS(...start), {});
  assert.equal(totals(after(...start)).playMs, 2 * S, "playing time is counted at once");
  const known = [...start, listed(START + 3 * S, transcoding("full"))];
  assert.deepEqual(streamS(...known), { "transcode full": 3 });
  assert.deepEqual(streamS(...known, notified(START + 9 * S, "stopped")), { "transcode full": 9 });
});

Deno.test("a transcode that is still missing in the list has no hardware yet", () => {
  const missing = transcoding(undefined, { transcode: undefined });
  const start = [listed(START, missing), listed(START + 2 * S, transcoding(undefined))];
  assert.deepEqual(streamS(...start, listed(START + 4 * S, transcoding("partial"))), {
    "transcode partial": 4,
  });
});

Deno.test("a new transcode of the same play waits for its own hardware", () => {
  const second = { key: "t2", hardware: undefined, throttled: false };
  const events = [
    listed(START, transcoding("none")),
    listed(START + 5 * S, transcoding(undefined, { transcode: second })),
    listed(START + 7 * S, transcoding(undefined, { transcode: second })),
    listed(START + 9 * S, transcoding("full", { transcode: { ...second, hardware: "full" } })),
  ];
  assert.deepEqual(streamS(...events), { "transcode none": 5, "transcode full": 4 });
});

Deno.test("a transcode whose hardware Plex never names counts as none", () => {
  const lists = [0, 10, 20, 30, 40, 50].map((atS) =>
    listed(START + atS * S, transcoding(undefined))
  );
  assert.deepEqual(streamS(...lists.slice(0, 4)), { "transcode none": 30 });
  assert.deepEqual(streamS(...lists), { "transcode none": 50 });
});

Deno.test("time held back for a transcode that has ended is dropped", () => {
  const events = [
    listed(START, transcoding(undefined)),
    listed(START + 2 * S, session()),
    listed(START + 5 * S, session()),
  ];
  assert.deepEqual(streamS(...events), { "direct_play none": 3 });
  const stopped = [listed(START, transcoding(undefined)), notified(START + 2 * S, "stopped")];
  assert.deepEqual(streamS(...stopped), {});
});

Deno.test("audio alone has no hardware to wait for", () => {
  const audio = session({ videoDecision: "copy", audioDecision: "transcode" });
  assert.deepEqual(streamS(listed(START, audio), listed(START + 5 * S, audio)), {
    "direct_stream none": 5,
  });
});
