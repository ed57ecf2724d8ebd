import assert from "node:assert/strict";
import { parseBandwidth } from "../../../../src/plex/schema.ts";
import { mapBandwidth, timespanQuery } from "../../../../src/plex/mapping/bandwidth.ts";
import { fixture } from "../../../testing/plex_fixture.ts";

Deno.test("timespanQuery has the number of the timespan, and a filter if there is a time", () => {
  assert.equal(timespanQuery("month"), "timespan=1");
  assert.equal(timespanQuery("second", 1_718_387_600.9), "timespan=6&at%3E=1718387600");
});

Deno.test("mapBandwidth leaves out rows of other timespans", () => {
  const row = { at: 60, bytes: 5 };
  const rows = [{ ...row, timespan: 4 }, { ...row, timespan: 6 }, row];
  const read = (requested: "hour" | "second") =>
    mapBandwidth(
      { Account: [], Device: [], StatisticsBandwidth: rows },
      new Set(),
      requested,
    ).rows.length;
  assert.deepEqual([read("hour"), read("second")], [2, 2]);
});

Deno.test("mapBandwidth keeps rows per second that can be read", () => {
  const wire = parseBandwidth(fixture("bandwidth"));
  assert.ok(wire);
  const { rows, accounts, devices } = mapBandwidth(wire, new Set());
  assert.deepEqual(rows, [
    { atS: 1_718_387_650, accountId: "1", deviceId: "13", lan: true, bytes: 22 },
    {
      atS: 1_718_387_651,
      accountId: "19646554",
      deviceId: "14",
      lan: false,
      bytes: 5_000_000_000,
    },
    { atS: 1_718_387_651, accountId: "0", deviceId: "0", lan: true, bytes: 7 },
  ]);
  assert.deepEqual([...accounts], [["1", "juniper"], ["19646554", "otis"]]);
  const hidden = mapBandwidth(wire, new Set(["user"])).accounts;
  assert.deepEqual([...hidden.values()], ["hidden", "hidden"]);
  assert.deepEqual([...devices], [["13", "Chrome"], ["14", "Otis's phone"]]);
});

Deno.test("mapBandwidth hides device names with the label device or player, since a device has the name of its player", () => {
  const wire = parseBandwidth(fixture("bandwidth"));
  assert.ok(wire);
  const names = (...hidden: string[]) => [...mapBandwidth(wire, new Set(hidden)).devices.values()];
  assert.deepEqual(names("device"), ["hidden", "hidden"]);
  assert.deepEqual(names("player"), ["hidden", "hidden"]);
  assert.deepEqual(names("user", "title"), ["Chrome", "Otis's phone"]);
});
