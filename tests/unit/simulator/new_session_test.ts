/** Sessions as they begin. */
import assert from "node:assert/strict";
import {
  backgroundSession,
  newSession,
  newTranscode,
  selectedVersion,
  unwatchedSession,
} from "../../../src/simulator/new_session.ts";
import { createRandom } from "../../../src/simulator/random.ts";
import { streamOutput } from "../../../src/simulator/stream_output.ts";
import { FILM, openContext, PLAYER, USER, VERSION } from "../../testing/simulator_builders.ts";

Deno.test("a session has the next key, what was chosen, and for the rest what is usual", () => {
  const context = openContext();
  const second = { ...VERSION, id: 99 };
  const item = { ...FILM, versions: [VERSION, second] };
  const usual = newSession(context, { item }, "buffering");
  assert.deepEqual(
    [usual.key, usual.version, usual.stream.method, usual.location, usual.offsetMs, usual.state],
    ["1", VERSION, "direct play", "lan", 0, "buffering"],
  );
  assert.ok(!("user" in usual || "player" in usual || "transcode" in usual));
  const chosen = newSession(context, {
    item,
    user: USER,
    player: PLAYER,
    version: 1,
    method: "software transcode",
    location: "cellular",
    offsetMs: 60_000,
  }, "playing");
  assert.deepEqual(
    [chosen.key, chosen.version, chosen.user, chosen.player, chosen.location, chosen.offsetMs],
    ["2", second, USER, PLAYER, "cellular", 60_000],
  );
  assert.deepEqual([chosen.transcode?.fromMs, chosen.sinceMs], [60_000, context.now()]);
  assert.notEqual(chosen.id, chosen.transcode?.id);
});

Deno.test("a version that the item does not have can't be played", () => {
  assert.equal(selectedVersion({ item: FILM }), VERSION);
  assert.throws(() => selectedVersion({ item: FILM, version: 1 }), RangeError);
  assert.throws(() => selectedVersion({ item: { ...FILM, versions: [] } }), RangeError);
});

Deno.test("a direct play has no transcode, and hardware converts faster than software", () => {
  const context = openContext();
  const speedOf = (method: Parameters<typeof streamOutput>[1]) =>
    newTranscode(context, streamOutput(VERSION, method), 0)?.speed ?? 0;
  assert.equal(newTranscode(context, streamOutput(VERSION, "direct play"), 0), undefined);
  assert.ok(speedOf("hardware transcode") > speedOf("software transcode"));
  assert.ok(speedOf("software transcode") > 1, "it keeps up with the player");
});

Deno.test("sessions that nobody watches have neither user nor player nor Session element", () => {
  const unwatched = unwatchedSession(createRandom(1), FILM, "9", 500);
  assert.deepEqual([unwatched.key, unwatched.user, unwatched.player], ["9", undefined, undefined]);
  assert.deepEqual([unwatched.withoutSessionElement, unwatched.sinceMs], [true, 500]);
  const job = backgroundSession(createRandom(1), FILM, 500);
  assert.deepEqual([job.key, job.stream.video, job.transcode?.startedAtMs], ["", "transcode", 500]);
});
