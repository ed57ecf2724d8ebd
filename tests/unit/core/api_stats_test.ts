import assert from "node:assert/strict";
import fc from "fast-check";
import { seriesOf } from "../../../src/core/counter_vec.ts";
import {
  countNotification,
  countRequest,
  DURATION_BOUNDS_S,
  emptyApiStats,
  ENDPOINTS,
  NOTIFICATION_TYPES,
  setConnected,
} from "../../../src/core/api_stats.ts";
import { OUTCOMES } from "../../../src/core/enums.ts";

const request = fc.record({
  at: fc.nat(),
  endpoint: fc.constantFrom(...ENDPOINTS),
  outcome: fc.constantFrom(...OUTCOMES),
  durationMs: fc.oneof(fc.nat(60_000), fc.constantFrom(5, 10, 10_000, 10_001)),
});

Deno.test("emptyApiStats has every endpoint with every outcome, and every notification type, at 0", () => {
  const { requests, notifications } = emptyApiStats();
  assert.equal(seriesOf(requests).length, ENDPOINTS.length * OUTCOMES.length);
  assert.equal(seriesOf(notifications).length, NOTIFICATION_TYPES.length);
  for (
    const { value, createdAtScrape } of [...seriesOf(requests), ...seriesOf(notifications)]
  ) {
    assert.deepEqual({ value, createdAtScrape }, { value: 0, createdAtScrape: 0 });
  }
});

Deno.test("countRequest counts each request in one bucket and one series, with its time", () => {
  fc.assert(fc.property(fc.array(request), (requests) => {
    const apiStats = requests.reduce(countRequest, emptyApiStats());
    for (const endpoint of ENDPOINTS) {
      const own = requests.filter((made) => made.endpoint === endpoint);
      const { buckets = [], totalMs } = apiStats.durations.get(endpoint) ?? {};
      assert.equal(buckets.length, DURATION_BOUNDS_S.length + 1);
      assert.equal(buckets.reduce((sum, count) => sum + count), own.length);
      assert.equal(totalMs, own.reduce((sum, { durationMs }) => sum + durationMs, 0));
      DURATION_BOUNDS_S.forEach((bound, index) => {
        const within = own.filter(({ durationMs }) => durationMs <= bound * 1000).length;
        const cumulated = buckets.slice(0, index + 1).reduce((sum, count) => sum + count);
        assert.equal(cumulated, within, `${endpoint} le ${bound}`);
      });
      const succeeded = own.filter(({ outcome }) => outcome === "ok").at(-1);
      assert.equal(apiStats.lastSuccessAt.get(endpoint), succeeded?.at);
    }
    for (const { key, value } of seriesOf(apiStats.requests)) {
      const same = requests.filter(({ endpoint, outcome }) =>
        endpoint === key.endpoint && outcome === key.outcome
      );
      assert.equal(value, same.length);
    }
  }));
});

Deno.test("countRequest treats a negative duration as 0", () => {
  const bad = { at: 1, endpoint: "/", outcome: "ok", durationMs: -5 } as const;
  const { buckets, totalMs } = countRequest(emptyApiStats(), bad).durations.get("/") ?? {};
  assert.equal(totalMs, 0);
  assert.equal(buckets?.[0], 1);
});

Deno.test("countNotification counts each notification under its type", () => {
  fc.assert(fc.property(fc.array(fc.constantFrom(...NOTIFICATION_TYPES)), (types) => {
    const apiStats = types.reduce(countNotification, emptyApiStats());
    const series = seriesOf(apiStats.notifications);
    assert.equal(series.length, NOTIFICATION_TYPES.length);
    assert.equal(series.reduce((sum, { value }) => sum + value, 0), types.length);
    const playing = series.find(({ key }) => key.type === "playing");
    assert.equal(playing?.value, types.filter((type) => type === "playing").length);
  }));
});

Deno.test("setConnected counts a connection once when the WebSocket opens", () => {
  const once = setConnected(setConnected(emptyApiStats(), true), true);
  assert.deepEqual([once.connected, once.connections], [true, 1]);
  const lost = setConnected(once, false);
  assert.deepEqual([lost.connected, lost.connections], [false, 1]);
  assert.equal(setConnected(lost, true).connections, 2);
});
