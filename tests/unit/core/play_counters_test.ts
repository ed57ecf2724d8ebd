import assert from "node:assert/strict";
import fc from "fast-check";
import { playLabels } from "../../../src/core/play_labels.ts";
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
import { type CounterVec, emptyCounterVec, seriesOf } from "../../../src/core/counter_vec.ts";
import type { PlayCounters } from "../../../src/core/state.ts";
import { session, START } from "../../testing/core_builders.ts";

const total = (ledger: CounterVec) => seriesOf(ledger).reduce((sum, { value }) => sum + value, 0);

/** A history in which as many sessions were opened, each changed as `changed` says. */
function opened(
  many: number,
  changed: (index: number) => Parameters<typeof session>[0],
  history = emptyPlayCounters(0),
): PlayCounters {
  return Array.from({ length: many }, (_, index) => playLabels(session(changed(index)), undefined))
    .reduce((opened, wanted) => openSeriesFor(opened, wanted, 0)[0], history);
}

const values = (ledger: CounterVec, label: string) =>
  new Set(seriesOf(ledger).map(({ labels }) => labels[label]));

Deno.test("emptyHistory has each hour of the week once, at 0, and no other series", () => {
  const { hourMs, plays, playMs, dropped } = emptyPlayCounters(4);
  const hours = seriesOf(hourMs).map(({ labels, value, createdAtScrape }) => {
    assert.deepEqual({ value, createdAtScrape }, { value: 0, createdAtScrape: 4 });
    return `${labels["weekday"]} ${labels["hour"]}`;
  });
  assert.equal(new Set(hours).size, 168);
  assert.equal(hours[0], "1 00");
  assert.equal(hours.at(-1), "7 23");
  for (const ledger of [plays, playMs]) assert.deepEqual(seriesOf(ledger), []);
  assert.equal(dropped.size, 0);
});

Deno.test("openAccounts opens every series of the accounts at 0, and again changes nothing", () => {
  const wanted = playLabels(session(), undefined);
  const [history, accounts] = openSeriesFor(emptyPlayCounters(0), wanted, 2);
  assert.deepEqual(accounts, wanted);
  for (const family of ["plays", "playMs", "streamMs", "titleMs", "bufferingMs"] as const) {
    const series = seriesOf(history[family]);
    assert.deepEqual(
      series.map(({ value, createdAtScrape }) => [value, createdAtScrape]),
      [[0, 2]],
      family,
    );
  }
  assert.deepEqual(openSeriesFor(history, wanted, 5)[0], history);
});

Deno.test("openAccounts opens no stream series for what has no video", () => {
  const wanted = playLabels(session({ videoDecision: "none" }), undefined);
  const [history, accounts] = openSeriesFor(emptyPlayCounters(0), wanted, 0);
  assert.deepEqual(seriesOf(history.streamMs), []);
  assert.equal(accounts.streamMs, undefined);
});

Deno.test("openAccounts sends names over their cap to `other`, and keeps those that came first", () => {
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
  assert.deepEqual([...titles.dropped].map(([family, { size }]) => [family, size]), [[
    "titleMs",
    5,
  ]]);
});

Deno.test("openAccounts sends label sets over the family's cap to one that is `other` throughout", () => {
  assert.equal(emptyPlayCounters(0).streamMs.capacity, LIMITS.series);
  // A small family is over its cap sooner.
  const small = { ...emptyPlayCounters(0), streamMs: emptyCounterVec(3) };
  const history = opened(
    5,
    (index) => ({ output: { ...session().output, videoCodec: `codec ${index}` } }),
    small,
  );
  const series = seriesOf(history.streamMs);
  assert.equal(series.length, 4);
  assert.deepEqual(new Set(Object.values(series.at(-1)?.labels ?? {})), new Set(["other"]));
  assert.deepEqual([...history.dropped].map(([family, { size }]) => [family, size]), [
    ["streamMs", 2],
  ]);
});

Deno.test("countPlay counts 1 and credits no time", () => {
  const [open, accounts] = openSeriesFor(emptyPlayCounters(0), playLabels(session(), undefined), 0);
  const history = countPlay(open, accounts);
  assert.equal(total(history.plays), 1);
  assert.equal(total(history.playMs), 0);
});

Deno.test("creditPlaying credits every family the whole span, and each hour its share", () => {
  const wanted = playLabels(session(), undefined);
  const [open, accounts] = openSeriesFor(emptyPlayCounters(0), wanted, 0);
  const zone = fc.constantFrom("UTC", "Asia/Kathmandu", "Europe/Berlin", "+05:37");
  const from = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
  fc.assert(fc.property(from, fc.integer({ min: 1, max: 7_200_000 }), zone, (at, ms, zone) => {
    const history = addPlayTime(open, accounts, at, ms, zone);
    for (const family of ["playMs", "titleMs", "streamMs", "hourMs"] as const) {
      assert.equal(total(history[family]), ms, family);
    }
    assert.equal(total(history.bufferingMs), 0);
    const { weekday, hour } = hourOfWeek(at, zone);
    const first = seriesOf(history.hourMs).find(({ labels }) =>
      labels["weekday"] === String(weekday) && Number(labels["hour"]) === hour
    );
    assert.ok((first?.value ?? 0) > 0, "the hour in which it began");
  }));
});

Deno.test("creditPlaying splits a span where an hour of the week ends", () => {
  const [open, accounts] = openSeriesFor(emptyPlayCounters(0), playLabels(session(), undefined), 0);
  const midnight = START + 12 * 3_600_000;
  const { hourMs } = addPlayTime(open, accounts, midnight - 10_000, 30_000, "UTC");
  const credited = seriesOf(hourMs).filter(({ value }) => value > 0)
    .map(({ labels, value }) => [labels["weekday"], labels["hour"], value]);
  assert.deepEqual(credited, [["1", "23", 10_000], ["2", "00", 20_000]]);
});

Deno.test("creditBuffering credits waiting alone", () => {
  const [open, accounts] = openSeriesFor(emptyPlayCounters(0), playLabels(session(), undefined), 0);
  const history = addBufferingTime(open, accounts, 700);
  assert.equal(total(history.bufferingMs), 700);
  assert.equal(total(history.playMs), 0);
});

Deno.test("drop counts each series once, by family, up to a bound", () => {
  const often = recordDropped(
    recordDropped(recordDropped(emptyPlayCounters(0), "plays", "a"), "sessions", "a"),
    "plays",
    "a",
  );
  const sizes = ({ dropped }: PlayCounters) =>
    [...dropped].map(([family, { size }]) => [family, size]);
  assert.deepEqual(sizes(often), [["plays", 1], ["sessions", 1]]);
  const many = Array.from({ length: LIMITS.dropped + 5 }, (_, index) => String(index))
    .reduce((history, key) => recordDropped(history, "plays", key), often);
  assert.deepEqual(sizes(many), [["plays", LIMITS.dropped], ["sessions", 1]]);
});
