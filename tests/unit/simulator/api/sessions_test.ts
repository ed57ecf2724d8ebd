/** Lists of sessions and of transcodes (docs/plex/api.md). */
import assert from "node:assert/strict";
import {
  backgroundDocument,
  sessionElement,
  sessionsDocument,
  transcodesDocument,
} from "../../../../src/simulator/api/sessions.ts";
import type { Location } from "../../../../src/simulator/stream_output.ts";
import type { Session } from "../../../../src/simulator/session.ts";
import { Simulation } from "../../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import {
  asJson,
  FILM,
  newTestSession,
  NO_LAG,
  PLAYER,
  USER,
} from "../../../testing/simulator_builders.ts";
import type { AnyJson } from "../../../testing/simulator_client.ts";

const simulation = new Simulation({ clock: new DrivenClock() });

function shown(changes: Partial<Session> = {}): AnyJson {
  return asJson(sessionElement(simulation, newTestSession(changes), 10_000));
}

Deno.test("ids are strings in a session, except that of the player's user", () => {
  const { librarySectionID, User, Player, sessionKey, ratingKey } = shown();
  assert.deepEqual([librarySectionID, sessionKey, ratingKey], ["1", "7", "1001"]);
  assert.deepEqual([User.id, Player.userID], [String(USER.id), USER.id]);
  assert.deepEqual([User.title, Player.machineIdentifier], [USER.name, PLAYER.machineIdentifier]);
});

Deno.test("a position is the one last reported, and missing at 0 and for photos", () => {
  assert.ok(!("viewOffset" in shown()));
  assert.equal(shown({ offsetMs: 5_000 }).viewOffset, 5_000);
  assert.ok(!("viewOffset" in shown({ offsetMs: 5_000, item: { ...FILM, type: "photo" } })));
});

Deno.test("where a player is shows in its address, and a relayed one is wan behind the loopback", () => {
  const of = (location: Location) => {
    const { Player, Session } = shown({ location });
    return [Session.location, Player.local, Player.relayed, Player.address];
  };
  assert.deepEqual(of("lan"), ["lan", true, false, PLAYER.address]);
  assert.deepEqual(of("wan"), ["wan", false, false, "203.0.113.7"]);
  assert.deepEqual(of("cellular"), ["cellular", false, false, "203.0.113.7"]);
  assert.deepEqual(of("relayed"), ["wan", false, true, "127.0.0.1"]);
});

Deno.test("elements may be empty or absent: the user and the player, the session and the transcode", () => {
  const { user: _, player: __, ...unwatched } = newTestSession({ withoutSessionElement: true });
  const element = asJson(sessionElement(simulation, unwatched, 0));
  assert.deepEqual([element.User, element.Player], [{}, {}]);
  for (const name of ["Session", "TranscodeSession"]) assert.ok(!(name in element), name);
  const { Session, User, Player } = shown();
  assert.ok(Session.bandwidth > 10_000 && User && Player.state === "playing");
});

Deno.test("the lists have what is played, converted and converted in the background", async () => {
  const clock = new DrivenClock();
  const busy = new Simulation({ clock, lag: NO_LAG });
  const item = busy.randomItem("movie");
  busy.play({ item, user: USER, player: PLAYER, state: "playing" });
  busy.play({ item, user: USER, player: PLAYER, state: "playing", method: "software transcode" });
  busy.backgroundJobs.convert(item);
  await clock.advance(5_000);
  const sessions = asJson(sessionsDocument(busy)).MediaContainer;
  assert.equal(sessions.size, 2);
  const [, converted] = sessions.Metadata;
  const transcodes = asJson(transcodesDocument(busy)).MediaContainer.TranscodeSession;
  assert.deepEqual(transcodes.map(({ context }: AnyJson) => context), ["streaming", "static"]);
  assert.equal(converted.TranscodeSession.key, `/transcode/sessions/${transcodes[0].key}`);
  const { TranscodeJob: [job], size } = asJson(backgroundDocument(busy)).MediaContainer;
  assert.deepEqual([size, job.title, job.ratingKey, job.type], [
    1,
    item.title,
    item.ratingKey,
    "transcode",
  ]);
  assert.ok(job.key.endsWith(`/${transcodes[1].key}`) && job.progress > 0);
  busy.close();
});
