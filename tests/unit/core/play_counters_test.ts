import assert from "node:assert/strict";
import fc from "fast-check";
import { LIMITS } from "../../../src/core/cardinality.ts";
import { type CounterVec, type SeriesKey, seriesOf } from "../../../src/core/counter_vec.ts";
import { hourOfWeek } from "../../../src/core/hour_of_week.ts";
import {
  addBufferingTime,
  addPlayTime,
  countPlay,
  emptyPlayCounters,
  ensurePlaySeries,
  type PlayCounters,
} from "../../../src/core/play_counters.ts";
import { type PlayKeys, playKeys } from "../../../src/core/play_keys.ts";
import { initialState, type ServerState } from "../../../src/core/state.ts";
import { NO_SCRAPES } from "../../../src/core/scrapes.ts";
import { session, START } from "../../testing/core_builders.ts";

const allSeries = (vec: CounterVec<SeriesKey>) => seriesOf(vec);
const total = (vec: CounterVec<SeriesKey>) =>
  allSeries(vec).reduce((sum, { value }) => sum + value, 0);
const values = (vec: CounterVec<SeriesKey>, field: string) =>
  new Set(allSeries(vec).map(({ key }) => key[field]));

/** A state with no plays in which scrape 2 has begun. */
const INITIAL: ServerState = {
  ...initialState("plex.example:32400", "UTC"),
  scrapes: { ...NO_SCRAPES, begun: 2 },
};

/** The state with the series of `count` sessions, each changed as `changed` says. */
function opened(
  count: number,
  changed: (index: number) => Parameters<typeof session>[0],
): ServerState {
  return Array.from({ length: count }, (_, index) => playKeys(session(changed(index)), undefined))
    .reduce((state, requested) => ensurePlaySeries(state, requested)[0], INITIAL);
}

/** Counters with the series of one play, and its keys. */
function onePlay(): [PlayCounters, PlayKeys] {
  const [{ playCounters }, keys] = ensurePlaySeries(INITIAL, playKeys(session(), undefined));
  return [playCounters, keys];
}

Deno.test("emptyPlayCounters has each hour of the week once, at 0, and no other series", () => {
  const { hourMs, plays, playMs } = emptyPlayCounters(4);
  const hours = seriesOf(hourMs).map(({ key, value, createdAtScrape }) => {
    assert.deepEqual({ value, createdAtScrape }, { value: 0, createdAtScrape: 4 });
    return `${key.weekday} ${key.hour}`;
  });
  assert.equal(new Set(hours).size, 168);
  assert.equal(hours[0], "1 00");
  assert.equal(hours.at(-1), "7 23");
  for (const vec of [plays, playMs]) assert.deepEqual(allSeries(vec), []);
});

Deno.test("ensurePlaySeries creates every series of a play at 0, and only once", () => {
  const requested = playKeys(session(), undefined);
  const [state, keys] = ensurePlaySeries(INITIAL, requested);
  assert.deepEqual(keys, requested);
  for (const family of ["plays", "playMs", "streamMs", "titleMs", "bufferingMs"] as const) {
    const series = allSeries(state.playCounters[family]);
    assert.deepEqual(
      series.map(({ value, createdAtScrape }) => [value, createdAtScrape]),
      [[0, 2]],
      family,
    );
  }
  const later = { ...state, scrapes: { ...state.scrapes, begun: 5 } };
  assert.deepEqual(ensurePlaySeries(later, requested)[0], later);
});

Deno.test("ensurePlaySeries creates no stream series for a play without video", () => {
  const requested = playKeys(session({ videoDecision: "none" }), undefined);
  const [{ playCounters }, keys] = ensurePlaySeries(INITIAL, requested);
  assert.deepEqual(seriesOf(playCounters.streamMs), []);
  assert.equal(keys.streamMs, undefined);
});

Deno.test("ensurePlaySeries replaces values over their limit by `other` and keeps the first ones", () => {
  const users = opened(LIMITS.users + 5, (index) => ({ user: `user ${index}` }));
  const names = values(users.playCounters.plays, "user");
  assert.equal(names.size, LIMITS.users + 1);
  assert.ok(names.has("user 0") && names.has("other") && !names.has(`user ${LIMITS.users}`));

  const platforms = opened(
    LIMITS.platforms + 5,
    (index) => ({ player: { ...session().player, platform: `platform ${index}` } }),
  );
  assert.equal(values(platforms.playCounters.bufferingMs, "platform").size, LIMITS.platforms + 1);

  const titles = opened(LIMITS.titles + 5, (index) => ({ title: `title ${index}` }));
  assert.equal(values(titles.playCounters.titleMs, "title").size, LIMITS.titles + 1);
  const dropped = [...titles.cardinality.dropped].map(([family, { size }]) => [family, size]);
  assert.deepEqual(dropped, [["titleMs", 5]]);
});

Deno.test("emptyPlayCounters limits the series of every vector whose keys come from Plex", () => {
  const { plays, playMs, streamMs, titleMs, bufferingMs } = emptyPlayCounters(0);
  const capacities = [plays, playMs, streamMs, titleMs, bufferingMs].map(({ capacity }) =>
    capacity
  );
  assert.deepEqual(new Set(capacities), new Set([LIMITS.series]));
});

Deno.test("countPlay adds 1 play and no time", () => {
  const [open, keys] = onePlay();
  const counters = countPlay(open, keys);
  assert.equal(total(counters.plays), 1);
  assert.equal(total(counters.playMs), 0);
});

Deno.test("addPlayTime adds the whole span to every vector, and its share to each hour", () => {
  const [open, keys] = onePlay();
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
  const [open, keys] = onePlay();
  const midnight = START + 12 * 3_600_000;
  const { hourMs } = addPlayTime(open, keys, midnight - 10_000, 30_000, "UTC");
  const credited = seriesOf(hourMs).filter(({ value }) => value > 0)
    .map(({ key, value }) => [key.weekday, key.hour, value]);
  assert.deepEqual(credited, [["1", "23", 10_000], ["2", "00", 20_000]]);
});

Deno.test("addBufferingTime adds to buffering time only", () => {
  const [open, keys] = onePlay();
  const counters = addBufferingTime(open, keys, 700);
  assert.equal(total(counters.bufferingMs), 700);
  assert.equal(total(counters.playMs), 0);
});
