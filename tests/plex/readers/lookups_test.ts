import assert from "node:assert/strict";
import { createLookups } from "../../../src/plex/readers/lookups.ts";
import type { News } from "../../../src/plex/translate_notification.ts";
import { after, listed, session, START } from "../../core/build.ts";

type Playback = Extract<News, { type: "playback" }>;

function heard(changed: Partial<Playback> = {}): Playback {
  return { type: "playback", sessionKey: "1", ratingKey: "100", state: "playing", ...changed };
}

const nothing = after(listed(START));
const playing = after(listed(START, session()));
const transcode = { key: "t1", hardware: "none", throttled: false } as const;
const transcoding = after(listed(START, session({ transcode })));

Deno.test("lookups look up a key that is not known once, then after 1 s and 3 s, then never", () => {
  const lookups = createLookups();
  assert.equal(lookups.hearPlayback(heard(), nothing), true);
  assert.equal(lookups.listed(nothing), 1_000);
  assert.equal(lookups.hearPlayback(heard(), nothing), false, "steady frames are no reason");
  assert.equal(lookups.listed(nothing), 2_000);
  assert.equal(lookups.listed(nothing), undefined);
  assert.equal(lookups.hearPlayback(heard(), nothing), false);
  assert.equal(lookups.listed(nothing), undefined);
});

Deno.test("lookups need no second list once the first shows the play", () => {
  const lookups = createLookups();
  lookups.hearPlayback(heard(), nothing);
  assert.equal(lookups.listed(playing), undefined);
  assert.equal(lookups.listed(nothing), undefined);
});

Deno.test("lookups wait for the play that waits least", () => {
  const lookups = createLookups();
  lookups.hearPlayback(heard(), nothing);
  assert.equal(lookups.listed(nothing), 1_000);
  lookups.hearPlayback(heard({ sessionKey: "2" }), nothing);
  assert.equal(lookups.listed(nothing), 1_000);
});

Deno.test("lookups take another rating key under a known session key for news", () => {
  const lookups = createLookups();
  assert.equal(lookups.hearPlayback(heard(), playing), false);
  assert.equal(lookups.hearPlayback(heard({ ratingKey: "101" }), playing), true);
  assert.equal(lookups.listed(playing), 1_000, "the list still has the old item");
});

Deno.test("lookups take another transcode, a first one and the end of one for news, each once", () => {
  const lookups = createLookups();
  assert.equal(lookups.hearPlayback(heard({ transcodeKey: "t1" }), transcoding), false);
  assert.equal(lookups.hearPlayback(heard({ transcodeKey: "t2" }), transcoding), true);
  assert.equal(lookups.hearPlayback(heard({ transcodeKey: "t2" }), transcoding), false);
  assert.equal(lookups.hearPlayback(heard(), transcoding), true);
  assert.equal(createLookups().hearPlayback(heard({ transcodeKey: "t1" }), playing), true);
});

Deno.test("lookups take a pause and a stop of a known play for no news: the core is told", () => {
  const lookups = createLookups();
  lookups.hearPlayback(heard(), playing);
  assert.equal(lookups.hearPlayback(heard({ state: "paused" }), playing), false);
  assert.equal(lookups.hearPlayback(heard({ state: "stopped" }), nothing), false);
});

Deno.test("lookups give up a key that was stopped, and look it up when it begins again", () => {
  const lookups = createLookups();
  lookups.hearPlayback(heard(), nothing);
  lookups.hearPlayback(heard({ state: "stopped" }), nothing);
  assert.equal(lookups.listed(nothing), undefined);
  assert.equal(lookups.hearPlayback(heard(), nothing), true);
});

Deno.test("lookups look a play up that was known, went silently and is spoken of again", () => {
  const lookups = createLookups();
  lookups.hearPlayback(heard(), playing);
  assert.equal(lookups.hearPlayback(heard(), nothing), true);
  assert.equal(lookups.hearPlayback(heard(), nothing), false);
  assert.equal(lookups.listed(nothing), 1_000);
});

Deno.test("lookups look a transcode up again that the list does not show yet", () => {
  const lookups = createLookups();
  lookups.hearPlayback(heard({ transcodeKey: "t1" }), playing);
  assert.equal(lookups.listed(playing), 1_000);
  assert.equal(lookups.listed(transcoding), undefined);
});

Deno.test("lookups forget what was said: Plex's keys begin at 1 again when it restarts", () => {
  const lookups = createLookups();
  lookups.hearPlayback(heard(), nothing);
  lookups.forget();
  assert.equal(lookups.listed(nothing), undefined);
  assert.equal(lookups.hearPlayback(heard(), nothing), true);
});

Deno.test("lookups know live television by its session key, whatever the rating key", () => {
  const live = after(listed(START, session({ live: true, ratingKey: "" })));
  const lookups = createLookups();
  lookups.hearPlayback(heard({ ratingKey: "77" }), nothing);
  assert.equal(lookups.listed(live), undefined);
});

Deno.test("lookups remember so many keys and no more", () => {
  const lookups = createLookups();
  for (let key = 0; key < 1_005; key++) {
    lookups.hearPlayback(heard({ sessionKey: String(key) }), nothing);
  }
  assert.equal(lookups.hearPlayback(heard({ sessionKey: "1004" }), nothing), false);
  assert.equal(lookups.hearPlayback(heard({ sessionKey: "0" }), nothing), true);
});

Deno.test("lookups take a transcode that starts for news while something plays, unless known", () => {
  const lookups = createLookups();
  const start = { type: "transcode", phase: "start", key: "t1", throttled: false } as const;
  assert.equal(lookups.hearTranscode(start, playing), true);
  assert.equal(lookups.hearTranscode(start, transcoding), false);
  assert.equal(lookups.hearTranscode(start, nothing), false, "a background job");
  assert.equal(lookups.hearTranscode({ ...start, phase: "update" }, playing), false);
});

Deno.test("lookups take the end of a known transcode for news, of another for none", () => {
  const lookups = createLookups();
  const end = { type: "transcode", phase: "end", key: "t1", throttled: false } as const;
  assert.equal(lookups.hearTranscode(end, transcoding), true);
  assert.equal(lookups.hearTranscode({ ...end, key: "t" }, transcoding), false, "whole keys");
});
