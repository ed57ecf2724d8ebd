/**
 * The exporter's HTTP server, on `Deno.serve`: binds the address, binds it again after a failure to
 * accept, replaces the TLS certificate, and shuts down within a limit.
 */
import { type Clock, sleep, systemClock } from "../clock.ts";
import type { Log } from "../log/mod.ts";
import { listenText, localUrl } from "./address.ts";
import type { Handler } from "./handler.ts";

/** A certificate with its chain, and its key, both as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Where to listen, and the handler of requests. */
export interface ServerOptions {
  /** Absent: all addresses, IPv4 and IPv6. */
  readonly hostname?: string | undefined;
  /** 0: a free port. */
  readonly port: number;
  /** Absent: plain HTTP. */
  readonly certificate?: Certificate | undefined;
  readonly handler: Handler;
  readonly log: Log;
  readonly clock?: Clock;
}

/** A listening server. */
export interface WebServer {
  /** The URL by which this machine reaches the server, without a trailing slash. */
  readonly url: string;
  /** The actual port, also if 0 was requested. */
  readonly port: number;
  /**
   * Replaces the certificate. The port is closed and bound again, which takes some milliseconds;
   * responses in progress are completed. Throws, with nothing changed, if the certificate cannot be
   * used. The promise never rejects. It resolves when the new one is in force; earlier if the port is
   * being bound again after a failure, which then uses the new one, or if the server is closed.
   */
  renew(certificate: Certificate): Promise<void>;
  /**
   * Stops listening, completes responses in progress and closes all connections. It waits for
   * `limitMs` at most: the connections of clients that do not read end with the process, since
   * `Deno.serve` (2.9.6) cannot abort them once it shuts down. Further calls wait for the first. It
   * never rejects.
   */
  close(limitMs: number): Promise<void>;
}

/** The address cannot be bound: a sentence for the user, with the cause. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/**
 * Delay before the port is bound again after a failure: long enough for closed connections to free
 * their file descriptors, short enough for scrapes to be answered during a flood of clients.
 */
const REBIND_DELAY_MS = 100;

/** Delay while the port of the previous server is being closed, which takes 2 to 4 ms. */
const PORT_CLOSE_DELAY_MS = 5;

/** A port that stays unavailable for longer than this is logged. */
const REBIND_LOG_AFTER_MS = 1_000;

/** Minimum time between two warnings: a flood of clients must not flood the log. */
const WARN_INTERVAL_MS = 600_000;

/** Binds the address. Rejects with a {@link ListenError} if that is impossible. */
export function serve(options: ServerOptions): Promise<WebServer> {
  return Promise.try(() => startServer(options));
}

function startServer(options: ServerOptions): WebServer {
  const { handler, log, clock = systemClock } = options;
  let { certificate } = options;
  const stopping = new AbortController();
  /** Servers that still have connections, the current one included. */
  const open = new Set<Deno.HttpServer<Deno.NetAddr>>();
  let nextWarningAt = -Infinity;
  let closed: Promise<void> | undefined;
  /** Resolves when all renewals so far are done. They run one after another. */
  let renewed = Promise.resolve();

  /** Binds an address. Throws what `Deno.serve` throws. */
  function bind(hostname: string, port: number): Deno.HttpServer<Deno.NetAddr> {
    const connections = new AbortController();
    const server = Deno.serve({
      hostname,
      port,
      ...certificate,
      signal: connections.signal,
      // It does not compress OpenMetrics, and the handler compresses faster.
      automaticCompression: false,
      onListen: () => {},
      onError: (error) => {
        log.error("Cannot answer a request", { error });
        return new Response(null, { status: 500 });
      },
    }, handler);
    open.add(server);
    const ended = (error?: unknown) => {
      open.delete(server);
      if (server !== current || stopping.signal.aborted) return;
      // Otherwise its connections stay open, and no file descriptor is left for scrapes or Plex.
      if (error !== undefined) connections.abort();
      void rebindAfterFailure(error);
    };
    server.finished.then(() => ended(), ended);
    return server;
  }

  /** Binds the same address again until it succeeds or the server is closed. */
  async function rebind(delayMs: number): Promise<void> {
    const startedAt = clock.now();
    while (!stopping.signal.aborted) {
      try {
        current = bind(address.hostname, address.port);
        return;
      } catch (error) {
        if (clock.now() - startedAt >= REBIND_LOG_AFTER_MS) {
          warn("Cannot start the web server again; the exporter keeps trying", error);
        }
        await sleep(clock, delayMs, stopping.signal);
      }
    }
  }

  /** Logs a warning unless one was logged in the last ten minutes. */
  function warn(message: string, error: unknown): void {
    if (clock.now() < nextWarningAt) return;
    nextWarningAt = clock.now() + WARN_INTERVAL_MS;
    log.warn(message, { error });
  }

  /** `Deno.serve` (2.9.6) ends with the first connection that it cannot accept. */
  async function rebindAfterFailure(error: unknown): Promise<void> {
    current = undefined;
    warn(
      "The web server could not accept a connection. It closes all connections and starts " +
        "again. Probably more clients are connected than the limit of open files allows (ulimit -n)",
      error,
    );
    await sleep(clock, REBIND_DELAY_MS, stopping.signal);
    await rebind(REBIND_DELAY_MS);
  }

  async function replaceServer(next: Certificate): Promise<void> {
    certificate = next;
    const previous = current;
    // Without a current server, it is being bound again anyway, with the new certificate.
    if (previous === undefined) return;
    current = undefined;
    // It stops listening at once; the promise also waits for responses in progress.
    void previous.shutdown().catch(() => {});
    await rebind(PORT_CLOSE_DELAY_MS);
  }

  let current: Deno.HttpServer<Deno.NetAddr> | undefined;
  current = bindFirst(options, bind);
  const address = current.addr;

  return {
    url: localUrl(options.hostname, address.port, certificate === undefined ? "http" : "https"),
    port: address.port,
    renew(next) {
      assertUsable(next);
      renewed = renewed.then(() => replaceServer(next));
      return renewed;
    },
    close(limitMs) {
      closed ??= (async () => {
        stopping.abort();
        await renewed;
        const { promise: expired, resolve: expire } = Promise.withResolvers<void>();
        const cancel = clock.timeout(limitMs, expire);
        const drained = Promise.allSettled([...open].map((server) => server.shutdown()));
        await Promise.race([drained, expired]);
        cancel();
        if (open.size > 0) log.debug("Some clients have not read their responses in time");
      })();
      return closed;
    },
  };
}

/** Throws if TLS cannot be served with the certificate. */
function assertUsable(certificate: Certificate): void {
  Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...certificate }).close();
}

type Bind = (hostname: string, port: number) => Deno.HttpServer<Deno.NetAddr>;

/** Binds the address of the options. Throws a {@link ListenError}. */
function bindFirst({ hostname, port, log }: ServerOptions, bind: Bind) {
  try {
    if (hostname !== undefined) return bind(hostname, port);
    try {
      return bind("::", port);
    } catch (error) {
      // A taken port does not mean that the machine has no IPv6.
      if (error instanceof Deno.errors.AddrInUse) throw error;
      log.debug("Cannot listen on IPv6, using IPv4 only", { error });
      return bind("0.0.0.0", port);
    }
  } catch (cause) {
    const address = listenText(hostname, port);
    throw new ListenError(`Cannot listen on ${address} (LISTEN_ADDRESS): ${reasonOf(cause)}.`, {
      cause,
    });
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
