import assert from "node:assert/strict";
import { primaryFor } from "../../../src/core/duplicate_servers.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
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
