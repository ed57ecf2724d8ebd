/** Plays as they really happened. */
import assert from "node:assert/strict";
import {
  beginSpan,
  endPlay,
  type Play,
  type Span,
  timeInState,
} from "../../../src/simulator/ground_truth.ts";

function span(fromMs: number, state: Span["state"]): Span {
  return { fromMs, state, method: "direct play", bitrateKbps: 10_000, location: "lan" };
}

function open(): Play {
  return {
    sessionKey: "7",
    ratingKey: "1001",
    userId: 1,
    user: "juniper",
    player: "Phone",
    mediaType: "movie",
    live: false,
    guid: "",
    title: "Two Spoons",
    libraryId: "1",
    startedAtMs: 1_000,
    spans: [span(1_000, "playing")],
  };
}

Deno.test("the time in a state is that of all its spans, the one that lasts included", () => {
  const play = open();
  beginSpan(play, span(5_000, "paused"));
  beginSpan(play, span(6_000, "playing"));
  assert.deepEqual(play.spans.map(({ fromMs, toMs }) => [fromMs, toMs]), [
    [1_000, 5_000],
    [5_000, 6_000],
    [6_000, undefined],
  ]);
  assert.equal(timeInState(play, "playing", 6_500), 4_500);
  assert.equal(timeInState(play, "paused", 6_500), 1_000);
  assert.equal(timeInState(play, "buffering", 6_500), 0);
});

Deno.test("a play ends only once, and its time does not advance after that", () => {
  const play = open();
  endPlay(play, 3_000);
  endPlay(play, 9_000);
  assert.equal(play.endedAtMs, 3_000);
  assert.equal(timeInState(play, "playing", 20_000), 2_000);
});
