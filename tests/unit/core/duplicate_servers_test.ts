import assert from "node:assert/strict";
import { primaryFor } from "../../../src/core/duplicate_servers.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import { reduce } from "../../../src/core/reduce.ts";
import { restoreServer } from "../../../src/core/restored_server.ts";
import { saveEmpty } from "../../../src/core/saved_server.ts";
import { after, SERVER, START } from "../../testing/core_builders.ts";

const identified = (at: number, id = SERVER.id): ServerEvent => ({
  type: "server_described",
  at,
  server: { ...SERVER, id },
});

Deno.test("primaryFor is undefined for distinct servers, and for those not identified yet", () => {
  const states = [after(identified(START, "a")), after(identified(START, "b")), after(), after()];
  for (const state of states) assert.equal(primaryFor(states, state), undefined);
});

Deno.test("primaryFor is the state that was identified first, in any order", () => {
  const late = after(identified(START + 9_000));
  const early = after(identified(START), identified(START + 20_000));
  for (const states of [[late, early], [early, late]]) {
    assert.equal(primaryFor(states, early), undefined);
    assert.equal(primaryFor(states, late), early);
  }
});

Deno.test("primaryFor is the first in order if both were identified at the same time", () => {
  const states = [after(identified(START)), after(identified(START))];
  assert.equal(primaryFor(states, states[0] ?? after()), undefined);
  assert.equal(primaryFor(states, states[1] ?? after()), states[0]);
});

Deno.test("primaryFor compares when the current server was identified", () => {
  const moved = after(identified(START, "other"), identified(START + 9_000));
  const stayed = after(identified(START + 5_000));
  assert.equal(primaryFor([moved, stayed], moved), stayed);
});

Deno.test("primaryFor prefers an address where the server is to one where it was before a restart", () => {
  const restored = restoreServer(after(), saveEmpty(after(), SERVER));
  const found = after(identified(START + 9_000));
  assert.equal(primaryFor([restored, found], restored), found);
  assert.equal(primaryFor([restored, found], found), undefined);
  const confirmed = reduce(restored, identified(START + 5_000));
  assert.equal(primaryFor([confirmed, found], found), confirmed);
});
