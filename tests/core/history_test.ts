import assert from "node:assert/strict";
import fc from "fast-check";
import { accountsOf } from "../../src/core/accounts.ts";
import { hourOfWeek } from "../../src/core/calendar.ts";
import {
  CAPS,
  countPlay,
  creditBuffering,
  creditPlaying,
  drop,
  emptyHistory,
  openAccounts,
} from "../../src/core/history.ts";
import { emptyLedger, type Ledger, seriesOf } from "../../src/core/ledger.ts";
import type { History } from "../../src/core/model.ts";
import { session, START } from "./build.ts";

const total = (ledger: Ledger) => seriesOf(ledger).reduce((sum, { value }) => sum + value, 0);

/** A history in which as many sessions were opened, each changed as `changed` says. */
function opened(
  many: number,
  changed: (index: number) => Parameters<typeof session>[0],
  history = emptyHistory(0),
): History {
  return Array.from({ length: many }, (_, index) => accountsOf(session(changed(index)), undefined))
    .reduce((opened, wanted) => openAccounts(opened, wanted, 0)[0], history);
}

const values = (ledger: Ledger, label: string) =>
  new Set(seriesOf(ledger).map(({ labels }) => labels[label]));

Deno.test("emptyHistory has each hour of the week once, at 0, and no other series", () => {
  const { hourMs, plays, playMs, dropped } = emptyHistory(4);
  const hours = seriesOf(hourMs).map(({ labels, value, born }) => {
    assert.deepEqual({ value, born }, { value: 0, born: 4 });
    return `${labels["weekday"]} ${labels["hour"]}`;
  });
  assert.equal(new Set(hours).size, 168);
  assert.equal(hours[0], "1 00");
  assert.equal(hours.at(-1), "7 23");
  for (const ledger of [plays, playMs]) assert.deepEqual(seriesOf(ledger), []);
  assert.equal(dropped.size, 0);
});

Deno.test("openAccounts opens every series of the accounts at 0, and again changes nothing", () => {
  const wanted = accountsOf(session(), undefined);
  const [history, accounts] = openAccounts(emptyHistory(0), wanted, 2);
  assert.deepEqual(accounts, wanted);
  for (const family of ["plays", "playMs", "streamMs", "titleMs", "bufferingMs"] as const) {
    const series = seriesOf(history[family]);
    assert.deepEqual(series.map(({ value, born }) => [value, born]), [[0, 2]], family);
  }
  assert.deepEqual(openAccounts(history, wanted, 5)[0], history);
});

Deno.test("openAccounts opens no stream series for what has no video", () => {
  const wanted = accountsOf(session({ videoDecision: "none" }), undefined);
  const [history, accounts] = openAccounts(emptyHistory(0), wanted, 0);
  assert.deepEqual(seriesOf(history.streamMs), []);
  assert.equal(accounts.streamMs, undefined);
});

Deno.test("openAccounts sends names over their cap to `other`, and keeps those that came first", () => {
  const users = opened(CAPS.users + 5, (index) => ({ user: `user ${index}` }));
  const names = values(users.plays, "user");
  assert.equal(names.size, CAPS.users + 1);
  assert.ok(names.has("user 0") && names.has("other") && !names.has(`user ${CAPS.users}`));

  const platforms = opened(
    CAPS.platforms + 5,
    (index) => ({ player: { ...session().player, platform: `platform ${index}` } }),
  );
  assert.equal(values(platforms.bufferingMs, "platform").size, CAPS.platforms + 1);

  const titles = opened(CAPS.titles + 5, (index) => ({ title: `title ${index}` }));
  assert.equal(values(titles.titleMs, "title").size, CAPS.titles + 1);
  assert.deepEqual([...titles.dropped].map(([family, { size }]) => [family, size]), [[
    "titleMs",
    5,
  ]]);
});

Deno.test("openAccounts sends label sets over the family's cap to one that is `other` throughout", () => {
  assert.equal(emptyHistory(0).streamMs.capacity, CAPS.series);
  // A small family is over its cap sooner.
  const small = { ...emptyHistory(0), streamMs: emptyLedger(3) };
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
  const [open, accounts] = openAccounts(emptyHistory(0), accountsOf(session(), undefined), 0);
  const history = countPlay(open, accounts);
  assert.equal(total(history.plays), 1);
  assert.equal(total(history.playMs), 0);
});

Deno.test("creditPlaying credits every family the whole span, and each hour its share", () => {
  const wanted = accountsOf(session(), undefined);
  const [open, accounts] = openAccounts(emptyHistory(0), wanted, 0);
  const zone = fc.constantFrom("UTC", "Asia/Kathmandu", "Europe/Berlin", "+05:37");
  const from = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
  fc.assert(fc.property(from, fc.integer({ min: 1, max: 7_200_000 }), zone, (at, ms, zone) => {
    const history = creditPlaying(open, accounts, at, ms, zone);
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
  const [open, accounts] = openAccounts(emptyHistory(0), accountsOf(session(), undefined), 0);
  const midnight = START + 12 * 3_600_000;
  const { hourMs } = creditPlaying(open, accounts, midnight - 10_000, 30_000, "UTC");
  const credited = seriesOf(hourMs).filter(({ value }) => value > 0)
    .map(({ labels, value }) => [labels["weekday"], labels["hour"], value]);
  assert.deepEqual(credited, [["1", "23", 10_000], ["2", "00", 20_000]]);
});

Deno.test("creditBuffering credits waiting alone", () => {
  const [open, accounts] = openAccounts(emptyHistory(0), accountsOf(session(), undefined), 0);
  const history = creditBuffering(open, accounts, 700);
  assert.equal(total(history.bufferingMs), 700);
  assert.equal(total(history.playMs), 0);
});

Deno.test("drop counts each series once, by family, up to a bound", () => {
  const often = drop(drop(drop(emptyHistory(0), "plays", "a"), "sessions", "a"), "plays", "a");
  const sizes = ({ dropped }: History) => [...dropped].map(([family, { size }]) => [family, size]);
  assert.deepEqual(sizes(often), [["plays", 1], ["sessions", 1]]);
  const many = Array.from({ length: CAPS.dropped + 5 }, (_, index) => String(index))
    .reduce((history, key) => drop(history, "plays", key), often);
  assert.deepEqual(sizes(many), [["plays", CAPS.dropped], ["sessions", 1]]);
});
