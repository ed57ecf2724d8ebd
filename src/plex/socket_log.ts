/**
 * What the log is told of the notification socket: once that it is lost while Plex itself answers,
 * once that it is back. A Plex that is down takes its socket with it, which is no second trouble.
 */
import type { Log } from "../log/mod.ts";
import type { RequestError } from "./errors.ts";

/** Takes what becomes of the sockets of one server. */
export interface SocketLog {
  opened(): void;
  /** It has held for so long that it will hold; may be said again and again. */
  stable(): void;
  /** `ofPlex`: Plex does not answer what the token's owner may ask, which the poll tells. */
  lost(trouble: RequestError, ofPlex: boolean): void;
}

export function createSocketLog(log: Log): SocketLog {
  let hasHeard = false;
  let isTold = false;
  return {
    opened() {
      log[hasHeard ? "debug" : "info"]("Receiving notifications");
      hasHeard = true;
    },
    stable() {
      if (isTold) log.info("Receiving notifications again");
      isTold = false;
    },
    lost({ failure, detail }, ofPlex) {
      const isNew = !isTold && !ofPlex;
      log[isNew ? "warn" : "debug"]("No notifications; polling until they are back", {
        failure,
        detail,
      });
      isTold ||= isNew;
    },
  };
}
