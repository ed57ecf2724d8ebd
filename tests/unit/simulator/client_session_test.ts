/** How the session of one client is listed, announced and recorded (docs/plex/notifications.md). */
import assert from "node:assert/strict";
import { ClientSession } from "../../../src/simulator/client_session.ts";
import { streamOutput } from "../../../src/simulator/stream_output.ts";
import type { ViewerOptions } from "../../../src/simulator/viewer_context.ts";
import {
  FILM,
  inShort,
  NO_LAG,
  openContext,
  type TestContext,
  VERSION,
} from "../../testing/simulator_builders.ts";

/** A client that has begun to play. */
function start(context: TestContext, options: Partial<ViewerOptions> = {}): ClientSession {
  const session = new ClientSession(context);
  session.start({ item: FILM, ...options }, "playing");
  return session;
}

function offsetsOf({ announced }: TestContext): (number | string)[] {
  return announced.map((notification) =>
    notification.kind === "playing" ? notification.offsetMs : notification.kind
  );
}

Deno.test("a session is announced before it is listed, its transcode is listed half a second later", async () => {
  const context = openContext({ lag: { ...NO_LAG, startMs: 300 } });
  start(context, { method: "software transcode" });
  assert.deepEqual(inShort(context.announced).toSorted(), ["playing", "transcode start"]);
  const seen: unknown[] = [];
  for (const ms of [299, 1, 499, 1]) {
    await context.clock.advance(ms);
    seen.push(context.listed().map(({ transcode }) => transcode !== undefined));
  }
  assert.deepEqual(seen, [[], [false], [false], [true]]);
});

Deno.test("each kind of change is visible in the list after its own lag", async () => {
  const context = openContext({ lag: { startMs: 300, changeMs: 700, stopMs: 1_100 } });
  const session = start(context);
  const states = () => context.listed().map(({ state }) => state);
  await context.clock.advance(1_000);
  session.update({ state: "paused" });
  await context.clock.advance(699);
  assert.deepEqual(states(), ["playing"]);
  await context.clock.advance(1);
  assert.deepEqual(states(), ["paused"]);
  session.endSilently();
  await context.clock.advance(1_099);
  assert.deepEqual(states(), ["paused"]);
  await context.clock.advance(1);
  assert.deepEqual(states(), []);
});

Deno.test("the start of a transcode comes before the first frame of the play, or after it", () => {
  const orders = new Set(
    Array.from({ length: 20 }, (_, seed) => {
      const context = openContext({ seed });
      start(context, { method: "software transcode" });
      return inShort(context.announced).join();
    }),
  );
  assert.deepEqual([...orders].sort(), ["playing,transcode start", "transcode start,playing"]);
});

Deno.test("a session that was under way is listed at once with its transcode, and no frame announces it", () => {
  const context = openContext({ lag: { ...NO_LAG, startMs: 300 } });
  start(context, { method: "software transcode", alreadyRunning: true });
  assert.deepEqual(context.announced, []);
  assert.ok(context.listed()[0]?.transcode);
  assert.equal(context.plays.length, 1);
});

Deno.test("the first frame under a key has no offset, later ones do; frames of music never do", async () => {
  const [film, song] = [openContext(), openContext()];
  const sessions = [
    start(film, { offsetMs: 60_000 }),
    start(song, { item: { ...FILM, type: "track" }, offsetMs: 60_000 }),
  ];
  for (const [nth, context] of [film, song].entries()) {
    await context.clock.advance(10_000);
    sessions[nth]?.announce("playing");
  }
  assert.deepEqual([offsetsOf(film), offsetsOf(song)], [[0, 70_000], [0, 0]]);
});

Deno.test("the list shows the offset that was reported last", async () => {
  const context = openContext();
  const session = start(context);
  await context.clock.advance(9_000);
  assert.deepEqual([session.offsetMs, context.listed()[0]?.offsetMs], [9_000, 0]);
  session.announce("playing");
  assert.equal(context.listed()[0]?.offsetMs, 9_000);
});

Deno.test("another quality is another transcode under the same key, announced in either order", () => {
  for (const order of ["end first", "start first"] as const) {
    const context = openContext();
    const session = start(context, { method: "software transcode" });
    const { key, transcode } = session.current ?? {};
    context.announced.length = 0;
    session.replaceTranscode(streamOutput(VERSION, "hardware transcode"), order);
    const events = inShort(context.announced);
    assert.deepEqual(
      order === "end first" ? events : events.toReversed(),
      ["transcode end", "transcode start"],
    );
    assert.equal(session.current?.key, key);
    assert.notEqual(session.current?.transcode?.id, transcode?.id);
    assert.equal(context.plays.length, 1);
  }
});

Deno.test("another item under the same key is a new play, unless it is the same broadcast", () => {
  const context = openContext();
  const session = start(context);
  const next = { ...FILM, ratingKey: "1002" };
  const stream = streamOutput(VERSION, "direct play");
  session.playItem(next, VERSION, stream, { newPlay: true });
  assert.deepEqual(context.plays.map(({ ratingKey }) => ratingKey), ["1001", "1002"]);
  assert.deepEqual([context.listed()[0]?.key, context.listed()[0]?.item], ["1", next]);
  session.playItem({ ...FILM, ratingKey: "1003" }, VERSION, stream, { newPlay: false });
  assert.equal(context.plays.length, 2);
});

Deno.test("a transcode ends before the stop is announced or up to 1.5 s after it", async () => {
  const orders = new Set<string>();
  for (let seed = 0; seed < 20; seed += 1) {
    const context = openContext({ seed });
    const session = start(context, { method: "software transcode" });
    await context.clock.advance(1_000);
    context.announced.length = 0;
    session.end("stopped");
    assert.deepEqual(context.listed(), []);
    await context.clock.advance(1_500);
    orders.add(inShort(context.announced).join());
  }
  assert.deepEqual([...orders].sort(), ["stopped,transcode end", "transcode end,stopped"]);
});

Deno.test("a client that is lost stays listed until that is noticed, its play ends at once", async () => {
  const context = openContext();
  const session = start(context, { method: "software transcode" });
  await context.clock.advance(5_000);
  context.announced.length = 0;
  session.loseClient(180_000);
  await context.clock.advance(179_999);
  assert.deepEqual([context.listed().length, context.announced], [1, []]);
  await context.clock.advance(1);
  session.noticeLoss();
  assert.deepEqual([context.listed(), inShort(context.announced)], [[], ["transcode end"]]);
  const [play] = context.plays;
  assert.equal((play?.endedAtMs ?? 0) - (play?.startedAtMs ?? 0), 5_000);
});

Deno.test("usage is recorded before a session changes, so that each second has its own bitrate", () => {
  const context = openContext();
  const recorded: unknown[] = [];
  const recordUsage = () => void recorded.push(session.current?.state);
  const session = new ClientSession({ ...context, recordUsage });
  session.start({ item: FILM }, "buffering");
  session.update({ state: "playing" });
  session.update({ state: "paused" });
  assert.deepEqual(recorded, [undefined, "buffering", "playing"]);
  session.end("stopped");
  assert.equal(recorded.at(-1), "paused");
});

Deno.test("a client without a session announces nothing", () => {
  const context = openContext();
  const session = new ClientSession(context);
  session.announce("playing");
  session.announceProgress();
  session.update({ state: "paused" });
  session.end("stopped");
  session.endSilently();
  session.loseClient(1);
  session.noticeLoss();
  assert.deepEqual([context.announced, context.plays, session.offsetMs], [[], [], 0]);
});
