import assert from "node:assert/strict";
import { createSocketLog } from "../../../src/plex/socket_log.ts";
import { recordingLog } from "../../testing/recording_log.ts";

const ERROR = { failure: "other", detail: "The WebSocket was closed" } as const;

function open() {
  const log = recordingLog();
  /** What an operator sees by default. */
  const logged = () =>
    log.entries.filter(({ level }) => level !== "debug").map(({ level, message }) =>
      `${level} ${message}`
    );
  return { socketLog: createSocketLog(log), logged, entries: log.entries };
}

const RECEIVING = "info Receiving notifications";
const LOST = "warn No notifications; polling until they are back";

Deno.test("createSocketLog logs once that notifications are lost, and once that they are back", () => {
  const { socketLog, logged, entries } = open();
  socketLog.opened();
  for (let nth = 0; nth < 3; nth++) {
    socketLog.lost(ERROR, false);
    socketLog.opened();
  }
  assert.deepEqual(logged(), [RECEIVING, LOST]);
  assert.deepEqual(entries[1]?.fields, ERROR);
  socketLog.stable();
  socketLog.stable();
  assert.deepEqual(logged(), [RECEIVING, LOST, "info Receiving notifications again"]);
  socketLog.lost(ERROR, false);
  assert.equal(logged().at(-1), LOST, "another error later");
});

Deno.test("createSocketLog logs no warning while Plex is down, nor when the socket is back after that", () => {
  const { socketLog, logged } = open();
  socketLog.opened();
  socketLog.lost(ERROR, true);
  socketLog.lost(ERROR, true);
  socketLog.opened();
  socketLog.stable();
  assert.deepEqual(logged(), [RECEIVING]);
  socketLog.lost(ERROR, true);
  socketLog.lost(ERROR, false);
  assert.deepEqual(logged(), [RECEIVING, LOST], "Plex is back and the socket is not");
});
