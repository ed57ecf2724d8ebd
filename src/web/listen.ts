/**
 * The exporter's HTTP server as a whole: it finds the address, keeps listening there whatever
 * happens, and says what is wrong where it can't. It does not know what is answered.
 */
import type { Log } from "../log.ts";
import { type Clock, sleep, systemClock } from "../time.ts";
import { listenText, localUrl } from "./address.ts";
import type { Handler } from "./handler.ts";
import { openSocket, type Socket } from "./socket.ts";

/** Where to listen and who answers. */
export interface ListenOptions {
  /** Absent: all addresses, IPv4 and IPv6. */
  readonly hostname?: string | undefined;
  /** 0: any free one. */
  readonly port: number;
  readonly handler: Handler;
  readonly log: Log;
  readonly clock?: Clock;
}

/** A server that listens. */
export interface WebServer {
  /** Where this machine itself reaches it, without a slash at its end. */
  readonly url: string;
  /** The real port, also if 0 was asked for. */
  readonly port: number;
  /**
   * Answers what has been asked, then closes everything; after `limitMs` also what is not done.
   * Later calls wait for the first. It never rejects.
   */
  close(limitMs: number): Promise<void>;
}

/** Why nothing can listen there: a sentence for the user, with the cause. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/** Long enough for what was dropped to be gone, short enough to miss one scrape at most. */
const reopenAfterMs = 1_000;

/** Listens. Rejects with a {@link ListenError} if that address can't be had. */
export function listen(options: ListenOptions): Promise<WebServer> {
  return Promise.try(() => serve(options));
}

function serve(options: ListenOptions): WebServer {
  const { hostname, log, clock = systemClock } = options;
  let socket = openFirst(options);
  const { port } = socket;
  const stop = new AbortController();

  const reopen = async (): Promise<Socket | undefined> => {
    while (true) {
      await sleep(clock, reopenAfterMs, stop.signal);
      if (stop.signal.aborted) return undefined;
      try {
        return open({ ...options, port });
      } catch (error) {
        log.error("Cannot listen again yet", { error });
      }
    }
  };

  // Deno.serve ends with the first connection it can't accept, as with too many open files (2.9.6).
  const keepOpen = async (): Promise<void> => {
    while (true) {
      const error = await socket.ended;
      if (error === undefined || stop.signal.aborted) return;
      log.error("The web server broke down and dropped its clients; it will listen again", {
        error,
      });
      const next = await reopen();
      if (next === undefined) return;
      socket = next;
    }
  };
  keepOpen();

  const close = (limitMs: number): Promise<void> => {
    stop.abort();
    return socket.close(limitMs);
  };
  let closed: Promise<void> | undefined;
  return { url: localUrl(hostname, port), port, close: (limitMs) => closed ??= close(limitMs) };
}

function openFirst(options: ListenOptions): Socket {
  try {
    return open(options);
  } catch (cause) {
    const address = listenText(options.hostname, options.port);
    throw new ListenError(`Cannot listen on ${address} (LISTEN_ADDRESS): ${reasonOf(cause)}.`, {
      cause,
    });
  }
}

function open(options: ListenOptions): Socket {
  const { hostname, clock = systemClock, log } = options;
  const openAt = (address: string) => openSocket({ ...options, hostname: address, clock });
  if (hostname !== undefined) return openAt(hostname);
  try {
    return openAt("::");
  } catch (error) {
    // A taken port is no sign of a machine without IPv6.
    if (error instanceof Deno.errors.AddrInUse) throw error;
    log.debug("Cannot listen on IPv6, so on IPv4 alone", { error });
    return openAt("0.0.0.0");
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) return "another program uses this port";
  if (error instanceof Deno.errors.AddrNotAvailable) return "this machine has no such address";
  if (error instanceof Deno.errors.PermissionDenied) {
    return "no permission; ports below 1024 need a privilege";
  }
  return error instanceof Error ? error.message : String(error);
}
