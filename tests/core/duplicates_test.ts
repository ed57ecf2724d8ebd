import assert from "node:assert/strict";
import { originalOf } from "../../src/core/duplicates.ts";
import type { ServerEvent } from "../../src/core/event.ts";
import { after, SERVER, START } from "./build.ts";

const told = (at: number, id = SERVER.id): ServerEvent => ({
  type: "server_described",
  at,
  server: { ...SERVER, id },
});

Deno.test("originalOf knows none for servers of their own, and for those not known yet", () => {
  const states = [after(told(START, "a")), after(told(START, "b")), after(), after()];
  for (const state of states) assert.equal(originalOf(states, state), undefined);
});

Deno.test("originalOf is the one that told its identity first, in whatever order they stand", () => {
  const late = after(told(START + 9_000));
  const early = after(told(START), told(START + 20_000));
  for (const states of [[late, early], [early, late]]) {
    assert.equal(originalOf(states, early), undefined);
    assert.equal(originalOf(states, late), early);
  }
});

Deno.test("originalOf takes the first in order where both told theirs at once", () => {
  const states = [after(told(START)), after(told(START))];
  assert.equal(originalOf(states, states[0] ?? after()), undefined);
  assert.equal(originalOf(states, states[1] ?? after()), states[0]);
});

Deno.test("originalOf counts from when the present identity was told", () => {
  const moved = after(told(START, "other"), told(START + 9_000));
  const stayed = after(told(START + 5_000));
  assert.equal(originalOf([moved, stayed], moved), stayed);
});
