import assert from "node:assert/strict";
import { createRefreshTrigger } from "../../../../src/plex/collectors/session_refresh.ts";
import type { NotificationItem } from "../../../../src/plex/mapping/notification.ts";
import { after, listed, session, START } from "../../../testing/core_builders.ts";

type Playback = Extract<NotificationItem, { type: "playback" }>;

function heard(changed: Partial<Playback> = {}): Playback {
  return {
    type: "playback",
    sessionKey: "1",
    ratingKey: "100",
    playerId: "tv-1",
    state: "playing",
    ...changed,
  };
}

const nothing = after(listed(START));
const playing = after(listed(START, session()));
const transcode = { key: "t1", hardware: "none", throttled: false } as const;
const transcoding = after(listed(START, session({ transcode })));

Deno.test("lookups look up a key that is not known once, then after 1 s and 3 s, then never", () => {
  const lookups = createRefreshTrigger();
  assert.equal(lookups.onPlayback(heard(), nothing), true);
  assert.equal(lookups.retryDelayMs(nothing), 1_000);
  assert.equal(lookups.onPlayback(heard(), nothing), false, "steady frames are no reason");
  assert.equal(lookups.retryDelayMs(nothing), 2_000);
  assert.equal(lookups.retryDelayMs(nothing), undefined);
  assert.equal(lookups.onPlayback(heard(), nothing), false);
  assert.equal(lookups.retryDelayMs(nothing), undefined);
});

Deno.test("lookups need no second list once the first shows the play", () => {
  const lookups = createRefreshTrigger();
  lookups.onPlayback(heard(), nothing);
  assert.equal(lookups.retryDelayMs(playing), undefined);
  assert.equal(lookups.retryDelayMs(nothing), undefined);
});

Deno.test("lookups wait for the play that waits least", () => {
  const lookups = createRefreshTrigger();
  lookups.onPlayback(heard(), nothing);
  assert.equal(lookups.retryDelayMs(nothing), 1_000);
  lookups.onPlayback(heard({ sessionKey: "2" }), nothing);
  assert.equal(lookups.retryDelayMs(nothing), 1_000);
});

Deno.test("lookups take another rating key under a known session key for news", () => {
  const lookups = createRefreshTrigger();
  assert.equal(lookups.onPlayback(heard(), playing), false);
  assert.equal(lookups.onPlayback(heard({ ratingKey: "101" }), playing), true);
  assert.equal(lookups.retryDelayMs(playing), 1_000, "the list still has the old item");
});

Deno.test("lookups take another transcode, a first one and the end of one for news, each once", () => {
  const lookups = createRefreshTrigger();
  assert.equal(lookups.onPlayback(heard({ transcodeKey: "t1" }), transcoding), false);
  assert.equal(lookups.onPlayback(heard({ transcodeKey: "t2" }), transcoding), true);
  assert.equal(lookups.onPlayback(heard({ transcodeKey: "t2" }), transcoding), false);
  assert.equal(lookups.onPlayback(heard(), transcoding), true);
  assert.equal(createRefreshTrigger().onPlayback(heard({ transcodeKey: "t1" }), playing), true);
});

Deno.test("lookups take a pause and a stop of a known play for no news: the core is told", () => {
  const lookups = createRefreshTrigger();
  lookups.onPlayback(heard(), playing);
  assert.equal(lookups.onPlayback(heard({ state: "paused" }), playing), false);
  assert.equal(lookups.onPlayback(heard({ state: "stopped" }), nothing), false);
});

Deno.test("lookups give up a key that was stopped, and look it up when it begins again", () => {
  const lookups = createRefreshTrigger();
  lookups.onPlayback(heard(), nothing);
  lookups.onPlayback(heard({ state: "stopped" }), nothing);
  assert.equal(lookups.retryDelayMs(nothing), undefined);
  assert.equal(lookups.onPlayback(heard(), nothing), true);
});

Deno.test("lookups look a play up that was known, went silently and is spoken of again", () => {
  const lookups = createRefreshTrigger();
  lookups.onPlayback(heard(), playing);
  assert.equal(lookups.onPlayback(heard(), nothing), true);
  assert.equal(lookups.onPlayback(heard(), nothing), false);
  assert.equal(lookups.retryDelayMs(nothing), 1_000);
});

Deno.test("lookups look a transcode up again that the list does not show yet", () => {
  const lookups = createRefreshTrigger();
  lookups.onPlayback(heard({ transcodeKey: "t1" }), playing);
  assert.equal(lookups.retryDelayMs(playing), 1_000);
  assert.equal(lookups.retryDelayMs(transcoding), undefined);
});

Deno.test("lookups forget what was said: Plex's keys begin at 1 again when it restarts", () => {
  const lookups = createRefreshTrigger();
  lookups.onPlayback(heard(), nothing);
  lookups.forget();
  assert.equal(lookups.retryDelayMs(nothing), undefined);
  assert.equal(lookups.onPlayback(heard(), nothing), true);
});

Deno.test("lookups know live television by its session key, whatever the rating key", () => {
  const live = after(listed(START, session({ live: true, ratingKey: "" })));
  const lookups = createRefreshTrigger();
  lookups.onPlayback(heard({ ratingKey: "77" }), nothing);
  assert.equal(lookups.retryDelayMs(live), undefined);
});

Deno.test("lookups remember so many keys and no more", () => {
  const lookups = createRefreshTrigger();
  for (let key = 0; key < 1_005; key++) {
    lookups.onPlayback(heard({ sessionKey: String(key) }), nothing);
  }
  assert.equal(lookups.onPlayback(heard({ sessionKey: "1004" }), nothing), false);
  assert.equal(lookups.onPlayback(heard({ sessionKey: "0" }), nothing), true);
});

Deno.test("lookups take a transcode that starts for news while something plays, unless known", () => {
  const lookups = createRefreshTrigger();
  const start = { type: "transcode", phase: "start", key: "t1", throttled: false } as const;
  assert.equal(lookups.onTranscode(start, playing), true);
  assert.equal(lookups.onTranscode(start, transcoding), false);
  assert.equal(lookups.onTranscode(start, nothing), false, "a background job");
  assert.equal(lookups.onTranscode({ ...start, phase: "update" }, playing), false);
});

Deno.test("lookups take the end of a known transcode for news, of another for none", () => {
  const lookups = createRefreshTrigger();
  const end = { type: "transcode", phase: "end", key: "t1", throttled: false } as const;
  assert.equal(lookups.onTranscode(end, transcoding), true);
  assert.equal(lookups.onTranscode({ ...end, key: "t" }, transcoding), false, "whole keys");
});

Deno.test("the list is read at once when another player reports under a known session key", () => {
  const trigger = createRefreshTrigger();
  assert.equal(trigger.onPlayback(heard(), playing), false);
  assert.equal(trigger.onPlayback(heard({ playerId: "phone-2" }), playing), true);
});
