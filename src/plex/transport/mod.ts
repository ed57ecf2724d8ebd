/** The transport to a server: HTTP requests and the notification socket, without their contents. */
import { fetchTransport } from "./fetch.ts";

/**
 * An answer whose body has not been read yet. To stop early cancels the rest. A chunk is valid until
 * the next one is read.
 */
export interface RawResponse extends Pick<Response, "status" | "headers"> {
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** Receives what happens to a socket. Nothing is called after `closed`. */
export interface SocketListener {
  opened(): void;
  /** A text; `undefined` for a frame that is not text, or larger than `MAX_FRAME_BYTES`. */
  received(text: string | undefined): void;
  /** Also if the socket could not be opened. `reason` is the text of the network error. */
  closed(reason: string): void;
}

/** How a server is reached. Created by {@link openTransport}. */
export interface Transport {
  /** Sends a GET request and follows no redirect. Rejects without an answer, or on `signal`. */
  fetch(
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<RawResponse>;
  /** Opens a socket. The returned function closes it; the listener is not called after that. */
  connect(
    url: URL,
    headers: Readonly<Record<string, string>>,
    listener: SocketListener,
  ): () => void;
  /** Closes the connections that are kept for reuse. */
  close(): void;
}

export interface TransportOptions {
  /** PEM certificates of CAs to trust besides the usual ones; called for every connection. */
  readonly caCerts?: (() => readonly string[]) | undefined;
  /** Accept any certificate. */
  readonly skipVerification?: boolean | undefined;
}

/** Opens the transport to a server. It sends nothing yet; close it when it is no longer used. */
export async function openTransport(server: URL, options: TransportOptions): Promise<Transport> {
  if (options.skipVerification && server.protocol === "https:") {
    // Loaded only here, since it loads Node's TLS.
    const { insecureTransport } = await import("./insecure.ts");
    return insecureTransport();
  }
  return fetchTransport(options.caCerts ?? (() => []));
}
