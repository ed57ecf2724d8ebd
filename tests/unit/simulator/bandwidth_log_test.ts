/** Rows of bytes by second (docs/plex/api.md#late-rows). */
import assert from "node:assert/strict";
import { BandwidthLog, type BandwidthRow } from "../../../src/simulator/bandwidth_log.ts";
import { createRandom } from "../../../src/simulator/random.ts";

const SECOND = 1_800_000_000;

function sent(changed: Partial<BandwidthRow> = {}): BandwidthRow {
  return { atS: SECOND, accountId: 1, deviceId: 4, lan: true, bytes: 1_000, ...changed };
}

function bytesOf(log: BandwidthLog, nowMs: number): number {
  return log.rows(nowMs).reduce((sum, { bytes }) => sum + bytes, 0);
}

Deno.test("a row is shown late, then grows, and within ten seconds has all its bytes", () => {
  const log = new BandwidthLog(createRandom(1));
  for (let nth = 0; nth < 200; nth += 1) log.record(sent({ atS: SECOND + nth }), 0);
  assert.equal(bytesOf(log, 299), 0);
  const partial = log.rows(1_000);
  assert.ok(partial.length > 150 && partial.length < 200, "most are shown, some come late");
  assert.ok(partial.every(({ bytes }) => bytes === 400));
  let before = 0;
  for (let nowMs = 0; nowMs <= 10_000; nowMs += 100) {
    const bytes = bytesOf(log, nowMs);
    assert.ok(bytes >= before, "rows only grow");
    before = bytes;
  }
  assert.equal(before, 200_000);
});

Deno.test("a second has one row per account, device and network, also when the clock goes back", () => {
  const log = new BandwidthLog(createRandom(1));
  log.record(sent(), 0);
  log.record(sent({ bytes: 500 }), 3_600_000);
  for (const changed of [{ accountId: 0 }, { deviceId: 5 }, { lan: false }]) {
    log.record(sent(changed), 0);
  }
  const rows = log.rows(Number.MAX_SAFE_INTEGER);
  assert.deepEqual(rows.map(({ bytes }) => bytes), [1_500, 1_000, 1_000, 1_000]);
});

Deno.test("rows can be asked for from a second on", () => {
  const log = new BandwidthLog(createRandom(1));
  for (const atS of [SECOND, SECOND + 1, SECOND + 2]) log.recordPast(sent({ atS }));
  assert.deepEqual(log.rows(0, SECOND + 1).map(({ atS }) => atS), [SECOND + 1, SECOND + 2]);
});

Deno.test("the total has every byte of the simulation, shown or not, by account, device and network", () => {
  const log = new BandwidthLog(createRandom(1));
  log.recordPast(sent({ bytes: 1 }));
  log.record(sent({ bytes: 10 }), 0);
  log.record(sent({ bytes: 100, lan: false }), 0);
  log.record(sent({ bytes: 1_000, accountId: 11, deviceId: 5 }), 0);
  assert.equal(bytesOf(log, 0), 1);
  assert.deepEqual(
    [
      log.total(),
      log.total({ accountId: 1 }),
      log.total({ lan: true }),
      log.total({ accountId: 2 }),
      log.total({ deviceId: 4 }),
      log.total({ deviceId: 5, lan: false }),
    ],
    [1_110, 110, 1_010, 0, 110, 0],
  );
});

Deno.test("rows are forgotten after an hour, and no total and no bin goes with them", () => {
  const log = new BandwidthLog(createRandom(1));
  log.record(sent(), 0);
  log.record(sent({ atS: SECOND + 3_600 }), 0);
  log.prune(SECOND + 3_899);
  assert.equal(log.rows(Number.MAX_SAFE_INTEGER).length, 2);
  log.prune(SECOND + 3_900);
  assert.deepEqual(log.rows(Number.MAX_SAFE_INTEGER).map(({ atS }) => atS), [SECOND + 3_600]);
  assert.equal(log.total(), 2_000);
  assert.equal(log.bins.total(-Infinity, Infinity), 2_000);
});
