/** A minimal client of the simulated server for its own tests. It uses no code of the exporter. */
import type { SimulatedPlex } from "../../src/simulator/plex.ts";

/** Any JSON document. */
// deno-lint-ignore no-explicit-any
export type AnyJson = any;

/** A response with its parsed body. */
export interface ApiResult {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: () => AnyJson;
}

/** Requests JSON with the owner's token by default. */
export async function get(
  plex: SimulatedPlex,
  path: string,
  options: { token?: string | undefined; headers?: Record<string, string> } = {},
): Promise<ApiResult> {
  const token = "token" in options ? options.token : plex.ownerToken;
  const response = await fetch(`${plex.url}${path}`, {
    redirect: "manual",
    headers: {
      accept: "application/json",
      ...(token === undefined ? {} : { "x-plex-token": token }),
      ...options.headers,
    },
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: () => JSON.parse(text).MediaContainer,
  };
}

/** A notification socket with all it has received. */
export class NotificationClient {
  readonly frames: AnyJson[] = [];
  readonly raw: unknown[] = [];
  readonly opened: Promise<boolean>;
  readonly closed: Promise<CloseEvent>;
  readonly #socket: WebSocket;

  constructor(
    plex: SimulatedPlex,
    options: { path?: string; query?: string; token?: string } = {},
  ) {
    const { path = "/:/websockets/notifications" } = options;
    const url = `${plex.url.replace("http", "ws")}${path}`;
    this.#socket = new WebSocket(`${url}${options.query ?? ""}`, {
      headers: { "X-Plex-Token": options.token ?? plex.ownerToken },
    });
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onmessage = ({ data }) => {
      this.raw.push(data);
      try {
        this.frames.push(JSON.parse(data).NotificationContainer);
      } catch {
        // Invalid frames are intentional.
      }
    };
    const { promise, resolve } = Promise.withResolvers<CloseEvent>();
    this.closed = promise;
    this.opened = new Promise((settle) => {
      this.#socket.onopen = () => settle(true);
      this.#socket.onclose = (event) => {
        settle(false);
        resolve(event);
      };
    });
  }

  /** Entries of all frames of a type. */
  entries(type: string): AnyJson[] {
    return this.frames.filter((frame) => frame.type === type).flatMap((frame) =>
      Object.values(frame).find(Array.isArray) ?? []
    );
  }

  /** Closes and waits until it is closed. */
  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }
}
