/** Fields as plain data. */
import assert from "node:assert/strict";
import { captureLog, loggedFields } from "../../testing/captured_log.ts";

Deno.test("serializeFields() renames fields that have a reserved name", () => {
  const { log, lines } = captureLog();
  log.info("ours", { msg: "theirs", level: "theirs", time: "theirs", absent: undefined });
  assert.deepEqual(JSON.parse(lines[0] ?? ""), {
    time: "2026-07-01T12:20:30.456+02:00",
    level: "info",
    msg: "ours",
    msg_: "theirs",
    level_: "theirs",
    time_: "theirs",
  });
});

Deno.test("serializeFields() writes an error with its causes, and its stack for debug", () => {
  const cause = new Error("connection refused", { cause: { code: "ECONNREFUSED" } });
  const error = new TypeError("fetch failed", { cause });
  assert.deepEqual(loggedFields({ error }), {
    error: "TypeError: fetch failed (cause: Error: connection refused " +
      '(cause: {"code":"ECONNREFUSED"}))',
  });
  const { error: all } = loggedFields({ error: new AggregateError([new Error("a"), "b"], "both") });
  assert.equal(all, 'AggregateError: both (errors: ["Error: a","b"])');
  assert.match(String(loggedFields({ error }, { level: "debug" }).error), /serialize_test\.ts/);
});

Deno.test("serializeFields() writes any value and never throws", () => {
  const circle: Record<string, unknown> = { name: "circle" };
  circle.self = circle;
  const error = new Error("mine");
  error.cause = error;
  const broken = {
    get it() {
      throw new Error("no");
    },
  };
  assert.deepEqual(
    loggedFields({
      circle,
      error,
      broken,
      map: new Map([["a", 1]]),
      set: new Set([1n]),
      url: new URL("http://plex/"),
      date: new Date(0),
      bytes: new Uint8Array(3),
      call: () => 1,
      number: NaN,
      nothing: null,
    }),
    {
      circle: { name: "circle", self: "[circular]" },
      error: "Error: mine (cause: [circular])",
      broken: "[unreadable]",
      map: { a: 1 },
      set: ["1"],
      url: "http://plex/",
      date: "1970-01-01T00:00:00.000Z",
      bytes: "[3 bytes]",
      call: "[function]",
      number: "NaN",
      nothing: null,
    },
  );
});

Deno.test("serializeFields() limits the length of a line", () => {
  const many = Array.from({ length: 300 }, () => Array.from({ length: 300 }, () => ({ a: "b" })));
  const { log, lines } = captureLog();
  log.info("x".repeat(1_000_000), { many });
  assert.ok((lines[0]?.length ?? Infinity) < 50_000);
});
