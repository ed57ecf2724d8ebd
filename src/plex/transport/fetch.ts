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
    fetch: async (url, headers, signal) =>
      await fetch(url, { client: clients.current(), headers, signal, redirect: "manual" }),
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
