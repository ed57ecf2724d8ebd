import assert from "node:assert/strict";
import { createLogOnce } from "../../../src/log/log_once.ts";
import { recordingLog } from "../../../src/log/mod.ts";

function open() {
  const log = recordingLog();
  const lines = () => log.entries.map(({ level, message }) => `${level} ${message}`);
  return { logOnce: createLogOnce(log), lines };
}

Deno.test("createLogOnce logs a condition once while it lasts", () => {
  const { logOnce, lines } = open();
  assert.equal(logOnce.report("warn", "no water"), true);
  assert.equal(logOnce.report("warn", "no water"), false);
  assert.deepEqual(lines(), ["warn no water"]);
});

Deno.test("createLogOnce logs a condition again once it changes, also back", () => {
  const { logOnce, lines } = open();
  for (const key of ["a", "b", "a"]) logOnce.report("error", key, {}, key);
  assert.deepEqual(lines(), ["error a", "error b", "error a"]);
});

Deno.test("createLogOnce logs a condition that came back again, and returns whether it was logged", () => {
  const { logOnce, lines } = open();
  assert.equal(logOnce.clear(), false);
  logOnce.report("warn", "no water");
  assert.equal(logOnce.clear(), true);
  assert.equal(logOnce.clear(), false);
  logOnce.report("warn", "no water");
  assert.deepEqual(lines(), ["warn no water", "warn no water"]);
});
