/**
 * One run of `Deno.serve`: from the bound port to the last connection, closed within a limit. It
 * chooses no address and does not know what is answered.
 */
import type { Log } from "../log.ts";
import type { Clock } from "../time.ts";
import type { Handler } from "./handler.ts";

/** A certificate with its chain, and its key, both as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Where to listen and who answers. */
export interface SocketOptions {
  readonly hostname: string;
  /** 0: any free one. */
  readonly port: number;
  /** Absent: no TLS. */
  readonly certificate?: Certificate | undefined;
  readonly handler: Handler;
  readonly log: Log;
  /** For the limit of `close`. */
  readonly clock: Clock;
}

/** A bound port with its connections. */
export interface Socket {
  /** The real port, also if 0 was asked for. */
  readonly port: number;
  /** Why it broke down, with all connections dropped; undefined once it was closed. */
  readonly ended: Promise<unknown>;
  /**
   * Answers what has been asked, then closes everything; after `limitMs` also what is not done. To
   * be called once. It never rejects.
   */
  close(limitMs: number): Promise<void>;
}

/** Binds at once, or throws what Deno throws. */
export function openSocket(options: SocketOptions): Socket {
  const { hostname, port, certificate, handler, log, clock } = options;
  const force = new AbortController();
  const underWay = new Set<Promise<void>>();

  const server = Deno.serve({
    hostname,
    port,
    ...certificate,
    signal: force.signal,
    automaticCompression: false, // The handler does it, and faster.
    onListen: () => {}, // Else it prints to standard output.
    onError(error) {
      log.error("Cannot answer a request", { error });
      return new Response("Internal error\n", { status: 500 });
    },
  }, (request, info) => {
    const over = info.completed.catch(() => {}).finally(() => underWay.delete(over));
    underWay.add(over);
    return handler(request, info);
  });

  const ended = server.finished.then(() => undefined, (error: unknown) => {
    force.abort();
    return error;
  });

  const drain = async (): Promise<boolean> => {
    while (underWay.size > 0) await Promise.all(underWay);
    return true;
  };

  return {
    port: server.addr.port,
    ended,
    async close(limitMs) {
      const { promise: expired, resolve: expire } = Promise.withResolvers<void>();
      const cancel = clock.limit(limitMs, expire);
      // Not shutdown() at once: it waits for ever on a client that does not read, and once it has
      // begun, aborting throws BadResource from inside Deno instead of helping (2.9.6).
      if (await Promise.race([drain(), expired])) {
        // Idle connections are closed at once, the last buffers are still sent. Who does not even
        // take those keeps his connection until he leaves, but does not keep us.
        await Promise.race([server.shutdown(), expired]);
      } else {
        log.debug("Closing on clients that have not taken their answers", { count: underWay.size });
        force.abort();
        await ended;
      }
      cancel();
    },
  };
}
