import assert from "node:assert/strict";
import { createSessionLookup } from "../../../../src/plex/collectors/session_lookup.ts";
import type { Hint } from "../../../../src/plex/hint.ts";
import { after, listed, session, START } from "../../../testing/core_builders.ts";

/** A hint of a player's report, by default about the play of the builders. */
function playback(
  { transcodeKey = "", ...changes }: Partial<
    Extract<Hint, { type: "playback" }>["playback"] & { transcodeKey: string }
  > = {},
): Hint {
  const report = {
    at: START,
    sessionKey: "1",
    ratingKey: "100",
    playerId: "tv-1",
    state: "playing",
  } as const;
  return { type: "playback", playback: { ...report, ...changes }, transcodeKey };
}

const nothing = after(listed(START));
const playing = after(listed(START, session()));
const transcode = { key: "t1", hardware: "none", throttled: false } as const;
const transcoding = after(listed(START, session({ transcode })));

Deno.test("the session lookup requests an unknown key once, after 1 s and 3 s, then never", () => {
  const lookup = createSessionLookup();
  assert.equal(lookup.onHint(playback(), nothing), true);
  assert.equal(lookup.retryDelayMs(nothing), 1_000);
  assert.equal(lookup.onHint(playback(), nothing), false, "steady frames are no reason");
  assert.equal(lookup.retryDelayMs(nothing), 2_000);
  assert.equal(lookup.retryDelayMs(nothing), undefined);
  assert.equal(lookup.onHint(playback(), nothing), false);
  assert.equal(lookup.retryDelayMs(nothing), undefined);
});

Deno.test("the session lookup needs no second list once the first shows the play", () => {
  const lookup = createSessionLookup();
  lookup.onHint(playback(), nothing);
  assert.equal(lookup.retryDelayMs(playing), undefined);
  assert.equal(lookup.retryDelayMs(nothing), undefined);
});

Deno.test("the session lookup waits for the play whose retry is due first", () => {
  const lookup = createSessionLookup();
  lookup.onHint(playback(), nothing);
  assert.equal(lookup.retryDelayMs(nothing), 1_000);
  lookup.onHint(playback({ sessionKey: "2" }), nothing);
  assert.equal(lookup.retryDelayMs(nothing), 1_000);
});

Deno.test("the session lookup requests another rating key under a known session key", () => {
  const lookup = createSessionLookup();
  assert.equal(lookup.onHint(playback(), playing), false);
  assert.equal(lookup.onHint(playback({ ratingKey: "101" }), playing), true);
  assert.equal(lookup.retryDelayMs(playing), 1_000, "the list still has the old item");
});

Deno.test("the session lookup requests another transcode, a first one and the end of one, each once", () => {
  const lookup = createSessionLookup();
  assert.equal(lookup.onHint(playback({ transcodeKey: "t1" }), transcoding), false);
  assert.equal(lookup.onHint(playback({ transcodeKey: "t2" }), transcoding), true);
  assert.equal(lookup.onHint(playback({ transcodeKey: "t2" }), transcoding), false);
  assert.equal(lookup.onHint(playback(), transcoding), true);
  assert.equal(createSessionLookup().onHint(playback({ transcodeKey: "t1" }), playing), true);
});

Deno.test("the session lookup requests nothing for a pause or a stop of a known play", () => {
  const lookup = createSessionLookup();
  lookup.onHint(playback(), playing);
  assert.equal(lookup.onHint(playback({ state: "paused" }), playing), false);
  assert.equal(lookup.onHint(playback({ state: "stopped" }), nothing), false);
});

Deno.test("the session lookup forgets a key that was stopped, and requests it when it begins again", () => {
  const lookup = createSessionLookup();
  lookup.onHint(playback(), nothing);
  lookup.onHint(playback({ state: "stopped" }), nothing);
  assert.equal(lookup.retryDelayMs(nothing), undefined);
  assert.equal(lookup.onHint(playback(), nothing), true);
});

Deno.test("the session lookup requests a play that vanished and is notified again", () => {
  const lookup = createSessionLookup();
  lookup.onHint(playback(), playing);
  assert.equal(lookup.onHint(playback(), nothing), true);
  assert.equal(lookup.onHint(playback(), nothing), false);
  assert.equal(lookup.retryDelayMs(nothing), 1_000);
});

Deno.test("the session lookup asks again for a transcode that the list does not show yet", () => {
  const lookup = createSessionLookup();
  lookup.onHint(playback({ transcodeKey: "t1" }), playing);
  assert.equal(lookup.retryDelayMs(playing), 1_000);
  assert.equal(lookup.retryDelayMs(transcoding), undefined);
});

Deno.test("the session lookup forgets all keys when the socket opens: they begin at 1 again when Plex restarts", () => {
  const lookup = createSessionLookup();
  lookup.onHint(playback(), nothing);
  lookup.onHint({ type: "socket_opened" }, nothing);
  assert.equal(lookup.retryDelayMs(nothing), undefined);
  assert.equal(lookup.onHint(playback(), nothing), true);
});

Deno.test("the session lookup identifies live television by its session key", () => {
  const live = after(listed(START, session({ live: true, ratingKey: "" })));
  const lookup = createSessionLookup();
  lookup.onHint(playback({ ratingKey: "77" }), nothing);
  assert.equal(lookup.retryDelayMs(live), undefined);
});

Deno.test("the session lookup remembers a limited number of keys", () => {
  const lookup = createSessionLookup();
  for (let key = 0; key < 1_005; key++) {
    lookup.onHint(playback({ sessionKey: String(key) }), nothing);
  }
  assert.equal(lookup.onHint(playback({ sessionKey: "1004" }), nothing), false);
  assert.equal(lookup.onHint(playback({ sessionKey: "0" }), nothing), true);
});

Deno.test("the session lookup requests a transcode that starts while something plays, unless known", () => {
  const lookup = createSessionLookup();
  const start = { type: "transcode", phase: "start", key: "t1" } as const;
  assert.equal(lookup.onHint(start, playing), true);
  assert.equal(lookup.onHint(start, transcoding), false);
  assert.equal(lookup.onHint(start, nothing), false, "a background job");
});

Deno.test("the session lookup requests the end of a known transcode, not of another", () => {
  const lookup = createSessionLookup();
  const end = { type: "transcode", phase: "end", key: "t1" } as const;
  assert.equal(lookup.onHint(end, transcoding), true);
  assert.equal(lookup.onHint({ ...end, key: "t" }, transcoding), false, "whole keys");
});

Deno.test("the session lookup requests another player under a known session key", () => {
  const lookup = createSessionLookup();
  assert.equal(lookup.onHint(playback(), playing), false);
  assert.equal(lookup.onHint(playback({ playerId: "phone-2" }), playing), true);
});

Deno.test("the session lookup asks again for the hardware of a transcode that has just started", () => {
  const starting = (hardware: "full" | undefined) =>
    after(listed(
      START,
      session({ videoDecision: "transcode", transcode: { ...transcode, hardware } }),
    ));
  const lookup = createSessionLookup();
  lookup.onHint(playback({ transcodeKey: "t1" }), nothing);
  assert.equal(lookup.retryDelayMs(starting(undefined)), 1_000);
  assert.equal(lookup.retryDelayMs(starting("full")), undefined);
});
