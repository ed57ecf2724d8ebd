import assert from "node:assert/strict";
import { primaryFor } from "../../../src/core/duplicate_servers.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import { after, SERVER, START } from "../../testing/core_builders.ts";

const told = (at: number, id = SERVER.id): ServerEvent => ({
  type: "server_described",
  at,
  server: { ...SERVER, id },
});

Deno.test("originalOf knows none for servers of their own, and for those not known yet", () => {
  const states = [after(told(START, "a")), after(told(START, "b")), after(), after()];
  for (const state of states) assert.equal(primaryFor(states, state), undefined);
});

Deno.test("originalOf is the one that told its identity first, in whatever order they stand", () => {
  const late = after(told(START + 9_000));
  const early = after(told(START), told(START + 20_000));
  for (const states of [[late, early], [early, late]]) {
    assert.equal(primaryFor(states, early), undefined);
    assert.equal(primaryFor(states, late), early);
  }
});

Deno.test("originalOf takes the first in order where both told theirs at once", () => {
  const states = [after(told(START)), after(told(START))];
  assert.equal(primaryFor(states, states[0] ?? after()), undefined);
  assert.equal(primaryFor(states, states[1] ?? after()), states[0]);
});

Deno.test("originalOf counts from when the present identity was told", () => {
  const moved = after(told(START, "other"), told(START + 9_000));
  const stayed = after(told(START + 5_000));
  assert.equal(primaryFor([moved, stayed], moved), stayed);
});
