import assert from "node:assert/strict";
import { recordingLog } from "../../../src/log/mod.ts";
import { createSocketLog } from "../../../src/plex/socket_log.ts";

const TROUBLE = { failure: "other", detail: "The WebSocket was closed" } as const;

function openHearing() {
  const log = recordingLog();
  /** What an operator sees by default. */
  const said = () =>
    log.entries.filter(({ level }) => level !== "debug").map(({ level, message }) =>
      `${level} ${message}`
    );
  return { hearing: createSocketLog(log), said, entries: log.entries };
}

const RECEIVING = "info Receiving notifications";
const LOST = "warn No notifications; polling until they are back";

Deno.test("createHearing says once that notifications are lost, and once that they are back", () => {
  const { hearing, said, entries } = openHearing();
  hearing.opened();
  for (let nth = 0; nth < 3; nth++) {
    hearing.lost(TROUBLE, false);
    hearing.opened();
  }
  assert.deepEqual(said(), [RECEIVING, LOST]);
  assert.deepEqual(entries[1]?.fields, TROUBLE);
  hearing.stable();
  hearing.stable();
  assert.deepEqual(said(), [RECEIVING, LOST, "info Receiving notifications again"]);
  hearing.lost(TROUBLE, false);
  assert.equal(said().at(-1), LOST, "another trouble later");
});

Deno.test("createHearing leaves it to the poll to say that Plex is down, and tells nothing after it", () => {
  const { hearing, said } = openHearing();
  hearing.opened();
  hearing.lost(TROUBLE, true);
  hearing.lost(TROUBLE, true);
  hearing.opened();
  hearing.stable();
  assert.deepEqual(said(), [RECEIVING]);
  hearing.lost(TROUBLE, true);
  hearing.lost(TROUBLE, false);
  assert.deepEqual(said(), [RECEIVING, LOST], "Plex is back and the socket is not");
});
