/**
 * The transport that takes any certificate, for SKIP_TLS_VERIFICATION. Deno's `fetch` and
 * `WebSocket` cannot be told to, so it speaks through Node's TLS: every request on a connection of
 * its own, and the WebSocket by `frames.ts`. It is loaded only where it is wanted.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { type Duplex, Readable } from "node:stream";
import { closing, FrameReader, type Message, pong } from "./frames.ts";
import {
  MAX_FRAME_BYTES,
  type RawAnswer,
  type SocketListener,
  type Transport,
} from "./transport.ts";

/** No verification, and no list of CAs, which Node would otherwise load. */
const TLS = { rejectUnauthorized: false, ca: [] as string[], agent: false };

/** What a server appends to a key to show that it speaks WebSocket (RFC 6455 §1.3). */
const ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** A transport that takes any certificate. It keeps no connection, so it has nothing to close. */
export function unverifiedTransport(): Transport {
  return { fetch: fetchUnverified, connect: connectUnverified, close: () => {} };
}

function fetchUnverified(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = httpsRequest(url, { ...TLS, headers });
    const stop = () => request.destroy(new Error("aborted"));
    signal.addEventListener("abort", stop, { once: true });
    request.on("close", () => signal.removeEventListener("abort", stop));
    // Stays for the life of the request: a late error without a listener would end the process.
    request.on("error", reject);
    request.on("response", (response) => {
      resolve({
        status: response.statusCode ?? 0,
        headers: translateHeaders(response),
        body: Readable.toWeb(response) as ReadableStream<Uint8Array<ArrayBuffer>>,
      });
    });
    request.end();
  });
}

function translateHeaders({ headers }: IncomingMessage): Headers {
  const translated = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) translated.set(name, String(value));
  }
  return translated;
}

function connectUnverified(
  url: URL,
  headers: Readonly<Record<string, string>>,
  listener: SocketListener,
): () => void {
  const key = crypto.getRandomValues(new Uint8Array(16)).toBase64();
  const secure = new URL(url);
  secure.protocol = "https:";
  const request = httpsRequest(secure, {
    ...TLS,
    headers: {
      ...headers,
      "Connection": "Upgrade",
      "Upgrade": "websocket",
      "Sec-WebSocket-Key": key,
      "Sec-WebSocket-Version": "13",
    },
  });
  let socket: Duplex | undefined;
  let over = false;
  const abandon = () => {
    over = true;
    if (socket?.writable) socket.write(closing());
    socket?.destroy();
    request.destroy();
  };
  const end = (reason: string) => {
    if (over) return;
    abandon();
    listener.closed(reason);
  };
  request.on("error", (error) => end(error.message));
  request.on("response", ({ statusCode }) => end(`Invalid status code: ${statusCode}`));
  request.on("upgrade", (response, upgraded, head) => {
    socket = upgraded;
    upgraded.on("error", (error) => end(error.message));
    upgraded.on("close", () => end("closed"));
    if (over) return void upgraded.destroy();
    if (response.headers["sec-websocket-accept"] !== acceptOf(key)) {
      return end("The upgrade was not answered by a WebSocket");
    }
    const frames = new FrameReader(MAX_FRAME_BYTES);
    const take = (bytes: Uint8Array) => {
      const messages = readFrames(frames, bytes);
      if (messages === undefined) return end("a frame that is none of a WebSocket's");
      for (const message of messages) {
        if (over) return;
        if (message.type === "message") listener.received(message.text);
        else if (message.type === "ping") upgraded.write(pong(message.payload));
        else end(`closed with code ${message.code}`);
      }
    };
    upgraded.on("data", take);
    listener.opened();
    if (head.byteLength > 0) take(head);
  });
  request.end();
  return abandon;
}

function acceptOf(key: string): string {
  return createHash("sha1").update(key + ACCEPT_SUFFIX).digest("base64");
}

function readFrames(frames: FrameReader, bytes: Uint8Array): readonly Message[] | undefined {
  try {
    return frames.push(bytes);
  } catch {
    return undefined;
  }
}
