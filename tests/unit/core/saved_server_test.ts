import assert from "node:assert/strict";
import type { ServerEvent } from "../../../src/core/event.ts";
import { reduce } from "../../../src/core/reduce.ts";
import { saveEmpty, saveServer } from "../../../src/core/saved_server.ts";
import { after, listed, notified, SERVER, session, START } from "../../testing/core_builders.ts";

const described: ServerEvent = { type: "server_described", at: START, server: SERVER };

Deno.test("saveServer saves nothing of a server that is not identified", () => {
  assert.equal(saveServer(after(listed(START, session()))), undefined);
  const unidentified: ServerEvent = { ...described, server: { ...SERVER, id: "" } };
  assert.equal(saveServer(after(unidentified, listed(START, session()))), undefined);
});

Deno.test("saveServer saves of a counter its value, and whether a completed scrape has shown it", () => {
  const state = after(described, listed(START, session()));
  const saved = (events: readonly ServerEvent[]) =>
    saveServer(events.reduce(reduce, state))?.playCounters.plays.map(({ value, shown }) => [
      value,
      shown,
    ]);
  const begun: ServerEvent = { type: "scrape_begun", at: START };
  const completed: ServerEvent = {
    type: "scrape_completed",
    at: START,
    scrape: 1,
    client: "::1",
    series: 1,
  };
  assert.deepEqual(saved([]), [[1, false]]);
  assert.deepEqual(saved([begun]), [[1, false]], "it may never be read");
  assert.deepEqual(saved([begun, completed]), [[1, true]]);
});

Deno.test("saveServer saves running plays, and stopped ones that a lagging list may still show", () => {
  const other = session({ sessionKey: "2", player: { ...session().player, id: "tv-2" } });
  const state = after(
    described,
    listed(START, session(), other),
    notified(START + 1_000, "stopped"),
  );
  const keys = saveServer(state)?.plays.map(({ id }) => id.split("\u0000")[0]);
  assert.deepEqual(keys, ["1", "2"]);
  const unlisted = after(described, listed(START, session(), other), listed(START + 1_000, other));
  assert.deepEqual(saveServer(unlisted)?.plays.length, 1, "a list has shown its end");
});

Deno.test("saveEmpty saves the server without counts", () => {
  const { server, plays, playCounters, address } = saveEmpty(after(described), SERVER);
  assert.deepEqual(server, SERVER);
  assert.equal(address, after().address);
  assert.deepEqual(plays, []);
  assert.deepEqual(playCounters.plays, []);
  assert.ok(playCounters.hourMs.every(({ value }) => value === 0));
});
