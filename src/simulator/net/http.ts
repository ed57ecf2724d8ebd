/**
 * HTTP/1.1 on the bytes of a socket: the head of a request in, an answer out. It is written by hand
 * because half of what it is for is to break off, stay silent and reset.
 */
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { type ApiResponse, reasonOf } from "../api/responses.ts";

/** The head of a request. */
export interface RequestHead {
  readonly method: string;
  readonly path: string;
  /** Without the question mark, exactly as sent. */
  readonly rawQuery: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** A request line longer than this is nobody's request. */
const MAX_HEAD_BYTES = 65_536;

const HEAD_END = "\r\n\r\n";

/** Reads the head of a request; undefined if it is none. */
export function readHead(text: string): RequestHead | undefined {
  const [line = "", ...headerLines] = text.split("\r\n");
  const request = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(line);
  if (request === null) return undefined;
  const [, method = "", target = ""] = request;
  const headers = new Map<string, string>();
  for (const headerLine of headerLines) {
    const colon = headerLine.indexOf(":");
    if (colon === -1) continue;
    headers.set(headerLine.slice(0, colon).toLowerCase(), headerLine.slice(colon + 1).trim());
  }
  const question = target.indexOf("?");
  return {
    method,
    path: question === -1 ? target : target.slice(0, question),
    rawQuery: question === -1 ? "" : target.slice(question + 1),
    headers,
  };
}

/**
 * Calls `onRequest` for one request after another; the next is read when the promise of the last
 * has resolved to true. False means that the socket now belongs to someone else.
 */
export function readRequests(
  socket: Socket,
  onRequest: (head: RequestHead) => Promise<boolean>,
): void {
  let text = "";
  let busy = false;
  const next = async () => {
    const end = text.indexOf(HEAD_END);
    if (busy || socket.destroyed) return;
    if (end === -1) {
      if (text.length > MAX_HEAD_BYTES) socket.destroy();
      return;
    }
    const head = readHead(text.slice(0, end));
    text = text.slice(end + HEAD_END.length);
    if (head === undefined) {
      socket.destroy();
      return;
    }
    busy = true;
    if (await onRequest(head)) {
      busy = false;
      await next();
    } else {
      socket.off("data", read);
    }
  };
  const read = (chunk: Uint8Array) => {
    text += new TextDecoder("latin1").decode(chunk);
    void next();
  };
  socket.on("data", read);
}

/** What an answer needs to know of its request. */
export interface ResponseOptions {
  readonly acceptsGzip: boolean;
  /** False for HEAD. */
  readonly withBody: boolean;
  readonly keepAliveS: number;
}

/** An answer as bytes: head and body. */
export function responseBytes(
  answer: ApiResponse,
  form: ResponseOptions,
): { head: Uint8Array; body: Uint8Array } {
  const headers = new Map(Object.entries({
    "X-Plex-Protocol": "1.0",
    "Connection": "Keep-Alive",
    ...answer.headers,
  }));
  if (headers.get("Connection") === "Keep-Alive") {
    headers.set("Keep-Alive", `timeout=${form.keepAliveS}`);
  }
  let body = typeof answer.body === "string" ? new TextEncoder().encode(answer.body) : answer.body;
  if (form.acceptsGzip && typeof answer.body === "string" && body.length > 0) {
    const packed = gzipSync(body, { level: 1 });
    headers.set("Content-Encoding", "gzip");
    headers.set("X-Plex-Content-Original-Length", String(body.length));
    headers.set("X-Plex-Content-Compressed-Length", String(packed.length));
    body = packed;
  }
  headers.set("Content-Length", String(body.length));
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = `HTTP/1.1 ${answer.status} ${reasonOf(answer.status)}\r\n${lines}\r\n`;
  return {
    head: new TextEncoder().encode(head),
    body: form.withBody ? body : new Uint8Array(),
  };
}
