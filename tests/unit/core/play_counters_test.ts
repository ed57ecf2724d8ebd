import assert from "node:assert/strict";
import fc from "fast-check";
import { playKeys } from "../../../src/core/play_keys.ts";
import { hourOfWeek } from "../../../src/core/hour_of_week.ts";
import {
  addBufferingTime,
  addPlayTime,
  countPlay,
  emptyPlayCounters,
  LIMITS,
  openSeriesFor,
  recordDropped,
} from "../../../src/core/play_counters.ts";
import {
  type CounterVec,
  emptyCounterVec,
  type SeriesKey,
  seriesOf,
} from "../../../src/core/counter_vec.ts";
import type { PlayCounters } from "../../../src/core/state.ts";
import { session, START } from "../../testing/core_builders.ts";

const allSeries = (vec: CounterVec<SeriesKey>) => seriesOf(vec);
const total = (vec: CounterVec<SeriesKey>) =>
  allSeries(vec).reduce((sum, { value }) => sum + value, 0);
const values = (vec: CounterVec<SeriesKey>, field: string) =>
  new Set(allSeries(vec).map(({ key }) => key[field]));
const droppedSizes = ({ dropped }: PlayCounters) =>
  [...dropped].map(([family, { size }]) => [family, size]);

/** Counters with the series of `count` sessions, each changed as `changed` says. */
function opened(
  count: number,
  changed: (index: number) => Parameters<typeof session>[0],
  counters = emptyPlayCounters(0),
): PlayCounters {
  return Array.from({ length: count }, (_, index) => playKeys(session(changed(index)), undefined))
    .reduce((opened, requested) => openSeriesFor(opened, requested, 0)[0], counters);
}

Deno.test("emptyPlayCounters has each hour of the week once, at 0, and no other series", () => {
  const { hourMs, plays, playMs, dropped } = emptyPlayCounters(4);
  const hours = seriesOf(hourMs).map(({ key, value, createdAtScrape }) => {
    assert.deepEqual({ value, createdAtScrape }, { value: 0, createdAtScrape: 4 });
    return `${key.weekday} ${key.hour}`;
  });
  assert.equal(new Set(hours).size, 168);
  assert.equal(hours[0], "1 00");
  assert.equal(hours.at(-1), "7 23");
  for (const vec of [plays, playMs]) assert.deepEqual(allSeries(vec), []);
  assert.equal(dropped.size, 0);
});

Deno.test("openSeriesFor creates every series of a play at 0, and only once", () => {
  const requested = playKeys(session(), undefined);
  const [counters, keys] = openSeriesFor(emptyPlayCounters(0), requested, 2);
  assert.deepEqual(keys, requested);
  for (const family of ["plays", "playMs", "streamMs", "titleMs", "bufferingMs"] as const) {
    const series = allSeries(counters[family]);
    assert.deepEqual(
      series.map(({ value, createdAtScrape }) => [value, createdAtScrape]),
      [[0, 2]],
      family,
    );
  }
  assert.deepEqual(openSeriesFor(counters, requested, 5)[0], counters);
});

Deno.test("openSeriesFor creates no stream series for a play without video", () => {
  const requested = playKeys(session({ videoDecision: "none" }), undefined);
  const [counters, keys] = openSeriesFor(emptyPlayCounters(0), requested, 0);
  assert.deepEqual(seriesOf(counters.streamMs), []);
  assert.equal(keys.streamMs, undefined);
});

Deno.test("openSeriesFor replaces values over their limit by `other` and keeps the first ones", () => {
  const users = opened(LIMITS.users + 5, (index) => ({ user: `user ${index}` }));
  const names = values(users.plays, "user");
  assert.equal(names.size, LIMITS.users + 1);
  assert.ok(names.has("user 0") && names.has("other") && !names.has(`user ${LIMITS.users}`));

  const platforms = opened(
    LIMITS.platforms + 5,
    (index) => ({ player: { ...session().player, platform: `platform ${index}` } }),
  );
  assert.equal(values(platforms.bufferingMs, "platform").size, LIMITS.platforms + 1);

  const titles = opened(LIMITS.titles + 5, (index) => ({ title: `title ${index}` }));
  assert.equal(values(titles.titleMs, "title").size, LIMITS.titles + 1);
  assert.deepEqual(droppedSizes(titles), [["titleMs", 5]]);
});

Deno.test("openSeriesFor counts keys over a vector's capacity in one series that is `other` throughout", () => {
  assert.equal(emptyPlayCounters(0).streamMs.capacity, LIMITS.series);
  // A small capacity is used up sooner.
  const small = { ...emptyPlayCounters(0), streamMs: emptyCounterVec<never>(3) };
  const counters = opened(
    5,
    (index) => ({ output: { ...session().output, videoCodec: `codec ${index}` } }),
    small,
  );
  const series = seriesOf(counters.streamMs);
  assert.equal(series.length, 4);
  assert.deepEqual(new Set(Object.values(series.at(-1)?.key ?? {})), new Set(["other"]));
  assert.deepEqual(droppedSizes(counters), [["streamMs", 2]]);
});

Deno.test("countPlay adds 1 play and no time", () => {
  const [open, keys] = openSeriesFor(emptyPlayCounters(0), playKeys(session(), undefined), 0);
  const counters = countPlay(open, keys);
  assert.equal(total(counters.plays), 1);
  assert.equal(total(counters.playMs), 0);
});

Deno.test("addPlayTime adds the whole span to every vector, and its share to each hour", () => {
  const requested = playKeys(session(), undefined);
  const [open, keys] = openSeriesFor(emptyPlayCounters(0), requested, 0);
  const zone = fc.constantFrom("UTC", "Asia/Kathmandu", "Europe/Berlin", "+05:37");
  const from = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
  fc.assert(fc.property(from, fc.integer({ min: 1, max: 7_200_000 }), zone, (at, ms, zone) => {
    const counters = addPlayTime(open, keys, at, ms, zone);
    for (const family of ["playMs", "titleMs", "streamMs", "hourMs"] as const) {
      assert.equal(total(counters[family]), ms, family);
    }
    assert.equal(total(counters.bufferingMs), 0);
    const { weekday, hour } = hourOfWeek(at, zone);
    const first = seriesOf(counters.hourMs).find(({ key }) =>
      key.weekday === String(weekday) && Number(key.hour) === hour
    );
    assert.ok((first?.value ?? 0) > 0, "the hour in which it began");
  }));
});

Deno.test("addPlayTime splits a span where an hour of the week ends", () => {
  const [open, keys] = openSeriesFor(emptyPlayCounters(0), playKeys(session(), undefined), 0);
  const midnight = START + 12 * 3_600_000;
  const { hourMs } = addPlayTime(open, keys, midnight - 10_000, 30_000, "UTC");
  const credited = seriesOf(hourMs).filter(({ value }) => value > 0)
    .map(({ key, value }) => [key.weekday, key.hour, value]);
  assert.deepEqual(credited, [["1", "23", 10_000], ["2", "00", 20_000]]);
});

Deno.test("addBufferingTime adds to buffering time only", () => {
  const [open, keys] = openSeriesFor(emptyPlayCounters(0), playKeys(session(), undefined), 0);
  const counters = addBufferingTime(open, keys, 700);
  assert.equal(total(counters.bufferingMs), 700);
  assert.equal(total(counters.playMs), 0);
});

Deno.test("recordDropped counts each key once per family, up to a limit", () => {
  const often = recordDropped(
    recordDropped(recordDropped(emptyPlayCounters(0), "plays", "a"), "sessions", "a"),
    "plays",
    "a",
  );
  assert.deepEqual(droppedSizes(often), [["plays", 1], ["sessions", 1]]);
  const many = Array.from({ length: LIMITS.dropped + 5 }, (_, index) => String(index))
    .reduce((counters, key) => recordDropped(counters, "plays", key), often);
  assert.deepEqual(droppedSizes(many), [["plays", LIMITS.dropped], ["sessions", 1]]);
});
