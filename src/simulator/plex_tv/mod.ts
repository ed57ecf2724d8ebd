/**
 * A simulated plex.tv on a real port, by HTTP: PINs and the devices of one account, with faults. It
 * is written from what is known of plex.tv (docs/plex/api.md#plextv) and shares no code with the
 * exporter.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../clock.ts";
import { Listener } from "../net/listener.ts";
import { createRandom } from "../random.ts";
import { Timers } from "../timers.ts";
import { answerByFault, type PlexTvFault } from "./faults.ts";
import { Pins } from "./pins.ts";
import type { Device, PlexTvResponse } from "./responses.ts";
import { respond } from "./routes.ts";

export type { Connection, Device } from "./responses.ts";
export type { PlexTvFault } from "./faults.ts";

/** How a simulated plex.tv begins and behaves. */
export interface PlexTvOptions {
  readonly clock: Clock;
  readonly seed?: number;
  /** The devices that the account sees. */
  readonly devices?: readonly Device[];
  /** Lifetime of a PIN; 15 minutes by default. */
  readonly pinLifetimeMs?: number;
  /** How far plex.tv's clock is ahead of the simulation's. */
  readonly clockOffsetMs?: number;
  /** An expired PIN answers 200 without a token, instead of 404. */
  readonly keepsExpiredPins?: boolean;
}

/** One request that reached plex.tv. */
export interface PlexTvRequest {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly atMs: number;
}

/** A simulated plex.tv. */
export class PlexTv {
  /** The token that a claimed PIN has. It is valid nowhere else and is no secret. */
  readonly accountToken = "account-token-01-synthetic";
  /** Oldest first. */
  readonly requests: PlexTvRequest[] = [];
  /** The devices that the account sees. */
  devices: readonly Device[];
  readonly #options: PlexTvOptions;
  readonly #timers: Timers;
  readonly #pins: Pins;
  readonly #listener: Listener;
  readonly #held = new Set<ServerResponse>();
  #fault: { readonly fault: PlexTvFault; readonly path: string; times: number } | undefined;

  constructor(options: PlexTvOptions) {
    const { clock, seed = 1, pinLifetimeMs = 15 * 60_000 } = options;
    this.#options = options;
    this.devices = options.devices ?? [];
    this.#timers = new Timers(clock);
    this.#pins = new Pins(clock, createRandom(seed), pinLifetimeMs);
    this.#listener = new Listener({
      hostname: "127.0.0.1",
      port: 0,
      certificate: undefined,
      timers: this.#timers,
      keepAliveMs: 20_000,
      onRequest: (request, response) => this.#receive(request, response),
      onUpgrade: (_request, socket) => void socket.destroy(),
    });
  }

  /** The actual port, once it is open. */
  get port(): number {
    return this.#listener.port;
  }

  /** Requests that a fault never answers. */
  get heldRequests(): number {
    return this.#held.size;
  }

  /** Opens the port. */
  open(): Promise<void> {
    return this.#listener.open();
  }

  /** Cuts all connections and closes the port. */
  async close(): Promise<void> {
    this.#timers.close();
    await this.#listener.close();
  }

  /** The user enters a code. Throws if no PIN has it at present. */
  claim(code: string): void {
    this.#pins.claim(code, this.accountToken);
  }

  /** Sets the fault of the next answers below a path, instead of the one before; or none. */
  setFault(
    fault: PlexTvFault | undefined,
    { path = "/", times = Infinity }: { readonly path?: string; readonly times?: number } = {},
  ): void {
    this.#fault = fault === undefined ? undefined : { fault, path, times };
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const { clock, clockOffsetMs = 0, keepsExpiredPins = false } = this.#options;
    const { method = "", url = "", headers } = request;
    const nowMs = clock.now();
    this.requests.push({ method, url, headers, atMs: nowMs });
    // Bodies of requests have no meaning here.
    request.resume();
    response.sendDate = false;
    response.setHeader("Date", new Date(nowMs + clockOffsetMs).toUTCString());
    const send = ({ status, body }: PlexTvResponse) => {
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    };
    const fault = this.#takeFault(url);
    if (fault?.kind === "hang") {
      this.#held.add(response);
      response.on("close", () => this.#held.delete(response));
    }
    if (fault !== undefined) return answerByFault(fault, response, send);
    send(respond(request, {
      pins: this.#pins,
      accountToken: this.accountToken,
      devices: this.devices,
      nowMs,
      clockOffsetMs,
      keepsExpiredPins,
    }));
  }

  #takeFault(url: string): PlexTvFault | undefined {
    const current = this.#fault;
    if (current === undefined || current.times <= 0 || !url.startsWith(current.path)) return;
    current.times -= 1;
    return current.fault;
  }
}

/** Starts a simulated plex.tv on a free port of the loopback. */
export async function startPlexTv(options: PlexTvOptions): Promise<PlexTv> {
  const plexTv = new PlexTv(options);
  await plexTv.open();
  return plexTv;
}
