/** Schemas for values written as text. */
import assert from "node:assert/strict";
import { accept, refuseOne } from "../../testing/config.ts";

Deno.test("duration() parses numbers with and without a unit", () => {
  const interval = (text: string) => accept({ LIBRARY_REFRESH_INTERVAL: text }).libraryIntervalMs;
  const cases = [["0", 60_000], ["30s", 60_000], ["90s", 90_000], ["15m", 900_000]] as const;
  for (const [text, ms] of cases) assert.equal(interval(text), ms, text);
  assert.equal(interval("1H"), 3_600_000);
  assert.equal(interval("1.5"), 90_000);
  assert.equal(interval("169h"), 900_000, "above a week: the default");
  const timeout = (text: string) => accept({ PLEX_CLIENT_TIMEOUT_SECONDS: text }).requestTimeoutMs;
  assert.equal(timeout("30"), 30_000);
  assert.equal(timeout("2m"), 120_000);
  assert.equal(timeout("0"), 10_000, "no time at all: the default");
});

Deno.test("duration() says what to write for a text that is not a duration, or out of range", () => {
  const advice = "write a number of hours from 0 to 336, or a duration such as 90s, 2m, 1h";
  for (const text of ["daily", "24 x", "-1", "337", "99999m"]) {
    const problem = refuseOne({ WALK_INTERVAL: text });
    assert.equal(problem, `WALK_INTERVAL is "${text}"; ${advice}`);
  }
});

Deno.test("bool parses true, 1, yes, false, 0 and no in any case", () => {
  for (const [on, off] of [["TRUE", "False"], ["1", "0"], ["Yes", "NO"]] as const) {
    assert.equal(accept({ COMPATIBLE_METRICS: on }).compatibleMetrics, true);
    assert.equal(accept({ COMPATIBLE_METRICS: off }).compatibleMetrics, false);
  }
  assert.match(refuseOne({ COMPATIBLE_METRICS: "on" }), /is "on"; write true or false/);
});

Deno.test("oneOf() parses a word in any case and suggests the closest for an unknown one", () => {
  assert.equal(accept({ LOG_FORMAT: "LogFmt" }).logFormat, "logfmt");
  assert.match(refuseOne({ LOG_FORMAT: "jsn" }), /has "jsn", .* json, .*did you mean json\?/);
});

Deno.test("listOf() parses values separated by commas or lines, and names a wrong entry", () => {
  const hidden = (text: string) => accept({ HIDE_LABELS: text }).hideLabels;
  assert.deepEqual(hidden("title, User"), ["title", "user"]);
  assert.deepEqual(hidden("title\r\nuser"), ["title", "user"]);
  const problem = (text: string) => refuseOne({ HIDE_LABELS: text });
  assert.match(problem("user,titel"), /^HIDE_LABELS \(entry 2\) has "titel".*did you mean title\?/);
  assert.match(problem("titel"), /^HIDE_LABELS has "titel"/);
  assert.match(problem("user,"), /^HIDE_LABELS \(entry 2\) is empty; remove the extra comma$/);
  assert.match(problem('"user"'), /^HIDE_LABELS is in quotes or brackets; remove them$/);
});

Deno.test("timeZone normalises the spelling of a zone", () => {
  assert.equal(accept({ TZ: "europe/berlin" }).zone, "Europe/Berlin");
});
