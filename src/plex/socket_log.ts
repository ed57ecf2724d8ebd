/**
 * Logs the state of the notification socket: once that it is lost while Plex itself answers, and
 * once that it is back. While Plex is down, the lost socket is not logged again.
 */
import { createLogOnce } from "../log/log_once.ts";
import type { Log } from "../log/mod.ts";
import type { RequestError } from "./errors.ts";

/** Receives what happens to the socket. */
export interface SocketLog {
  opened(): void;
  /** The socket has held for so long that it counts as stable. May be called repeatedly. */
  stable(): void;
  /** `isPlexDown`: Plex does not answer requests either, which is logged with the failed poll. */
  lost(error: RequestError, isPlexDown: boolean): void;
}

/** Creates the log of one server's socket. */
export function createSocketLog(log: Log): SocketLog {
  const logOnce = createLogOnce(log);
  let wasOpen = false;
  return {
    opened() {
      log[wasOpen ? "debug" : "info"]("Receiving notifications");
      wasOpen = true;
    },
    stable() {
      if (logOnce.clear()) log.info("Receiving notifications again");
    },
    lost({ failure, detail }, isPlexDown) {
      const line = ["No notifications; polling until they are back", { failure, detail }] as const;
      if (isPlexDown || !logOnce.report("warn", ...line)) log.debug(...line);
    },
  };
}
