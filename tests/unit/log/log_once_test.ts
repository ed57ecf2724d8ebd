import assert from "node:assert/strict";
import { createLogOnce } from "../../../src/log/log_once.ts";
import { recordingLog } from "../../testing/recording_log.ts";

function open() {
  const log = recordingLog();
  const lines = () => log.entries.map(({ level, message }) => `${level} ${message}`);
  return { logOnce: createLogOnce(log), lines };
}

Deno.test("createLogOnce logs a condition once while it lasts", () => {
  const { logOnce, lines } = open();
  assert.equal(logOnce.report("warn", "Plex is down"), true);
  assert.equal(logOnce.report("warn", "Plex is down"), false);
  assert.deepEqual(lines(), ["warn Plex is down"]);
});

Deno.test("createLogOnce logs a condition whenever it changes, also when it changes back", () => {
  const { logOnce, lines } = open();
  for (const key of ["a", "b", "a"]) logOnce.report("error", key, {}, key);
  assert.deepEqual(lines(), ["error a", "error b", "error a"]);
});

Deno.test("createLogOnce logs a condition again after it has ended, and returns whether there was one", () => {
  const { logOnce, lines } = open();
  assert.equal(logOnce.clear(), false);
  logOnce.report("warn", "Plex is down");
  assert.equal(logOnce.clear(), true);
  assert.equal(logOnce.clear(), false);
  logOnce.report("warn", "Plex is down");
  assert.deepEqual(lines(), ["warn Plex is down", "warn Plex is down"]);
});
