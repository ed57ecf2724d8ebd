import assert from "node:assert/strict";
import { parseNotificationFrame } from "../../../src/plex/notification_schema.ts";

function parse(container: unknown) {
  return parseNotificationFrame({ NotificationContainer: container });
}

/** The first playback in a frame with this entry. */
function playback(entry: object) {
  return parse({ type: "playing", PlaySessionStateNotification: [entry] })
    ?.PlaySessionStateNotification[0];
}

Deno.test("parseNotificationFrame reads ids as text, whether they are sent as text or as numbers", () => {
  const ids = { sessionKey: "31", ratingKey: "45120" };
  for (const entry of [ids, { sessionKey: 31, ratingKey: 45_120 }]) {
    const { sessionKey, ratingKey } = playback({ ...entry, viewOffset: "5000" }) ?? {};
    assert.deepEqual({ sessionKey, ratingKey }, ids);
  }
  assert.equal(playback({ viewOffset: "5000" })?.viewOffset, 5_000);
});

Deno.test("parseNotificationFrame distinguishes a cleared transcode session from none that is named", () => {
  assert.equal(playback({ transcodeSession: null })?.transcodeSession, "");
  assert.equal(playback({ transcodeSession: "" })?.transcodeSession, "");
  assert.equal(playback({ transcodeSession: "abc" })?.transcodeSession, "abc");
  assert.equal(playback({})?.transcodeSession, undefined);
});

Deno.test("parseNotificationFrame leaves out entries that cannot be read and keeps the others", () => {
  const frame = parse({ type: "timeline", TimelineEntry: ["no entry", { state: 5 }, null] });
  assert.deepEqual(frame?.TimelineEntry.map(({ state }) => state), [5]);
  assert.deepEqual(parse({ type: "activity" })?.ActivityNotification, []);
});

Deno.test("parseNotificationFrame returns undefined for what is no notification", () => {
  for (const frame of [undefined, null, [], "text", {}, { NotificationContainer: 5 }]) {
    assert.equal(parseNotificationFrame(frame), undefined);
  }
});
