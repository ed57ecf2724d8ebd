/** The usual transport: Deno's own `fetch` and `WebSocket`, which verify certificates. */
import { MAX_FRAME_BYTES, POOL_IDLE_MS } from "../schedule.ts";
import type { Transport } from "./mod.ts";

/** Keeps an HTTP client that trusts the current certificates: it is replaced when they change. */
function openClient(caCerts: () => readonly string[]) {
  const open = (trusted: readonly string[]) => ({
    trusted: trusted.join("\n"),
    client: Deno.createHttpClient({ caCerts: [...trusted], poolIdleTimeout: POOL_IDLE_MS }),
  });
  let current = open(caCerts());
  return {
    current(): Deno.HttpClient {
      const trusted = caCerts();
      if (trusted.join("\n") !== current.trusted) {
        const next = open(trusted);
        // Pending requests continue; their connections are not reused.
        current.client.close();
        current = next;
      }
      return current.client;
    },
    close: () => current.client.close(),
  };
}

/** Creates a transport that trusts these PEM certificates besides the usual ones. */
export function fetchTransport(caCerts: () => readonly string[]): Transport {
  const clients = openClient(caCerts);
  return {
    // Asynchronous, so that a client that cannot be created rejects and does not throw.
    fetch: async (url, headers, signal) => {
      const client = clients.current();
      const response = await fetch(url, { client, headers, signal, redirect: "manual" });
      const { status, body } = response;
      return { status, headers: response.headers, body: body && chunksOf(body) };
    },
    connect: (url, headers, listener) => {
      const socket = new WebSocket(url, { client: clients.current(), headers });
      const close = () => {
        socket.onopen =
          socket.onmessage =
          socket.onerror =
          socket.onclose =
            null;
        // On a dead connection closing never completes, which does no harm without listeners.
        socket.close();
      };
      const end = (reason: string) => {
        close();
        listener.closed(reason);
      };
      socket.onopen = () => listener.opened();
      socket.onmessage = ({ data }) =>
        listener.received(
          typeof data === "string" && data.length <= MAX_FRAME_BYTES ? data : undefined,
        );
      socket.onerror = (event) => end(event instanceof ErrorEvent ? event.message : "error");
      socket.onclose = ({ code }) => end(`closed with code ${code}`);
      return close;
    },
    close: clients.close,
  };
}

/** The size of Deno's own reads. */
const BUFFER_BYTES = 65_536;

/**
 * Reads a body through one buffer, which each chunk but the last fills. Deno's own reads would take
 * a new buffer of that size for each chunk, of which a compressed body has one in 4 kB.
 */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader({ mode: "byob" });
  let buffer: ArrayBuffer = new ArrayBuffer(BUFFER_BYTES);
  try {
    for (;;) {
      const { value, done }: ReadableStreamReadResult<Uint8Array<ArrayBuffer>> = await reader.read(
        new Uint8Array(buffer),
        { min: BUFFER_BYTES },
      );
      // The last chunk comes together with the end.
      if (value !== undefined) yield value;
      if (done) return;
      buffer = value.buffer;
    }
  } finally {
    // Does nothing at the end of the body.
    await reader.cancel();
  }
}
