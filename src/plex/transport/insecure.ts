/**
 * The transport that takes any certificate, for SKIP_TLS_VERIFICATION. Deno's `fetch` and
 * `WebSocket` cannot be told to, so requests go through Node's TLS, each on a connection of its own,
 * and the socket through `ws`. It is loaded only where it is wanted.
 */
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import {
  MAX_FRAME_BYTES,
  type RawResponse,
  type SocketListener,
  type Transport,
} from "./transport.ts";

/** No verification, and no list of CAs, which Node would otherwise load. */
const TLS = { rejectUnauthorized: false, ca: [] as string[], agent: false } as const;

/** A larger frame ends the socket; one up to here that is too large to read is only dropped. */
const MOST_BYTES = 16 * MAX_FRAME_BYTES;

/** A transport that takes any certificate. It keeps no connection, so it has nothing to close. */
export function insecureTransport(): Transport {
  return { fetch: fetchInsecure, connect: connectInsecure, close: () => {} };
}

function fetchInsecure(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<RawResponse> {
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

function connectInsecure(
  url: URL,
  headers: Readonly<Record<string, string>>,
  listener: SocketListener,
): () => void {
  const socket = new WebSocket(url, {
    ...TLS,
    headers,
    maxPayload: MOST_BYTES,
    perMessageDeflate: false,
    followRedirects: false,
  });
  let over = false;
  const abandon = () => {
    over = true;
    socket.terminate();
  };
  const end = (reason: string) => {
    if (over) return;
    abandon();
    listener.closed(reason);
  };
  // Stays for good: a late error without a listener would end the process.
  socket.on("error", (error) => end(error.message));
  socket.on("close", (code) => end(`closed with code ${code}`));
  socket.on("open", () => {
    if (!over) listener.opened();
  });
  socket.on("message", (data, isBinary) => {
    if (over) return;
    const text = isBinary ? undefined : String(data);
    listener.received(text !== undefined && text.length <= MAX_FRAME_BYTES ? text : undefined);
  });
  return abandon;
}
