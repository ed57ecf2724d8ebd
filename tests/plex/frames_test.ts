import assert from "node:assert/strict";
import * as fc from "fast-check";
import { closing, FrameReader, type Message, pong } from "../../src/plex/frames.ts";

/** A frame as a server sends it. */
function frame(opcode: number, payload: string | Uint8Array, final = true): Uint8Array {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const length = bytes.byteLength;
  const header = new Uint8Array(length <= 125 ? 2 : length <= 0xffff ? 4 : 10);
  const view = new DataView(header.buffer);
  header[0] = (final ? 0x80 : 0) | opcode;
  header[1] = length <= 125 ? length : length <= 0xffff ? 126 : 127;
  if (header[1] === 126) view.setUint16(2, length);
  if (header[1] === 127) view.setBigUint64(2, BigInt(length));
  return Uint8Array.of(...header, ...bytes);
}

function read(bytes: Uint8Array, maxBytes = 1000, step = Infinity): Message[] {
  const reader = new FrameReader(maxBytes);
  const messages: Message[] = [];
  for (let at = 0; at < bytes.byteLength; at += step) {
    messages.push(...reader.push(bytes.subarray(at, at + step)));
  }
  return messages;
}

function joined(...frames: Uint8Array[]): Uint8Array {
  return Uint8Array.from(frames.flatMap((bytes) => [...bytes]));
}

const text = (text: string | undefined): Message => ({ type: "message", text });

Deno.test("FrameReader reads the same messages however the bytes are cut", () => {
  const bytes = joined(
    frame(1, "short"),
    frame(1, "ü".repeat(200)),
    frame(9, "are you there"),
    frame(1, "in ", false),
    frame(9, ""),
    frame(0, "two", true),
    frame(2, "binary"),
    frame(1, ""),
    frame(10, "unasked"),
    frame(8, Uint8Array.of(0x03, 0xe9)),
  );
  const whole = read(bytes);
  assert.deepEqual(whole, [
    text("short"),
    text("ü".repeat(200)),
    { type: "ping", payload: new TextEncoder().encode("are you there") },
    { type: "ping", payload: new Uint8Array() },
    text("in two"),
    text(undefined),
    text(""),
    { type: "close", code: 1001 },
  ]);
  for (const step of [1, 2, 3, 7, 100]) assert.deepEqual(read(bytes, 1000, step), whole);
});

Deno.test("FrameReader drops a message that is too large, and no other", () => {
  const bytes = joined(
    frame(1, "x".repeat(70_000)),
    frame(1, "small"),
    frame(1, "y".repeat(600), false),
    frame(9, "p".repeat(100)),
    frame(0, "y".repeat(600), false),
    frame(0, "y", true),
    frame(1, "after"),
  );
  for (const step of [1000, 64, Infinity]) {
    const messages = read(bytes, 1000, step).filter(({ type }) => type === "message");
    assert.deepEqual(messages, [text(undefined), text("small"), text(undefined), text("after")]);
  }
});

Deno.test("FrameReader keeps pings that come inside a message near the limit", () => {
  const bytes = joined(frame(1, "y".repeat(990), false), frame(9, "p".repeat(100)), frame(0, "z"));
  assert.deepEqual(read(bytes, 1000).map(({ type }) => type), ["ping", "message"]);
});

Deno.test("FrameReader throws at what no server may send", () => {
  for (const bytes of [[0x81, 0x85], [0xc1, 0x00], [0x09, 0x01], [0x89, 0x7e]]) {
    assert.throws(() => read(Uint8Array.from(bytes)));
  }
});

Deno.test("FrameReader needs no more than the bytes to stand anything", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    try {
      read(bytes, 100, 5);
    } catch (error) {
      assert.match(String(error), /frame/);
    }
  }));
});

Deno.test("pong and closing are masked", () => {
  const [first, second = 0, ...rest] = pong(new TextEncoder().encode("abc"));
  assert.deepEqual([first, second], [0x8a, 0x83]);
  const mask = rest.slice(0, 4);
  const payload = rest.slice(4).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  assert.equal(String.fromCharCode(...payload), "abc");
  assert.deepEqual([...closing().subarray(0, 2)], [0x88, 0x82]);
});
