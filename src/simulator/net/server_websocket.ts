/** The server's side of a WebSocket, with the ways in which it can break. */
import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

const server = new WebSocketServer({ noServer: true, clientTracking: false });
server.on("headers", (headers) => headers.push("X-Plex-Protocol: 1.0"));

/** An open WebSocket. What a client sends is ignored, except pings and the closing handshake. */
export class ServerWebSocket {
  readonly #socket: Socket;
  readonly #webSocket: WebSocket;
  /** Whether the client asked for frames of this type. */
  readonly accepts: (type: string) => boolean;
  #isSilent = false;

  constructor(socket: Socket, webSocket: WebSocket, accepts: (type: string) => boolean) {
    this.#socket = socket;
    this.#webSocket = webSocket;
    this.accepts = accepts;
    // A broken connection is followed by its close event, which is what counts.
    webSocket.on("error", () => {});
  }

  /** Calls `run` once the connection is closed. */
  onClose(run: () => void): void {
    this.#webSocket.on("close", run);
  }

  /** Sends text, or the same bytes as a binary frame; returns whether it was sent. */
  send(text: string, binary = false): boolean {
    if (!this.#canSend()) return false;
    this.#webSocket.send(text, { binary });
    return true;
  }

  /** Sends a ping; clients answer it by themselves. */
  ping(): void {
    if (this.#canSend()) this.#webSocket.ping();
  }

  /** Closes with the closing handshake; 1006 stands for closing without it. */
  close(code: number): void {
    if (this.#isSilent) return;
    if (code === 1006) this.#webSocket.terminate();
    else this.#webSocket.close(code);
  }

  /** Resets the connection. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Sends nothing any more, not even pongs, and reads nothing; TCP stays up. */
  goSilent(): void {
    this.#isSilent = true;
    this.#socket.removeAllListeners("data");
    this.#socket.on("data", () => {});
  }

  #canSend(): boolean {
    const { readyState, OPEN } = this.#webSocket;
    return !this.#isSilent && readyState === OPEN && !this.#socket.destroyed;
  }
}

/** Completes the handshake of an upgrade request, then calls `onOpen`. */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  accepts: (type: string) => boolean,
  onOpen: (webSocket: ServerWebSocket) => void,
): void {
  server.handleUpgrade(
    request,
    socket,
    head,
    (webSocket) => onOpen(new ServerWebSocket(socket, webSocket, accepts)),
  );
}
