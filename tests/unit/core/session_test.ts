import assert from "node:assert/strict";
import { playDecision } from "../../../src/core/session.ts";
import type { StreamDecision } from "../../../src/core/enums.ts";

Deno.test("playDecision is transcode if a stream is, else direct_stream if one is copied", () => {
  const of = (videoDecision: StreamDecision, audioDecision: StreamDecision) =>
    playDecision({ videoDecision, audioDecision });
  assert.equal(of("copy", "transcode"), "transcode");
  assert.equal(of("transcode", "none"), "transcode");
  assert.equal(of("copy", "direct_play"), "direct_stream");
  assert.equal(of("direct_play", "copy"), "direct_stream");
  assert.equal(of("none", "direct_play"), "direct_play");
  assert.equal(of("none", "none"), "direct_play");
});
