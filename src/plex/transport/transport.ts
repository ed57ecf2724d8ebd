/**
 * What a way to Plex is: one request, one socket. It knows no path of Plex's, no token and no time
 * limit; those who ask bring them.
 */

/** An answer whose body is still to be read; leaving off early cancels the rest. */
export interface RawResponse extends Pick<Response, "status" | "headers"> {
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
  ): Promise<RawResponse>;
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
