/**
 * How bytes reach Plex: one request, one socket, with verified TLS by Deno's own `fetch` and
 * `WebSocket`. It knows no path of Plex's, no token and no time limit; those who ask bring them.
 */

/** An answer whose body is still to be read; leaving off early cancels the rest. */
export interface RawAnswer extends Pick<Response, "status" | "headers"> {
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** What a socket tells. After `closed` it tells nothing more. */
export interface SocketListener {
  opened(): void;
  /** A text; `undefined` for a frame that is none, or larger than may be. */
  received(text: string | undefined): void;
  /** Also when it could not be opened. The reason is for people, as the network words it. */
  closed(reason: string): void;
}

/** A way to Plex. */
export interface Transport {
  /** Asks without following redirects. Rejects if there is no answer, or on `signal`. */
  fetch(
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<RawAnswer>;
  /** Opens a socket. The function given back abandons it: the listener hears nothing from then. */
  connect(
    url: URL,
    headers: Readonly<Record<string, string>>,
    listener: SocketListener,
  ): () => void;
  /** Lets go of connections kept for reuse. */
  close(): void;
}

/** Frames above this are dropped unread: Plex's have some kilobytes (notification notes §1). */
export const MAX_FRAME_BYTES = 8 * 1024 * 1024;

/** Plex closes idle connections after 20 s (API notes §0): none older than this is used again. */
const POOL_IDLE_MS = 15_000;

export interface TransportOptions {
  /**
   * PEM certificates of CAs to trust besides the usual ones; asked for anew by every connection,
   * since they may change.
   */
  readonly caCerts?: (() => readonly string[]) | undefined;
  /** Takes any certificate. */
  readonly skipVerification?: boolean | undefined;
}

/** A transport for a server's address. Close it when the server is watched no more. */
export async function openTransport(server: URL, options: TransportOptions): Promise<Transport> {
  if (options.skipVerification && server.protocol === "https:") {
    // Loaded here only: it brings Node's TLS with it.
    const { unverifiedTransport } = await import("./unverified.ts");
    return unverifiedTransport();
  }
  return verifiedTransport(options.caCerts ?? (() => []));
}

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

function verifiedTransport(caCerts: () => readonly string[]): Transport {
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
