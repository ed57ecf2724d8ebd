/** A TCP port that speaks HTTP; it can be closed and opened again, with all its connections. */
import type { Buffer } from "node:buffer";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Cancel } from "../../clock.ts";
import type { Timers } from "../timers.ts";

/** A certificate for TLS, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** What a port serves. */
export interface ListenerOptions {
  readonly hostname: string;
  /** 0 chooses a free port. */
  readonly port: number;
  /** Serves https and wss instead of http and ws. */
  readonly certificate: Certificate | undefined;
  readonly timers: Timers;
  /** A connection without a request for this long is closed. */
  readonly keepAliveMs: number;
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  /** The connection belongs to the callee from then on. */
  onUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void;
}

/** A port on this machine. */
export class Listener {
  readonly #options: ListenerOptions;
  /** Open connections, each with how to cancel its idle timeout. */
  readonly #connections = new Map<Socket, Cancel>();
  #server: Server | undefined;
  #port: number;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  /** The actual port, from the first {@link open} on. */
  get port(): number {
    return this.#port;
  }

  /** Opens the port; the same one whenever it is opened again. Rejects if it is in use. */
  async open(): Promise<void> {
    if (this.#server !== undefined) return;
    const { certificate, hostname, onUpgrade } = this.#options;
    // Loaded here because a bundle loads all static imports at its start.
    const server: Server = certificate === undefined
      ? (await import("node:http")).createServer({ noDelay: true })
      : (await import("node:https")).createServer({ ...certificate });
    // Idle connections are closed by the simulation's clock.
    Object.assign(server, { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 });
    server.on("connection", (socket: Socket) => this.#accept(socket));
    server.on("secureConnection", (socket: Socket) => {
      this.#accept(socket);
      this.#setIdle(socket);
    });
    server.on("request", (request, response) => this.#request(request, response));
    server.on("upgrade", (request, socket, head) => {
      this.#connections.get(socket as Socket)?.();
      onUpgrade(request, socket as Socket, head);
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, hostname, () => {
        const address = server.address();
        if (address !== null && typeof address === "object") this.#port = address.port;
        resolve();
      });
    });
  }

  /** Cuts all connections and closes the port. */
  close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#connections.keys()) socket.destroy();
    if (server === undefined) return Promise.resolve();
    return new Promise((resolve) => server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    if (this.#server === undefined) {
      socket.destroy();
      return;
    }
    // Under TLS the connection is only the carrier of the secure one, which is in use or idle.
    if (this.#options.certificate === undefined) this.#setIdle(socket);
    else this.#connections.set(socket, () => {});
    socket.on("close", () => {
      this.#connections.get(socket)?.();
      this.#connections.delete(socket);
    });
    // A client that disconnects is no error of the server.
    socket.on("error", () => socket.destroy());
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    this.#connections.get(socket)?.();
    response.on("finish", () => this.#setIdle(socket));
    this.#options.onRequest(request, response);
  }

  #setIdle(socket: Socket): void {
    if (socket.destroyed) return;
    const { keepAliveMs, timers } = this.#options;
    this.#connections.set(socket, timers.after(keepAliveMs, () => socket.destroy()));
  }
}
