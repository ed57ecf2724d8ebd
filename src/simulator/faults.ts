/**
 * The faults that can be injected, and the switches for them. `plex.ts`, `request_handler.ts`,
 * `fault_injection.ts` and `net/` apply them.
 */

/** A fault of the server, the network or a proxy. */
export type Fault =
  // Connections.
  /** The listener is closed and every connection cut; clearing opens the same port again. */
  | { readonly kind: "refuse" }
  /** Requests are read and never answered; their connections stay open. */
  | { readonly kind: "hang" }
  /** Responses are delayed by this time. */
  | { readonly kind: "slow"; readonly ms: number }
  /** The connection is reset instead of a response. */
  | { readonly kind: "reset" }
  /** Half of the body arrives, then the connection ends. */
  | { readonly kind: "truncated" }
  // Other responses.
  /** 503 of the start-up maintenance, on every path, `/identity` included. */
  | { readonly kind: "starting"; readonly spelling?: "xml" | "json" }
  /** 401, whatever the token; on every path, as behind a proxy with its own authentication. */
  | { readonly kind: "unauthorized" }
  /** The owner's token counts as a guest's. */
  | { readonly kind: "guest" }
  /** 404. */
  | { readonly kind: "not found" }
  /** 429 with `Retry-After`. */
  | { readonly kind: "too many requests"; readonly retryAfterS: number }
  /** 500. */
  | { readonly kind: "server error" }
  /** 400 for a query whose operator is percent-encoded, as 1.43.4 answered. */
  | { readonly kind: "encoded operator rejected" }
  /** Filters in the query are ignored: the full result. */
  | { readonly kind: "filter ignored" }
  /** A proxy's login page: HTML with status 200. */
  | { readonly kind: "login page" }
  /** A redirect to another URL. */
  | { readonly kind: "redirect"; readonly to: string; readonly status?: 301 | 302 | 307 | 308 }
  // Broken bodies.
  /** Nothing, with status 200. */
  | { readonly kind: "empty body" }
  /** JSON that breaks off, with a matching length. */
  | { readonly kind: "invalid json" }
  /** The document, followed by this many spaces. */
  | { readonly kind: "oversized"; readonly bytes: number }
  /** The first list begins with this many bytes of empty items. */
  | { readonly kind: "object flood"; readonly bytes: number }
  /** A few kilobytes that unpack to this many bytes. */
  | { readonly kind: "gzip bomb"; readonly bytes: number }
  /** Every attribute has another type, and lists of children are single objects. */
  | { readonly kind: "wrong types" }
  /** Every attribute is a string, as in the sessions recorded in 2020 and 2022. */
  | { readonly kind: "strings only" }
  /** Every list of items begins with some that are broken; the good ones follow. */
  | { readonly kind: "bad items" }
  /** The total is in the header `X-Plex-Container-Total-Size` and not in the body. */
  | { readonly kind: "total in header" }
  // The session list.
  /**
   * A new session is listed up to this much later than its first frame; `times` counts sessions.
   */
  | { readonly kind: "late sessions"; readonly ms: number }
  // The notification socket.
  /** The upgrade is never answered. */
  | { readonly kind: "socket hangs" }
  /**
   * Open sockets are closed with this code (1001 by default), new ones right after the upgrade.
   * 1006 closes without the closing handshake.
   */
  | { readonly kind: "socket closes"; readonly code?: number }
  /** Open sockets are reset, new ones right after the upgrade. */
  | { readonly kind: "socket resets" }
  /** TCP stays up and nothing comes any more; such sockets stay silent after clearing. */
  | { readonly kind: "socket half-open" }
  /** Frames are sent as binary. */
  | { readonly kind: "binary frames" }
  /** Each frame is preceded by one of an unknown type. */
  | { readonly kind: "unknown frames" }
  /** Each frame is preceded by text that is not JSON. */
  | { readonly kind: "invalid frames" }
  /** Each frame's list begins with entries that are broken. */
  | { readonly kind: "bad entries" }
  /** Session and rating keys in frames are numbers, as on old servers. */
  | { readonly kind: "numeric ids" }
  /** Each frame is preceded by a log frame of this many bytes. */
  | { readonly kind: "huge frames"; readonly bytes: number }
  /** So many additional frames a second. */
  | { readonly kind: "frame storm"; readonly perSecond: number }
  /** This share of the frames is lost. */
  | { readonly kind: "lost frames"; readonly share: number }
  /** This share of the frames is sent twice. */
  | { readonly kind: "duplicate frames"; readonly share: number };

/** The name of a fault. */
export type FaultKind = Fault["kind"];

/** Where and how often a fault applies. */
export interface FaultScope {
  /** A path template such as "/library/sections/{id}/all"; every path if absent. */
  readonly path?: string;
  /** How many requests (or sockets, or frames) it affects before it clears itself. */
  readonly times?: number;
}

interface ActiveFault {
  readonly fault: Fault;
  readonly path: string | undefined;
  timesLeft: number;
}

/** The switches. They act from the next request, frame or connection on, the socket's at once. */
export class Faults {
  #active: readonly ActiveFault[] = [];
  #onChange: () => void = () => {};

  /** Sets a fault; returns how to clear just this one. */
  set(fault: Fault, scope: FaultScope = {}): () => void {
    const entry: ActiveFault = {
      fault,
      path: scope.path,
      timesLeft: scope.times ?? Number.POSITIVE_INFINITY,
    };
    this.#replace([...this.#active, entry]);
    return () => this.#replace(this.#active.filter((other) => other !== entry));
  }

  /** Clears all faults of a kind, or all. */
  clear(kind?: FaultKind): void {
    this.#replace(
      kind === undefined ? [] : this.#active.filter(({ fault }) => fault.kind !== kind),
    );
  }

  /** True if such a fault is set for this path; does not count as a use. */
  has(kind: FaultKind, path?: string): boolean {
    return this.#find(kind, path) !== undefined;
  }

  /** The fault of this kind for this path, if it is set; counts as one use. */
  take<K extends FaultKind>(kind: K, path?: string): Extract<Fault, { kind: K }> | undefined {
    const found = this.#find(kind, path);
    if (found === undefined) return undefined;
    found.timesLeft -= 1;
    if (found.timesLeft <= 0) this.#replace(this.#active.filter((other) => other !== found));
    return found.fault as Extract<Fault, { kind: K }>;
  }

  /** Calls `run` after every change; there is one listener, the server. */
  onChange(run: () => void): void {
    this.#onChange = run;
  }

  #find(kind: FaultKind, path: string | undefined): ActiveFault | undefined {
    return this.#active.find((entry) =>
      entry.fault.kind === kind && (entry.path === undefined || entry.path === path)
    );
  }

  #replace(active: readonly ActiveFault[]): void {
    this.#active = active;
    this.#onChange();
  }
}
