import assert from "node:assert/strict";
import fc from "fast-check";
import { countDownloads, replaceAccounts, unknownDownloader } from "../../../src/core/downloads.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import { LIMITS } from "../../../src/core/cardinality.ts";
import type { ServerState } from "../../../src/core/state.ts";
import { after, listed, SERVER, START } from "../../testing/core_builders.ts";
import { counters } from "../../testing/counters.ts";

const S = 1_000;

const described: ServerEvent = { type: "server_described", at: START, server: SERVER };

const accounts = (...entries: readonly (readonly [string, string])[]): ServerEvent => ({
  type: "accounts_listed",
  at: START,
  accounts: new Map(entries),
});

const bobAndEve = accounts(["1", "bob"], ["2", "eve"]);

/** A list of activities: one download of each of these accounts. */
function downloads(...ids: readonly string[]): ServerEvent {
  const activities = new Map(
    ids.map((downloaderId, index) =>
      [String(index), { type: "download", downloaderId } as const] as const
    ),
  );
  return { type: "activities_listed", at: START, activities };
}

function counted(state: ServerState, at = START): Record<string, number> {
  return Object.fromEntries(countDownloads(state, at).map(([{ user }, value]) => [user, value]));
}

const up = [described, listed(START)];

Deno.test("countDownloads counts by user, with 0 for those who download nothing", () => {
  assert.deepEqual(counted(after(...up, bobAndEve, downloads())), { bob: 0, eve: 0 });
  assert.deepEqual(counted(after(...up, bobAndEve, downloads("2", "2"))), { bob: 0, eve: 2 });
});

Deno.test("countDownloads adds up accounts with the same name, as hidden ones have", () => {
  const hidden = accounts(["1", "hidden"], ["2", "hidden"]);
  assert.deepEqual(counted(after(...up, hidden, downloads("1", "2"))), { hidden: 2 });
});

Deno.test("countDownloads shows a download of an account without a name as `unknown`", () => {
  assert.deepEqual(counted(after(...up, bobAndEve, downloads("9", ""))), {
    bob: 0,
    eve: 0,
    unknown: 2,
  });
});

Deno.test("countDownloads ignores other activities", () => {
  const activities = new Map([["a", { type: "download" } as const]]);
  const state = after(...up, bobAndEve, { type: "activities_listed", at: START, activities });
  assert.deepEqual(counted(state), { bob: 0, eve: 0 });
});

Deno.test("countDownloads is empty while accounts, activities or the server are not known", () => {
  assert.deepEqual(counted(after(...up, downloads("1"))), {}, "no accounts");
  assert.deepEqual(counted(after(...up, bobAndEve)), {}, "no activities");
  assert.deepEqual(counted(after(listed(START), bobAndEve, downloads("1"))), {}, "no server");
  const state = after(...up, bobAndEve, downloads("1"));
  assert.deepEqual(counted(state, START + 181 * S), {}, "activities are stale");
});

Deno.test("countDownloads is empty for a server without Plex Pass", () => {
  const server = { ...SERVER, plexPass: false };
  const state = after(
    listed(START),
    { type: "server_described", at: START, server },
    bobAndEve,
    downloads(),
  );
  assert.deepEqual(counted(state), {});
});

Deno.test("replaceAccounts keeps the key object of a user, which label text is cached by", () => {
  const before = after(bobAndEve);
  const renamed = replaceAccounts(before, new Map([["1", "bob"], ["2", "mallory"], ["3", "eve"]]));
  assert.equal(renamed.accounts?.get("1"), before.accounts?.get("1"));
  assert.equal(renamed.accounts?.get("3"), before.accounts?.get("2"));
  assert.deepEqual([...renamed.accounts?.values() ?? []].map(({ user }) => user), [
    "bob",
    "mallory",
    "eve",
  ]);
});

Deno.test("users over the limit are counted together as `other`", () => {
  const many = Array.from(
    { length: LIMITS.users + 3 },
    (_, id) => [String(id), `user ${id}`] as const,
  );
  const state = after(...up, accounts(...many), downloads("0", "200", "202"));
  const shown = counted(state);
  assert.equal(Object.keys(shown).length, LIMITS.users + 1);
  assert.deepEqual([shown["user 0"], shown["other"]], [1, 2]);
  assert.equal(counters(state).get("dropped downloads"), 3);
});

Deno.test("the accounts of a server are dropped when another one answers at the address", () => {
  const other = { ...SERVER, id: "other" };
  const state = after(...up, bobAndEve, downloads("1"), {
    type: "server_described",
    at: START,
    server: other,
  });
  assert.equal(state.accounts, undefined);
});

Deno.test("unknownDownloader names an account that has no name yet", () => {
  assert.equal(unknownDownloader(after(...up, downloads("2"))), "2");
  assert.equal(unknownDownloader(after(...up, bobAndEve, downloads("2", "3"))), "3");
  assert.equal(unknownDownloader(after(...up, bobAndEve, downloads("1", ""))), undefined);
});

Deno.test("the downloads of all users add up to those that Plex lists, and each user is there once", () => {
  const id = fc.constantFrom("1", "2", "3", "9", "");
  const names = fc.array(
    fc.tuple(fc.constantFrom("1", "2", "3"), fc.constantFrom("bob", "eve", "ann")),
  );
  fc.assert(fc.property(fc.array(names), fc.array(id), (lists, ids) => {
    const state = after(
      ...up,
      accounts(),
      ...lists.map((list) => accounts(...list)),
      downloads(...ids),
    );
    const values = countDownloads(state, START);
    assert.equal(values.reduce((sum, [, value]) => sum + value, 0), ids.length);
    const users = values.map(([{ user }]) => user);
    assert.equal(new Set(users).size, users.length);
  }));
});
