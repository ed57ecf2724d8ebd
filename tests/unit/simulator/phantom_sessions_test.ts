/** Sessions that nobody watches (docs/plex/notifications.md). */
import assert from "node:assert/strict";
import { PhantomSessions } from "../../../src/simulator/phantom_sessions.ts";
import { FILM, openContext } from "../../testing/simulator_builders.ts";

Deno.test("a DLNA device that browses is listed for seconds, without a user, a platform and a frame", async () => {
  const context = openContext();
  new PhantomSessions(context).browseByDlna(FILM, 4_000);
  const [listed, ...others] = context.listed();
  assert.deepEqual(others, []);
  assert.equal(listed?.user, undefined);
  assert.deepEqual([listed?.player?.product, listed?.player?.platform], ["DLNA", ""]);
  await context.clock.advance(3_999);
  assert.equal(context.listed().length, 1);
  await context.clock.advance(1);
  assert.deepEqual(context.listed(), []);
  assert.deepEqual(context.announced, []);
});

Deno.test("three stray stops match no listed session and leave one without user and player", async () => {
  const context = openContext();
  new PhantomSessions(context).strayStops(FILM);
  assert.deepEqual(context.announced, [
    { kind: "stray stop", ratingKey: "", sessionKey: "1" },
    { kind: "stray stop", ratingKey: FILM.ratingKey, sessionKey: "2" },
    { kind: "stray stop", ratingKey: "" },
  ]);
  const [unwatched, ...others] = context.listed();
  assert.deepEqual(others, []);
  assert.deepEqual([unwatched?.key, unwatched?.user, unwatched?.player], [
    "3",
    undefined,
    undefined,
  ]);
  await context.clock.advance(20_000);
  assert.deepEqual([context.listed(), context.plays], [[], []]);
});
