/** The bytes of a session by second. */
import assert from "node:assert/strict";
import { createRandom } from "../../../src/simulator/random.ts";
import type { Session } from "../../../src/simulator/session.ts";
import { bytesInSecond } from "../../../src/simulator/stream_bandwidth.ts";
import { streamOutput } from "../../../src/simulator/stream_output.ts";
import { FILM, newTestSession, VERSION } from "../../testing/simulator_builders.ts";

const SECONDS = 3_000;

function bytesBySecond(session: Session): number[] {
  const random = createRandom(1);
  return Array.from({ length: SECONDS }, (_, second) => bytesInSecond(session, second, random));
}

/** Kilobits per second over all seconds. */
function rateOf(session: Session): number {
  return bytesBySecond(session).reduce((sum, bytes) => sum + bytes, 0) / 125 / SECONDS;
}

function assertNear(actual: number, expected: number): void {
  assert.ok(Math.abs(actual / expected - 1) < 0.02, `${actual} is not near ${expected}`);
}

Deno.test("a stream is sent in bursts, at its bitrate over time", () => {
  const session = newTestSession();
  assert.equal(bytesBySecond(session).filter((bytes) => bytes > 0).length, SECONDS / 3);
  assertNear(rateOf(session), 10_000);
  const quality = { bitrateKbps: 2_000, height: 480 };
  const stream = streamOutput(VERSION, "software transcode", quality);
  assertNear(rateOf({ ...session, stream }), 2_000);
});

Deno.test("music is fetched less often, at the same bitrate over time", () => {
  const session = newTestSession({ item: { ...FILM, type: "track" } });
  assert.equal(bytesBySecond(session).filter((bytes) => bytes > 0).length, SECONDS / 10);
  assertNear(rateOf(session), 10_000);
});

Deno.test("a paused session transfers nothing, and a buffering one goes on", () => {
  assert.equal(rateOf(newTestSession({ state: "paused" })), 0);
  assertNear(rateOf(newTestSession({ state: "buffering" })), 10_000);
});

Deno.test("a photo is sent once, after it was opened", () => {
  const photo = { ...FILM, type: "photo" as const };
  const sent = bytesBySecond(newTestSession({ item: photo, sinceMs: 41_500 }));
  assert.deepEqual(
    sent.flatMap((bytes, second) => bytes > 0 ? [[second, bytes]] : []),
    [[42, VERSION.sizeBytes]],
  );
});

Deno.test("live television is sent at the bitrate of its picture, though it names none", () => {
  const { bitrateKbps: _, ...broadcast } = VERSION;
  assertNear(rateOf(newTestSession({ version: broadcast })), VERSION.video?.bitrateKbps ?? 0);
});
