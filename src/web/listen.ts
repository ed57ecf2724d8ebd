/**
 * The exporter's HTTP server as a whole: it finds the address, and says what is wrong where it
 * can't listen. It does not know what is answered.
 */
import type { Log } from "../log/mod.ts";
import { type Clock, systemClock } from "../clock.ts";
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
   * Shows another certificate to who comes from now on; those who are there stay. Throws, with
   * nothing changed, if it can't be used.
   */
  renew(certificate: Certificate): void;
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

/** Listens. Rejects with a {@link ListenError} if that address can't be had. */
export function listen(options: ListenOptions): Promise<WebServer> {
  return Promise.try(() => serve(options));
}

function serve(options: ListenOptions): WebServer {
  const { hostname, certificate } = options;
  const socket = openFirst(options);
  const { port } = socket;
  let closed: Promise<void> | undefined;
  return {
    url: localUrl(hostname, port, certificate === undefined ? "http" : "https"),
    port,
    renew: socket.renew,
    close: (limitMs) => closed ??= socket.close(limitMs),
  };
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
