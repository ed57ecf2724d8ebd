/** The options of `history`. */
import assert from "node:assert/strict";
import { readOptions } from "../../../src/history/options.ts";

const NOW = Date.UTC(2026, 10, 28, 6, 30);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function accept(...args: string[]) {
  const { value, problems } = readOptions(args, NOW);
  assert.ok(value, String(problems));
  return value;
}

function refuse(...args: string[]): string {
  const { problems } = readOptions(args, NOW);
  assert.ok(problems, args.join(" "));
  return problems.join("\n");
}

Deno.test("without options everything up to three hours ago goes to stdout, by the hour", () => {
  assert.deepEqual(accept(), {
    output: undefined,
    sinceMs: undefined,
    untilMs: NOW - 3 * HOUR_MS,
    stepMs: HOUR_MS,
    labels: {},
  });
});

Deno.test("times are dates, times, seconds since 1970, or ages", () => {
  const untilOf = (text: string) => accept("--until", text).untilMs;
  assert.equal(untilOf("2025-02-03"), Date.UTC(2025, 1, 3));
  assert.equal(untilOf("2025-02-03T04:05:06Z"), Date.UTC(2025, 1, 3, 4, 5, 6));
  assert.equal(untilOf("2025-02-03T04:05:06+02:00"), Date.UTC(2025, 1, 3, 2, 5, 6));
  assert.equal(untilOf("1738555200"), Date.UTC(2025, 1, 3, 4));
  assert.equal(untilOf("1738555200.789"), Date.UTC(2025, 1, 3, 4) + 789);
  assert.equal(untilOf("90d"), NOW - 90 * DAY_MS);
  assert.equal(untilOf("2h"), NOW - 2 * HOUR_MS);
  assert.equal(accept("--since=1y").sinceMs, NOW - 365 * DAY_MS);
});

Deno.test("a time in the future is now", () => {
  assert.equal(accept("--until", "2030-01-01").untilMs, NOW);
});

Deno.test("labels are names and values, as often as there are labels", () => {
  assert.deepEqual(accept("--label", "job=plex", "--label=instance=a=b:9000").labels, {
    job: "plex",
    instance: "a=b:9000",
  });
});

Deno.test("steps are from a minute to a day", () => {
  assert.deepEqual(["1m", "15m", "1d"].map((step) => accept("--step", step).stepMs), [
    60_000,
    900_000,
    DAY_MS,
  ]);
});

Deno.test("the problem of each option is reported, with what would be right", () => {
  assert.match(refuse("--since", "yesterday"), /--since is "yesterday"; write a date such as/);
  assert.match(refuse("--until", "12"), /--until is "12"/);
  assert.match(refuse("--since", "1d", "--until", "2d"), /--since is not before --until/);
  for (const step of ["30s", "2d", "hour", "0m"]) {
    assert.match(refuse("--step", step), /--step is ".*"; write a duration from 1m to 1d/);
  }
  assert.match(refuse("--label", "job"), /--label is "job"; write a name and a value/);
  assert.match(refuse("--label", "user=bob"), /user, which the series have already/);
  assert.match(refuse("--label", "__name__=x"), /__name__/);
  assert.match(refuse("--outputs", "x"), /--outputs/);
  assert.match(refuse("file.om"), /file\.om/);
  assert.equal(refuse("--since", "x", "--step", "y", "--label", "z").split("\n").length, 3);
});
