/**
 * One request of Node's HTTP server and its answer, in the terms of the web: what was asked goes to
 * a handler, and its `Response` to the client. It opens no socket.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Handler } from "./handler.ts";

/** Answers a request; resolves when the client has the answer, or has left. Never rejects. */
export async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  hostname: string,
  handler: Handler,
): Promise<void> {
  const { method = "GET", url = "/" } = request;
  // Nothing that is asked here has a body.
  request.resume();
  const answer = await handler(
    { method, url, headers: readHeaders(request) },
    { remoteAddr: { hostname } },
  );
  response.writeHead(answer.status, [...answer.headers].flat());
  await send(answer.body, response);
}

function readHeaders({ headers }: IncomingMessage): Headers {
  const read = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) read.set(name, String(value));
  }
  return read;
}

/** Sends no faster than the client takes it; where he leaves, the rest is cancelled. */
async function send(
  body: ReadableStream<Uint8Array> | null,
  response: ServerResponse,
): Promise<void> {
  const closed = new Promise<void>((resolve) => response.once("close", resolve));
  for await (const piece of body ?? []) {
    if (!response.write(piece)) {
      await Promise.race([new Promise<void>((resolve) => response.once("drain", resolve)), closed]);
    }
    if (response.destroyed) return;
  }
  response.end();
  await closed;
}
