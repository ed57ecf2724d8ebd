/**
 * The exporter's HTTP server as a whole: it finds the address, keeps listening there whatever
 * happens, and says what is wrong where it can't. It does not know what is answered.
 */
import type { Log } from "../log.ts";
import { type Clock, sleep, systemClock } from "../time.ts";
import { listenText, localUrl } from "./address.ts";
import type { Handler } from "./handler.ts";
import { type Certificate, openSocket, type Socket } from "./socket.ts";

/** Where to listen and who answers. */
export interface ListenOptions {
  /** Absent: all addresses, IPv4 and IPv6. */
  readonly hostname?: string | undefined;
  /** 0: any free one. */
  readonly port: number;
  /** Absent: no TLS. */
  readonly certificate?: Certificate | undefined;
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
   * Shows another certificate from now on. Answers under way are finished first; in between, for
   * some milliseconds, nobody listens. Rejects, with nothing changed, if no server can show it.
   */
  renew(certificate: Certificate): Promise<void>;
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

/** How long answers under way may hold up a new certificate: less than a scrape waits. */
const renewLimitMs = 5_000;

/** Listens. Rejects with a {@link ListenError} if that address can't be had. */
export function listen(options: ListenOptions): Promise<WebServer> {
  return Promise.try(() => serve(options));
}

function serve(options: ListenOptions): WebServer {
  const { hostname, log, clock = systemClock } = options;
  let { certificate } = options;
  const first = openFirst(options);
  const { port } = first;
  /** Absent while none is open: after a breakdown, and between two certificates. */
  let socket: Socket | undefined = first;
  const stop = new AbortController();

  /** Opens the port again, after `waitMs`, however often it takes. */
  const reopen = async (waitMs: number): Promise<void> => {
    while (true) {
      if (waitMs > 0) await sleep(clock, waitMs, stop.signal);
      if (stop.signal.aborted) return;
      try {
        socket = open({ ...options, certificate, port });
        keepOpen(socket);
        return;
      } catch (error) {
        log.error("Cannot listen again yet", { error });
        waitMs = reopenAfterMs;
      }
    }
  };

  // Deno.serve ends with the first connection it can't accept, as with too many open files (2.9.6).
  const keepOpen = async (mine: Socket): Promise<void> => {
    const error = await mine.ended;
    if (error === undefined || socket !== mine || stop.signal.aborted) return;
    socket = undefined;
    log.error("The web server broke down and dropped its clients; it will listen again", { error });
    await reopen(reopenAfterMs);
  };
  keepOpen(first);

  // Deno.serve can't be given another certificate (2.9.6); Node's server can, but once it runs out
  // of files it accepts nobody ever again, and does not tell.
  const renew = async (next: Certificate): Promise<void> => {
    tryCertificate(next);
    certificate = next;
    const old = socket;
    // Without one, the next to be opened shows it.
    if (old === undefined || stop.signal.aborted) return;
    socket = undefined;
    await old.close(renewLimitMs);
    await reopen(0);
  };

  let renewed = Promise.resolve();
  const close = async (limitMs: number): Promise<void> => {
    stop.abort();
    await Promise.all([socket?.close(limitMs), renewed]);
  };
  let closed: Promise<void> | undefined;
  return {
    url: localUrl(hostname, port, certificate === undefined ? "http" : "https"),
    port,
    renew(next) {
      const renewing = renewed.then(() => renew(next));
      renewed = renewing.catch(() => {});
      return renewing;
    },
    close: (limitMs) => closed ??= close(limitMs),
  };
}

/** Throws if no server can show it. */
function tryCertificate(certificate: Certificate): void {
  Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...certificate }).close();
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
