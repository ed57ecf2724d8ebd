/**
 * The server's side of a WebSocket on the bytes of a socket: handshake and frames. What the frames
 * say is not known here.
 */
import { createHash } from "node:crypto";
import type { Socket } from "node:net";

/** RFC 6455: appended to the client's key before hashing. */
const acceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The head of the answer that opens a WebSocket. */
export function upgradeHead(clientKey: string): string {
  const accept = createHash("sha1").update(clientKey + acceptSuffix).digest("base64");
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
    `X-Plex-Protocol: 1.0\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

/** One unmasked frame. */
export function frameBytes(opcode: keyof typeof opcodes, payload: Uint8Array): Uint8Array {
  const size = payload.length;
  const extra = size < 126 ? 0 : size < 65_536 ? 2 : 8;
  const bytes = new Uint8Array(2 + extra + size);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x80 | opcodes[opcode];
  bytes[1] = extra === 0 ? size : extra === 2 ? 126 : 127;
  if (extra === 2) view.setUint16(2, size);
  if (extra === 8) view.setBigUint64(2, BigInt(size));
  bytes.set(payload, 2 + extra);
  return bytes;
}

/** The first frame a client sent, unmasked, and how many bytes it took; undefined if incomplete. */
function readFrame(
  bytes: Uint8Array,
): { opcode: number; payload: Uint8Array; length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const masked = (view.getUint8(1) & 0x80) !== 0;
  const short = view.getUint8(1) & 0x7f;
  const extra = short < 126 ? 0 : short === 126 ? 2 : 8;
  if (bytes.length < 2 + extra) return undefined;
  const size = extra === 0 ? short : extra === 2 ? view.getUint16(2) : Number(view.getBigUint64(2));
  const start = 2 + extra + (masked ? 4 : 0);
  if (bytes.length < start + size) return undefined;
  const mask = bytes.subarray(start - 4, start);
  const payload = bytes.slice(start, start + size);
  if (masked) payload.forEach((byte, index) => payload[index] = byte ^ (mask[index % 4] ?? 0));
  return { opcode: view.getUint8(0) & 0x0f, payload, length: start + size };
}

/** An open WebSocket. */
export class ServerWebSocket {
  readonly #socket: Socket;
  /** Which frame types its client wants. */
  readonly wants: (type: string) => boolean;
  #received: Uint8Array = new Uint8Array();
  #dead = false;

  constructor(socket: Socket, wants: (type: string) => boolean) {
    this.#socket = socket;
    this.wants = wants;
    socket.on("data", (chunk: Uint8Array) => this.#read(chunk));
  }

  /** Sends text, or binary if request to; returns whether it left. */
  send(text: string, opcode: "text" | "binary" = "text"): boolean {
    return this.#write(frameBytes(opcode, new TextEncoder().encode(text)));
  }

  /** Sends a ping; the client answers by itself. */
  ping(): void {
    this.#write(frameBytes("ping", new Uint8Array()));
  }

  /** Closes in good order. */
  close(code: number): void {
    this.#write(frameBytes("close", Uint8Array.of(code >> 8, code & 0xff)));
    this.#socket.end();
  }

  /** Cuts the connection with a reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** From now on nothing is sent, not even a pong, and nothing is read; TCP stays up. */
  goSilent(): void {
    this.#dead = true;
  }

  #write(bytes: Uint8Array): boolean {
    if (this.#dead || this.#socket.destroyed || !this.#socket.writable) return false;
    this.#socket.write(bytes);
    return true;
  }

  #read(chunk: Uint8Array): void {
    if (this.#dead) return;
    const bytes = new Uint8Array(this.#received.length + chunk.length);
    bytes.set(this.#received);
    bytes.set(chunk, this.#received.length);
    this.#received = bytes;
    for (;;) {
      const frame = readFrame(this.#received);
      if (frame === undefined) return;
      this.#received = this.#received.subarray(frame.length);
      // docs/plex/notifications.md#silence: whatever text a client sends is ignored.
      if (frame.opcode === opcodes.ping) this.#write(frameBytes("pong", frame.payload));
      if (frame.opcode === opcodes.close) {
        this.#write(frameBytes("close", frame.payload.subarray(0, 2)));
        this.#socket.end();
        return;
      }
    }
  }
}
