/**
 * A bound port: connections are accepted here, one by one, and answered by Node's TLS and HTTP. It
 * chooses no address and does not know what is answered.
 *
 * Not by `Deno.serve` (2.9.6): it accepts by itself and without limit, and ends with the first
 * connection that it can't accept for want of files. Nor by `Deno.listenTls`: a connection of its
 * that is closed before the handshake stays open until the client leaves. Node's servers, where they
 * accept by themselves, never do so again once no file was left.
 */
import { createServer } from "node:http";
import type { Socket as NodeSocket } from "node:net";
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import type { Log } from "../log/mod.ts";
import { type Clock, sleep } from "../clock.ts";
import { Connection } from "./connection.ts";
import { createCrowd } from "./crowd.ts";
import { exchange } from "./exchange.ts";
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
  /** For the limit of `close`, and the pause where nobody can be accepted. */
  readonly clock: Clock;
}

/** A bound port with its connections. */
export interface Socket {
  /** The real port, also if 0 was asked for. */
  readonly port: number;
  /**
   * Shows another certificate to who comes from now on; those who are there stay. Throws, with
   * nothing changed, if it can't be used.
   */
  renew(certificate: Certificate): void;
  /**
   * Answers what has been asked, then closes everything; after `limitMs` also what is not done. To
   * be called once. It never rejects.
   */
  close(limitMs: number): Promise<void>;
}

/** A head of a request that is larger is refused. */
const MOST_HEAD_BYTES = 64 * 1024;

/** Long enough for what was closed to be gone, short enough for a scrape to wait it out. */
const PAUSE_MS = 100;

/** Least time between two lines about it, for one who floods the port would flood the log. */
const TELL_AGAIN_MS = 600_000;

const CROWDED =
  "Cannot accept a client: those who have waited longest are sent away, as there are " +
  "too many for the files that may be open (ulimit -n)";

/** Binds at once, or throws what Deno throws. */
export function openSocket(options: SocketOptions): Socket {
  const { hostname, handler, log, clock } = options;
  let secrets = options.certificate && readCertificate(options.certificate);
  const listener = Deno.listen({ hostname, port: options.port });
  const crowd = createCrowd();
  /** Whose streams these are. */
  const owners = new WeakMap<Duplex, Connection>();
  const underWay = new Set<Promise<void>>();
  const stop = new AbortController();

  const server = createServer({
    maxHeaderSize: MOST_HEAD_BYTES,
    keepAliveTimeout: 0,
    headersTimeout: 0,
    requestTimeout: 0,
  }, (request, response) => {
    const connection = owners.get(request.socket);
    if (connection === undefined) return;
    crowd.asks(connection);
    const answered = exchange(request, response, connection.hostname, handler)
      .catch((error) => {
        log.error("Cannot answer a request", { error });
        connection.destroy();
      })
      .finally(() => {
        crowd.waits(connection);
        underWay.delete(answered);
      });
    underWay.add(answered);
  });
  // Else it closes each connection after its first answer, for it does not listen itself.
  Object.defineProperty(server, "listening", { get: () => !stop.signal.aborted });
  server.on("clientError", (_error, socket) => socket.end(refusal("400 Bad Request")));
  server.on("connect", (_request, socket) => socket.end(refusal("405 Method Not Allowed")));

  /** Takes a connection to its first request. */
  const welcome = (conn: Deno.TcpConn): void => {
    const connection = new Connection(conn);
    crowd.enter(connection);
    connection.once("close", () => crowd.leave(connection));
    const converse = (stream: Duplex) => {
      owners.set(stream, connection);
      server.emit("connection", stream);
    };
    if (secrets === undefined) return converse(connection);
    const secure = encrypt(connection, secrets);
    secure.once("secure", () => converse(secure));
    secure.on("error", (error) => {
      log.debug("A client broke off TLS", { error });
      connection.end(() => connection.destroy());
    });
    secure.once("close", () => connection.destroy());
  };

  const accept = async (): Promise<void> => {
    let tellAgainAt = -Infinity;
    while (!stop.signal.aborted) {
      try {
        welcome(await listener.accept());
      } catch (error) {
        if (stop.signal.aborted) return;
        crowd.shrink();
        const isNew = clock.now() >= tellAgainAt;
        log[isNew ? "warn" : "debug"](CROWDED, { most: crowd.most, error });
        if (isNew) tellAgainAt = clock.now() + TELL_AGAIN_MS;
        await sleep(clock, PAUSE_MS, stop.signal);
      }
    }
  };
  const accepting = accept();

  const drain = async (): Promise<boolean> => {
    while (underWay.size > 0) await Promise.all(underWay);
    return true;
  };

  return {
    port: listener.addr.port,
    renew(certificate) {
      secrets = readCertificate(certificate);
    },
    async close(limitMs) {
      stop.abort();
      listener.close();
      const { promise: expired, resolve: expire } = Promise.withResolvers<void>();
      const cancel = clock.timeout(limitMs, expire);
      if (!await Promise.race([drain(), expired])) {
        log.debug("Closing on clients that have not taken their answers", { count: underWay.size });
      }
      cancel();
      crowd.dissolve();
      await accepting;
    },
  };
}

/** What TLS needs of it. Throws if it can't be used, which Node's TLS finds out too late (2.9.6). */
function readCertificate(certificate: Certificate): SecureContext {
  Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...certificate }).close();
  return createSecureContext({ ...certificate, minVersion: "TLSv1.2" });
}

function encrypt(connection: Connection, secureContext: SecureContext): TLSSocket {
  // Its types want a socket of Node's, and any stream will do.
  return new TLSSocket(connection as unknown as NodeSocket, {
    isServer: true,
    secureContext,
    ALPNProtocols: ["http/1.1"],
  });
}

/** The answer to what is no request for us, after which the connection ends. */
function refusal(status: string): string {
  return `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
}
