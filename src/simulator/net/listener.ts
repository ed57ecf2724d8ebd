/**
 * A TCP port that can be closed and opened again, with all its connections. It reads and writes
 * nothing.
 */
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** A certificate for TLS, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A port on this machine. */
export class Listener {
  readonly #hostname: string;
  readonly #certificate: Certificate | undefined;
  readonly #onSocket: (socket: Socket) => void;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port: number;

  constructor(options: {
    hostname: string;
    /** 0 chooses one. */
    port: number;
    certificate: Certificate | undefined;
    onSocket: (socket: Socket) => void;
  }) {
    this.#hostname = options.hostname;
    this.#port = options.port;
    this.#certificate = options.certificate;
    this.#onSocket = options.onSocket;
  }

  /** The real port, from the first {@link open} on. */
  get port(): number {
    return this.#port;
  }

  /** Opens the port; the same one whenever it is opened again. Rejects if it is taken. */
  open(): Promise<void> {
    if (this.#server !== undefined) return Promise.resolve();
    const adopt = (socket: Socket) => this.#adopt(socket);
    const server = this.#certificate === undefined
      ? createServer({ noDelay: true }, adopt)
      : createTlsServer({ ...this.#certificate }, adopt);
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, this.#hostname, () => {
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
    for (const socket of this.#sockets) socket.destroy();
    if (server === undefined) return Promise.resolve();
    return new Promise((resolve) => server.close(() => resolve()));
  }

  #adopt(socket: Socket): void {
    if (this.#server === undefined) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    // A client that goes away is no error of the server.
    socket.on("error", () => socket.destroy());
    this.#onSocket(socket);
  }
}
