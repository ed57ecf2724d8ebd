/** Bytes of the past as counters. */
import assert from "node:assert/strict";
import { bandwidthFamilies, type SentBytes } from "../../../src/history/bandwidth.ts";
import { lastValues, samplesOf } from "../../testing/history_run.ts";

const HOUR_S = 3_600;
const START_S = Date.UTC(2026, 6, 1) / 1000;
const SPAN = {
  grid: { stepMs: HOUR_S * 1000, offsetsMs: [0] },
  fromMs: -Infinity,
  untilMs: (START_S + 100 * HOUR_S) * 1000,
};

/** The lines of both families. */
async function write(sent: SentBytes | undefined): Promise<string> {
  let text = "";
  const read = () => Promise.resolve(sent);
  for (const { lines } of bandwidthFamilies(read, { server: "attic" }, SPAN)) {
    for await (const each of lines()) text += each;
  }
  return text;
}

function hoursOf(
  rows: readonly (readonly [hour: number, account: string, lan: boolean, bytes: number])[],
): SentBytes {
  const hours = rows.map(([hour, accountId, lan, bytes]) => ({
    atS: START_S + hour * HOUR_S,
    accountId,
    deviceId: "1",
    lan,
    bytes,
  }));
  const accounts = new Map([["1", "juniper"], ["2", "otis"], ["3", "otis"]]);
  return { months: [], days: [], hours, accounts };
}

Deno.test("bytes are counted by location, and by user and location; accounts of one name are one series", async () => {
  const text = await write(hoursOf([
    [0, "1", true, 10],
    [0, "2", true, 5],
    [1, "3", true, 7],
    [1, "9", false, 1],
  ]));
  assert.deepEqual(Object.fromEntries(lastValues(text)), {
    'plex_transmit_bytes_total{server="attic",location="lan"}': 22,
    'plex_transmit_bytes_total{server="attic",location="wan"}': 1,
    'plex_user_transmit_bytes_total{server="attic",user="juniper",location="lan"}': 10,
    'plex_user_transmit_bytes_total{server="attic",user="otis",location="lan"}': 12,
    'plex_user_transmit_bytes_total{server="attic",user="unknown",location="wan"}': 1,
  });
});

Deno.test("a counter grows at the end of each hour by whole bytes", async () => {
  const text = await write(hoursOf([[0, "1", true, 10], [1, "1", true, 20]]));
  const values = new Map(
    [...samplesOf(text)].filter(({ series }) => series.startsWith("plex_transmit_bytes_total"))
      .map(({ timeS, value }) => [(timeS - START_S) / HOUR_S, value]),
  );
  assert.deepEqual([0, 1, 2, 3].map((hour) => values.get(hour)), [0, 10, 30, 30]);
});

Deno.test("without rows there are no lines", async () => {
  assert.equal(await write(hoursOf([])), "");
  assert.equal(await write(undefined), "");
});
