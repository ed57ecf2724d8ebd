/** Writes responses with the headers of Plex, compressed if the client accepts that. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { type ApiResponse, reasonOf } from "../api/responses.ts";

/** How a response is written. */
export interface ResponseOptions {
  /** The announced time after which an idle connection is closed. */
  readonly keepAliveS: number;
  /** Sends the first half of the body, then closes the connection. */
  readonly truncated: boolean;
}

/** Writes a response to a request; returns how many bytes it has, headers included. */
export function sendResponse(
  request: IncomingMessage,
  out: ServerResponse,
  response: ApiResponse,
  { keepAliveS, truncated }: ResponseOptions,
): number {
  const headers = new Map(Object.entries({
    "X-Plex-Protocol": "1.0",
    "Connection": "Keep-Alive",
    ...response.headers,
  }));
  if (headers.get("Connection") === "Keep-Alive") {
    headers.set("Keep-Alive", `timeout=${keepAliveS}`);
  }
  let body = typeof response.body === "string"
    ? new TextEncoder().encode(response.body)
    : response.body;
  const acceptsGzip = request.headers["accept-encoding"]?.includes("gzip") ?? false;
  if (acceptsGzip && typeof response.body === "string" && body.length > 0) {
    const compressed = gzipSync(body, { level: 1 });
    headers.set("Content-Encoding", "gzip");
    headers.set("X-Plex-Content-Original-Length", String(body.length));
    headers.set("X-Plex-Content-Compressed-Length", String(compressed.length));
    body = compressed;
  }
  headers.set("Content-Length", String(body.length));
  out.sendDate = false;
  out.writeHead(response.status, reasonOf(response.status), Object.fromEntries(headers));
  if (truncated) {
    out.write(body.subarray(0, Math.floor(body.length / 2)), () => request.socket.end());
  } else {
    out.end(body);
  }
  return headBytes(response.status, headers) + body.length;
}

function headBytes(status: number, headers: ReadonlyMap<string, string>): number {
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${reasonOf(status)}\r\n${lines.join("")}\r\n`.length;
}
