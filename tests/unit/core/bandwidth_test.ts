import assert from "node:assert/strict";
import fc from "fast-check";
import { bandwidthSince } from "../../../src/core/bandwidth.ts";
import type { BandwidthRow, ServerEvent } from "../../../src/core/event.ts";
import { seriesOf } from "../../../src/core/counter_vec.ts";
import type { ServerState } from "../../../src/core/state.ts";
import { reduce } from "../../../src/core/reduce.ts";
import { LIMITS } from "../../../src/core/cardinality.ts";
import { after, listed, session, START } from "../../testing/core_builders.ts";
import { counters } from "../../testing/counters.ts";

const NOW_S = 1_700_000_000;

const DEVICES = new Map([["5", "Den"], ["6", "Phone"], ["7", "Den"]]);

function row(atS: number, bytes: number, changed: Partial<BandwidthRow> = {}): BandwidthRow {
  return { atS, accountId: "1", deviceId: "5", lan: true, bytes, ...changed };
}

function clock(sampledS: number): ServerEvent {
  const resources = {
    sampledS,
    hostCpuPercent: 0,
    hostMemoryPercent: 0,
    processCpuPercent: 0,
    processMemoryPercent: 0,
  };
  return { type: "resources_sampled", at: START, resources };
}

function read(sinceS: number, ...rows: BandwidthRow[]): ServerEvent {
  return readAll(sinceS, rows);
}

function readAll(sinceS: number, rows: readonly BandwidthRow[]): ServerEvent {
  return {
    type: "bandwidth_read",
    at: START,
    sinceS,
    rows,
    accounts: new Map([["1", "bob"], ["2", "eve"]]),
    devices: DEVICES,
  };
}

function bytes(state: ServerState): number {
  return seriesOf(state.bandwidth.byLocation).reduce((sum, { value }) => sum + value, 0);
}

/** Bytes by name of the device and location. */
function byDevice(state: ServerState): Record<string, number> {
  return Object.fromEntries(
    seriesOf(state.bandwidth.byDevice)
      .map(({ key, value }) => [`${key.device} ${key.location}`, value]),
  );
}

Deno.test("bandwidthSince is undefined while Plex's clock is not known", () => {
  assert.equal(bandwidthSince(after()), undefined);
  assert.equal(bandwidthSince(after(clock(NOW_S))), NOW_S - 30);
});

Deno.test("applyBandwidth does not count the first answer: it is the baseline", () => {
  const state = after(clock(NOW_S), read(NOW_S - 30, row(NOW_S - 5, 500)));
  assert.equal(bytes(state), 0);
  assert.deepEqual(seriesOf(state.bandwidth.byLocation).map(({ key }) => key.location), [
    "lan",
    "wan",
  ]);
});

Deno.test("applyBandwidth counts growth of the baseline's rows, and late rows", () => {
  const state = after(
    clock(NOW_S),
    read(NOW_S - 30, row(NOW_S, 500)),
    read(NOW_S - 30, row(NOW_S, 800), row(NOW_S - 20, 7), row(NOW_S + 5, 40, { lan: false })),
  );
  assert.equal(bytes(state), 347);
});

Deno.test("applyBandwidth ignores rows older than requested", () => {
  const state = after(
    clock(NOW_S),
    read(NOW_S - 30),
    read(NOW_S - 30, row(NOW_S - 31, 900), row(NOW_S - 50_000, 900)),
  );
  assert.equal(bytes(state), 0);
});

Deno.test("applyBandwidth counts bytes by user, `unknown` for an account without a name", () => {
  const state = after(
    clock(NOW_S),
    read(NOW_S - 30),
    read(NOW_S - 30, row(NOW_S, 1, { accountId: "2" }), row(NOW_S, 2, { accountId: "99" })),
  );
  assert.deepEqual(
    seriesOf(state.bandwidth.byUser).map(({ key, value }) => [key.user, value]),
    [["eve", 1], ["unknown", 2]],
  );
});

Deno.test("applyBandwidth counts bytes by device, `unknown` for a device without a name", () => {
  const state = after(
    clock(NOW_S),
    read(NOW_S - 30),
    read(
      NOW_S - 30,
      row(NOW_S, 1),
      row(NOW_S, 2, { deviceId: "6", lan: false }),
      row(NOW_S, 4, { deviceId: "7" }),
      row(NOW_S, 8, { deviceId: "0" }),
    ),
  );
  assert.deepEqual(byDevice(state), { "Den lan": 5, "Phone wan": 2, "unknown lan": 8 });
});

Deno.test("applyBandwidth counts bytes of devices over the limit under `other`", () => {
  const devices = new Map(
    Array.from({ length: LIMITS.devices + 30 }, (_, id) => [String(id), `device ${id}`]),
  );
  const rows = [...devices.keys()].map((deviceId) => row(NOW_S, 1, { deviceId }));
  const state = after(clock(NOW_S), read(NOW_S - 30), {
    type: "bandwidth_read",
    at: START,
    sinceS: NOW_S - 30,
    rows,
    accounts: new Map(),
    devices,
  });
  assert.equal(seriesOf(state.bandwidth.byDevice).length, LIMITS.devices + 1);
  assert.equal(byDevice(state)["other lan"], 30);
  assert.equal(bytes(state), LIMITS.devices + 30);
  assert.equal(counters(state).get("dropped deviceBytes"), 30);
});

Deno.test("invariant 8: overlapping, late and growing rows count once", () => {
  // The row of a second is written in parts; each part may be read in any later poll.
  const sentRows = fc.array(
    fc.record({
      second: fc.integer({ min: 1, max: 100 }),
      account: fc.constantFrom("1", "2"),
      device: fc.constantFrom("5", "6", "7"),
      lan: fc.boolean(),
      bytes: fc.integer({ min: 1, max: 1_000_000 }),
      lagS: fc.integer({ min: 0, max: 25 }),
    }),
    { maxLength: 60 },
  );
  const pauses = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });
  fc.assert(fc.property(sentRows, pauses, (sent, gaps) => {
    let state = after(clock(NOW_S), read(NOW_S - 30));
    const visible = (elapsedS: number) => {
      const rows = new Map<string, BandwidthRow>();
      for (const { second, account, device, lan, bytes, lagS } of sent) {
        if (second + lagS > elapsedS) continue;
        const key = `${second}/${account}/${device}/${lan}`;
        const sum = (rows.get(key)?.bytes ?? 0) + bytes;
        rows.set(key, row(NOW_S + second, sum, { accountId: account, deviceId: device, lan }));
      }
      return [...rows.values()];
    };
    const poll = (elapsedS: number) => {
      const sinceS = bandwidthSince(state) ?? 0;
      state = reduce(state, clock(NOW_S + elapsedS));
      state = reduce(state, read(sinceS, ...visible(elapsedS)));
    };
    let elapsedS = 0;
    for (const gap of gaps) poll(elapsedS += gap);
    poll(elapsedS);
    const truth = visible(elapsedS).reduce((sum, { bytes }) => sum + bytes, 0);
    // The watermark follows the newest row, so what lags less than the overlap is never missed.
    assert.equal(bytes(state), truth);
    const truthByDevice: Record<string, number> = {};
    for (const { deviceId, lan, bytes } of visible(elapsedS)) {
      const key = `${DEVICES.get(deviceId)} ${lan ? "lan" : "wan"}`;
      truthByDevice[key] = (truthByDevice[key] ?? 0) + bytes;
    }
    assert.deepEqual(byDevice(state), truthByDevice);
  }));
});

Deno.test("applyBandwidth counts every row of a long outage, once, and keeps the newest", () => {
  const before = after(clock(NOW_S), read(NOW_S - 30, row(NOW_S, 1)));
  const count = 150_000;
  const rows = Array.from({ length: count }, (_, index) => row(NOW_S + 1 + index, 2));
  const answer = readAll(NOW_S - 30, [row(NOW_S, 1), ...rows, row(NOW_S + 1, 2)]);
  const again = [clock(NOW_S + count), answer].reduce(reduce, before);
  assert.equal(bytes(again), 2 * count);
  assert.ok(again.bandwidth.rows.size <= 61, `${again.bandwidth.rows.size} rows are kept`);
  const since = bandwidthSince(again) ?? 0;
  assert.equal(bytes(reduce(again, read(since, ...rows.slice(-31)))), 2 * count);
});

Deno.test("applyBandwidth does not count what it could not recognise later", () => {
  const before = after(clock(NOW_S), read(NOW_S - 30));
  const rows = Array.from(
    { length: 100_001 },
    (_, index) => row(NOW_S, 1, { deviceId: String(index) }),
  );
  const once = reduce(before, readAll(NOW_S - 30, rows));
  assert.equal(bytes(once), 100_000);
  assert.equal(bytes(reduce(once, readAll(NOW_S - 30, rows))), 100_000);
});

Deno.test("discardFutureWatermark discards a watermark far ahead of Plex's clock, and no byte counts twice", () => {
  const before = after(
    clock(NOW_S),
    read(NOW_S - 30),
    clock(NOW_S + 3600),
    read(NOW_S - 30, row(NOW_S + 10, 100), row(NOW_S + 3600, 50)),
  );
  assert.equal(bytes(before), 150);
  const back = reduce(before, clock(NOW_S + 20));
  assert.equal(bandwidthSince(back), NOW_S - 10);
  const again = [row(NOW_S + 10, 100), row(NOW_S + 3600, 50)];
  const based = reduce(back, read(NOW_S - 10, ...again));
  const grown = reduce(based, read(NOW_S - 10, ...again, row(NOW_S + 25, 9)));
  assert.equal(bytes(grown), 159);
});

Deno.test("applyBandwidth takes no baseline from an answer requested before the clock was set back", () => {
  const state = after(
    clock(NOW_S),
    read(NOW_S - 30, row(NOW_S - 4_000, 900), row(NOW_S, 5)),
    clock(NOW_S - 4_000),
    read(NOW_S - 30, row(NOW_S, 5)),
    read(NOW_S - 4_030, row(NOW_S - 4_000, 900), row(NOW_S, 5)),
    read(NOW_S - 4_030, row(NOW_S - 4_000, 907), row(NOW_S, 5)),
  );
  assert.equal(bytes(state), 7);
});

Deno.test("applyBandwidth does not move the watermark by a row far in the future", () => {
  const state = after(
    clock(NOW_S),
    read(NOW_S - 30),
    read(NOW_S - 30, row(NOW_S + 999_999, 1)),
    read(NOW_S + 30, row(NOW_S + 31, 5), row(NOW_S + 999_999, 1)),
  );
  assert.equal(bytes(state), 6);
});

Deno.test("applyBandwidth counts current rows although others lie far in the future", () => {
  let state = after(clock(NOW_S), read(NOW_S - 30));
  // Plex's clock was wrong for a moment; the row it wrote then is in every answer from now on.
  const future = row(NOW_S + 999_999, 1);
  for (let elapsedS = 20; elapsedS <= 200; elapsedS += 20) {
    state = reduce(state, clock(NOW_S + elapsedS));
    const sinceS = bandwidthSince(state) ?? 0;
    const rows = [row(NOW_S + elapsedS - 1, 10), future].filter(({ atS }) => atS >= sinceS);
    state = reduce(state, read(sinceS, ...rows));
  }
  assert.equal(bytes(state), 101);
});

Deno.test("applyBandwidth counts current rows if Plex's clock repeats a time that has rows", () => {
  const before = Array.from({ length: 60 }, (_, second) => row(NOW_S + second, 7));
  let state = after(clock(NOW_S), readAll(NOW_S - 30, before));
  let counted = 0;
  for (let second = 20; second <= 40; second += 20) {
    state = reduce(state, clock(NOW_S + second));
    const since = bandwidthSince(state) ?? 0;
    assert.ok(since <= NOW_S + second - 20, "rows that are written now are requested");
    const current = row(NOW_S + second - 1, 7 + 100);
    state = reduce(state, readAll(since, [...before, current].filter(({ atS }) => atS >= since)));
    counted += 100;
    assert.equal(bytes(state), counted);
  }
});

Deno.test("applyBandwidth counts bytes of users over the limit under `other`", () => {
  const accounts = new Map(Array.from({ length: 230 }, (_, id) => [String(id), `user ${id}`]));
  const rows = [...accounts.keys()].map((accountId) => row(NOW_S, 1, { accountId }));
  const state = after(
    clock(NOW_S),
    read(NOW_S - 30),
    { type: "bandwidth_read", at: START, sinceS: NOW_S - 30, rows, accounts, devices: DEVICES },
  );
  const byUser = seriesOf(state.bandwidth.byUser);
  assert.equal(byUser.length, LIMITS.users + 1);
  assert.equal(byUser.find(({ key }) => key.user === "other")?.value, 30);
  assert.equal(bytes(state), 230);
  assert.equal(counters(state).get("dropped userBytes"), 30);
});

Deno.test("the limit of users is common to bytes and plays, also after the first session list", () => {
  const accounts = new Map(Array.from({ length: 200 }, (_, id) => [String(id), `user ${id}`]));
  const rows = [...accounts.keys()].map((accountId) => row(NOW_S, 1, { accountId }));
  const state = after(
    clock(NOW_S),
    read(NOW_S - 30),
    { type: "bandwidth_read", at: START, sinceS: NOW_S - 30, rows, accounts, devices: DEVICES },
    listed(START, session({ user: "user 7" }), session({ sessionKey: "2", user: "late" })),
  );
  const users = seriesOf(state.playCounters.plays).map(({ key }) => key.user);
  assert.deepEqual(users, ["user 7", "other"]);
});
