/** The recorded plays of one viewer. */
import assert from "node:assert/strict";
import type { Play } from "../../../src/simulator/ground_truth.ts";
import { PlayRecorder } from "../../../src/simulator/play_recorder.ts";
import { streamOutput } from "../../../src/simulator/stream_output.ts";
import { FILM, newTestSession, USER, VERSION } from "../../testing/simulator_builders.ts";

function open() {
  const plays: Play[] = [];
  const at = { ms: 0 };
  return { plays, at, recorder: new PlayRecorder(() => at.ms, (play) => void plays.push(play)) };
}

Deno.test("a play is recorded when it begins, with what is played, by whom and how", () => {
  const { plays, recorder } = open();
  recorder.begin(newTestSession({ location: "wan" }));
  const [play] = plays;
  assert.deepEqual(
    [play?.sessionKey, play?.ratingKey, play?.userId, play?.title, play?.libraryId, play?.live],
    ["7", FILM.ratingKey, USER.id, FILM.title, FILM.libraryId, false],
  );
  assert.deepEqual(play?.spans, [
    { fromMs: 0, state: "playing", method: "direct play", bitrateKbps: 10_000, location: "wan" },
  ]);
});

Deno.test("a change is a new span with the bitrate that is streamed from then on", () => {
  const { plays, at, recorder } = open();
  recorder.begin(newTestSession());
  at.ms = 500;
  const quality = { bitrateKbps: 1_500, height: 480 };
  recorder.change(newTestSession({ stream: streamOutput(VERSION, "subtitle burn", quality) }));
  assert.deepEqual(plays[0]?.spans.map(({ toMs, bitrateKbps }) => [toMs, bitrateKbps]), [
    [500, 10_000],
    [undefined, 1_500],
  ]);
});

Deno.test("the play before ends when another begins; without a play nothing changes or ends", () => {
  const { plays, at, recorder } = open();
  recorder.change(newTestSession());
  recorder.end();
  assert.equal(plays.length, 0);
  recorder.begin(newTestSession());
  at.ms = 700;
  recorder.begin(newTestSession({ key: "8" }));
  at.ms = 900;
  recorder.end();
  recorder.change(newTestSession());
  assert.deepEqual(
    plays.map(({ sessionKey, endedAtMs, spans }) => [sessionKey, endedAtMs, spans.length]),
    [
      ["7", 700, 1],
      ["8", 900, 1],
    ],
  );
});
