/**
 * The WebSocket protocol (RFC 6455) as far as a client that only listens needs it: frames out of
 * bytes, and the masked answers to pings and closes. It has no connection. Deno's own `WebSocket`
 * does this wherever certificates are verified.
 */

/** What came in. `undefined` text: a message that is binary, or larger than may be. */
export type Message =
  | { readonly type: "message"; readonly text: string | undefined }
  | { readonly type: "ping"; readonly payload: Uint8Array<ArrayBuffer> }
  | { readonly type: "close"; readonly code: number };

const CONTINUATION = 0x0;
const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

/** Control frames are never longer, and say so in one byte. */
const MAX_CONTROL_BYTES = 125;

/** The longest header of a frame that a server sends, which does not mask. */
const MAX_HEADER_BYTES = 10;

interface Header {
  readonly final: boolean;
  readonly opcode: number;
  readonly headerBytes: number;
  readonly payloadBytes: number;
}

/** Cuts a stream of bytes into messages. It throws where the bytes are no WebSocket's. */
export class FrameReader {
  readonly #maxBytes: number;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  /** What is left of the payload of a frame too large to keep. */
  #skipBytes = 0;
  /** Of the message under way, frame by frame; `undefined`: it is dropped. */
  #parts: Uint8Array[] | undefined = [];
  #partBytes = 0;
  #isText = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the next bytes and gives the messages that are whole with them. */
  push(bytes: Uint8Array): readonly Message[] {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.byteLength;
    const messages: Message[] = [];
    while (this.#skip()) {
      const header = this.#peekHeader();
      if (header === undefined) break;
      const { payloadBytes, headerBytes } = header;
      const tooLarge = header.opcode < CLOSE && this.#partBytes + payloadBytes > this.#maxBytes;
      if (!tooLarge && this.#pendingBytes < headerBytes + payloadBytes) break;
      this.#take(headerBytes);
      if (tooLarge) this.#skipBytes = payloadBytes;
      const message = this.#accept(header, tooLarge ? undefined : this.#take(payloadBytes));
      if (message !== undefined) messages.push(message);
    }
    return messages;
  }

  /** Passes over what is to be skipped; `false`: there is more of it to come. */
  #skip(): boolean {
    const bytes = Math.min(this.#skipBytes, this.#pendingBytes);
    if (bytes > 0) this.#take(bytes);
    this.#skipBytes -= bytes;
    return this.#skipBytes === 0;
  }

  #peekHeader(): Header | undefined {
    if (this.#pendingBytes < 2) return undefined;
    const bytes = this.#peek(MAX_HEADER_BYTES);
    const [first = 0, second = 0] = bytes;
    if ((first & 0x70) !== 0 || (second & 0x80) !== 0) throw new Error("not a server's frame");
    const opcode = first & 0x0f;
    const final = (first & 0x80) !== 0;
    const length = second & 0x7f;
    if (opcode >= CLOSE && (length > MAX_CONTROL_BYTES || !final)) {
      throw new Error("a control frame too large");
    }
    if (length <= MAX_CONTROL_BYTES) return { final, opcode, headerBytes: 2, payloadBytes: length };
    const headerBytes = length === 126 ? 4 : 10;
    if (bytes.byteLength < headerBytes) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const payloadBytes = length === 126 ? view.getUint16(2) : Number(view.getBigUint64(2));
    return { final, opcode, headerBytes, payloadBytes };
  }

  #accept(header: Header, payload: Uint8Array<ArrayBuffer> | undefined): Message | undefined {
    const { opcode, final } = header;
    if (opcode >= CLOSE && payload !== undefined) {
      if (opcode === PING) return { type: "ping", payload };
      if (opcode !== CLOSE) return undefined;
      const [high, low] = payload;
      // 1005 stands for a close without a code.
      return { type: "close", code: low === undefined ? 1005 : (high ?? 0) * 256 + low };
    }
    if (opcode !== CONTINUATION) {
      this.#parts = [];
      this.#isText = opcode === TEXT;
    }
    if (payload === undefined) this.#parts = undefined;
    this.#parts?.push(payload ?? new Uint8Array());
    this.#partBytes = this.#parts === undefined ? 0 : this.#partBytes + header.payloadBytes;
    if (!final) return undefined;
    const parts = this.#parts;
    this.#parts = [];
    this.#partBytes = 0;
    const readable = parts !== undefined && this.#isText;
    return { type: "message", text: readable ? decode(parts) : undefined };
  }

  /** The next bytes, at most this many, left where they are. */
  #peek(bytes: number): Uint8Array {
    const first = this.#pending[0] ?? new Uint8Array();
    if (first.byteLength >= bytes || this.#pending.length < 2) return first.subarray(0, bytes);
    this.#pending = [join(this.#pending)];
    return this.#peek(bytes);
  }

  /** The next bytes, which must be there, removed. */
  #take(bytes: number): Uint8Array<ArrayBuffer> {
    const all = this.#pending.length === 1 ? this.#pending[0] : undefined;
    const joined = all ?? join(this.#pending);
    this.#pending = [joined.subarray(bytes)];
    this.#pendingBytes -= bytes;
    return joined.slice(0, bytes);
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}

function decode(parts: readonly Uint8Array[]): string {
  return new TextDecoder().decode(join(parts));
}

/** A frame of the client's that carries at most 125 bytes, masked as a client must. */
function controlFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const mask = crypto.getRandomValues(new Uint8Array(4));
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Uint8Array.of(0x80 | opcode, 0x80 | payload.byteLength, ...mask, ...masked);
}

/** The answer to a ping. */
export function pong(payload: Uint8Array): Uint8Array {
  return controlFrame(PONG, payload);
}

/** A close with the code for "done". */
export function closing(): Uint8Array {
  return controlFrame(CLOSE, Uint8Array.of(0x03, 0xe8));
}
