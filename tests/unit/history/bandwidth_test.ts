/** Bytes of the past as counters. */
import assert from "node:assert/strict";
import { bandwidthLines } from "../../../src/history/bandwidth.ts";
import { lastValues, samplesOf } from "../../testing/history_run.ts";

const HOUR_S = 3_600;
const START_S = Date.UTC(2026, 6, 1) / 1000;
const SPAN = {
  grid: { stepMs: HOUR_S * 1000, offsetsMs: [0] },
  fromMs: -Infinity,
  untilMs: (START_S + 100 * HOUR_S) * 1000,
};

function write(
  rows: readonly (readonly [hour: number, account: string, lan: boolean, bytes: number])[],
) {
  const hours = rows.map(([hour, accountId, lan, bytes]) => ({
    atS: START_S + hour * HOUR_S,
    accountId,
    deviceId: "1",
    lan,
    bytes,
  }));
  const accounts = new Map([["1", "juniper"], ["2", "otis"], ["3", "otis"]]);
  const sent = { months: [], days: [], hours, accounts };
  return [...bandwidthLines(sent, { server: "attic" }, SPAN)].join("");
}

Deno.test("bytes are counted by side, and by user and side; one name is one series", () => {
  const text = write([
    [0, "1", true, 10],
    [0, "2", true, 5],
    [1, "3", true, 7],
    [1, "9", false, 1],
  ]);
  assert.deepEqual(Object.fromEntries(lastValues(text)), {
    'plex_transmit_bytes_total{server="attic",location="lan"}': 22,
    'plex_transmit_bytes_total{server="attic",location="wan"}': 1,
    'plex_user_transmit_bytes_total{server="attic",user="juniper",location="lan"}': 10,
    'plex_user_transmit_bytes_total{server="attic",user="otis",location="lan"}': 12,
    'plex_user_transmit_bytes_total{server="attic",user="unknown",location="wan"}': 1,
  });
});

Deno.test("a counter grows at the end of each hour by whole bytes, and each family is of one piece", () => {
  const text = write([[0, "1", true, 10], [1, "1", true, 20]]);
  const values = new Map(
    [...samplesOf(text)].filter(({ series }) => series.startsWith("plex_transmit_bytes_total"))
      .map(({ timeS, value }) => [(timeS - START_S) / HOUR_S, value]),
  );
  assert.deepEqual([0, 1, 2, 3].map((hour) => values.get(hour)), [0, 10, 30, 30]);
  assert.deepEqual([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name), [
    "plex_transmit_bytes",
    "plex_user_transmit_bytes",
  ]);
});

Deno.test("without rows there is nothing, not even a name", () => {
  assert.equal(write([]), "");
});
