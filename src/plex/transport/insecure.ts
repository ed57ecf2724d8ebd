/**
 * The transport that accepts any certificate, for SKIP_TLS_VERIFICATION. Deno's `fetch` and
 * `WebSocket` cannot do so, so requests use Node's TLS, each on a connection of its own, and the
 * socket uses `ws`. Loaded only if it is needed.
 */
import type { IncomingMessage } from "node:http";
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { MAX_FRAME_BYTES } from "../schedule.ts";
import type { RawResponse, SocketListener, Transport } from "./mod.ts";

/** No verification, and no list of CAs, which Node would otherwise load. */
const TLS = { rejectUnauthorized: false, ca: [] as string[], agent: false } as const;

/** A larger frame closes the socket; a smaller one above `MAX_FRAME_BYTES` is only dropped. */
const MAX_PAYLOAD_BYTES = 16 * MAX_FRAME_BYTES;

/** Creates a transport that accepts any certificate. It keeps no connections. */
export function insecureTransport(): Transport {
  return { fetch: fetchInsecure, connect: connectInsecure, close: () => {} };
}

async function fetchInsecure(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<RawResponse> {
  // Loaded here, because a bundle loads at start what any of its files imports at the top.
  const { request: httpsRequest } = await import("node:https");
  const { Readable } = await import("node:stream");
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = httpsRequest(url, { ...TLS, headers });
    const abort = () => request.destroy(new Error("aborted"));
    signal.addEventListener("abort", abort, { once: true });
    request.on("close", () => signal.removeEventListener("abort", abort));
    // Never removed: a late error without a listener would end the process.
    request.on("error", reject);
    request.on("response", (response) => {
      resolve({
        status: response.statusCode ?? 0,
        headers: toHeaders(response),
        body: Readable.toWeb(response) as ReadableStream<Uint8Array<ArrayBuffer>>,
      });
    });
    request.end();
  });
}

function toHeaders({ headers }: IncomingMessage): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result.set(name, String(value));
  }
  return result;
}

function connectInsecure(
  url: URL,
  headers: Readonly<Record<string, string>>,
  listener: SocketListener,
): () => void {
  const socket = new WebSocket(url, {
    ...TLS,
    headers,
    maxPayload: MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
    followRedirects: false,
  });
  let isClosed = false;
  const close = () => {
    isClosed = true;
    socket.terminate();
  };
  const end = (reason: string) => {
    if (isClosed) return;
    close();
    listener.closed(reason);
  };
  // Never removed: a late error without a listener would end the process.
  socket.on("error", (error) => end(error.message));
  socket.on("close", (code) => end(`closed with code ${code}`));
  socket.on("open", () => {
    if (!isClosed) listener.opened();
  });
  socket.on("message", (data, isBinary) => {
    if (isClosed) return;
    const text = isBinary ? undefined : String(data);
    listener.received(text !== undefined && text.length <= MAX_FRAME_BYTES ? text : undefined);
  });
  return close;
}
