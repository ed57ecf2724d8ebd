/**
 * The transport of the ordinary way: Deno's own `fetch` and `WebSocket`, which verify certificates.
 * It keeps connections for reuse.
 */
import { MAX_FRAME_BYTES, type Transport } from "./transport.ts";

/** Plex closes idle connections after 20 s (API notes §0): none older than this is used again. */
const POOL_IDLE_MS = 15_000;

/** Deno's client, which trusts what it is made with: another one where that has changed. */
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
        // What is under way goes on; its connections are not used again.
        current.client.close();
        current = next;
      }
      return current.client;
    },
    close: () => current.client.close(),
  };
}

/** A transport that trusts these PEM certificates besides the usual ones. */
export function fetchTransport(caCerts: () => readonly string[]): Transport {
  const clients = openClient(caCerts);
  return {
    // Asynchronous, so that a client that can't be made rejects and does not throw.
    fetch: async (url, headers, signal) =>
      await fetch(url, { client: clients.current(), headers, signal, redirect: "manual" }),
    connect: (url, headers, listener) => {
      const socket = new WebSocket(url, { client: clients.current(), headers });
      const abandon = () => {
        socket.onopen =
          socket.onmessage =
          socket.onerror =
          socket.onclose =
            null;
        // On a dead link this never ends; the socket stays closing, heard by nobody.
        socket.close();
      };
      const end = (reason: string) => {
        abandon();
        listener.closed(reason);
      };
      socket.onopen = () => listener.opened();
      socket.onmessage = ({ data }) =>
        listener.received(
          typeof data === "string" && data.length <= MAX_FRAME_BYTES ? data : undefined,
        );
      socket.onerror = (event) => end(event instanceof ErrorEvent ? event.message : "error");
      socket.onclose = ({ code }) => end(`closed with code ${code}`);
      return abandon;
    },
    close: clients.close,
  };
}
