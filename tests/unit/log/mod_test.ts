/** Opening a log: levels, derived logs and known secrets. */
import assert from "node:assert/strict";
import { createLog, openLog } from "../../../src/log/mod.ts";
import { captureLog } from "../../testing/captured_log.ts";

Deno.test("openLog() writes whole lines synchronously, and does not throw if standard error is closed", () => {
  const original = Deno.stderr.writeSync;
  let written = "";
  const log = openLog({ level: "info", format: "logfmt", zone: "UTC" });
  try {
    // A pipe may take a part only.
    Deno.stderr.writeSync = (bytes) => {
      written += new TextDecoder().decode(bytes.subarray(0, 7));
      return Math.min(bytes.length, 7);
    };
    log.info("the last line");
    assert.match(written, /^time=\S+ level=info msg="the last line"\n$/);
    Deno.stderr.writeSync = () => {
      throw new Deno.errors.BrokenPipe();
    };
    log.info("lost");
  } finally {
    Deno.stderr.writeSync = original;
  }
});

Deno.test("openLog() drops lines below its level", () => {
  const { log, lines } = captureLog({ level: "warn", format: "logfmt" });
  for (const level of ["debug", "info", "warn", "error"] as const) log[level](level);
  assert.deepEqual(lines.map((line) => / level=(\w+) /.exec(line)?.[1]), ["warn", "error"]);
});

Deno.test("openLog() throws on an unknown zone", () => {
  assert.throws(() => captureLog({ zone: "Mars/Olympus" }), TypeError);
});

Deno.test("openLog() redacts a secret in all logs derived from it, and in no other", () => {
  const { log, lines } = captureLog();
  const before = log.with({ from: "tellMeNot1" });
  log.redact("tellMeNot1");
  log.redact("tellMeNot1AndMore");
  log.redact("");
  before.info("tellMeNot1AndMore, tellMeNot1.");
  assert.match(lines[0] ?? "", /"msg":"\[redacted\], \[redacted\]\.","from":"\[redacted\]"/);
  const other = captureLog();
  other.log.info("tellMeNot1");
  assert.match(other.lines[0] ?? "", /tellMeNot1/);
});

Deno.test("createLog() passes on records of every level, with the fields of derived logs", () => {
  const records: unknown[] = [];
  const log = createLog((...record) => records.push(record));
  log.with({ server: "home" }).with({ try: 2 }).debug("again", { afterMs: 5 });
  for (const level of ["info", "warn", "error"] as const) log[level]("alone");
  assert.deepEqual(records, [
    ["debug", "again", { server: "home", try: 2, afterMs: 5 }],
    ["info", "alone", {}],
    ["warn", "alone", {}],
    ["error", "alone", {}],
  ]);
});
