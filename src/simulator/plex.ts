/**
 * A simulated Plex Media Server on a real port: a simulation behind HTTP and a notification socket,
 * with faults to switch on. It is written from what is known of Plex (`docs/plex`) and shares no
 * code with the exporter.
 */
import { Timers } from "./timers.ts";
import { Faults } from "./faults.ts";
import { NotificationHub } from "./net/notification_hub.ts";
import { type Certificate, Listener } from "./net/listener.ts";
import {
  type RecordedRequest,
  RequestHandler,
  type RequestHandlerOptions,
} from "./request_handler.ts";
import { createRandom } from "./random.ts";
import { Simulation, type SimulationOptions } from "./simulation.ts";

/** How a simulated server begins. */
export interface PlexOptions extends SimulationOptions, RequestHandlerOptions {
  /** 0, the default, chooses a free port. */
  readonly port?: number;
  /** "127.0.0.1" by default. */
  readonly hostname?: string;
  /** Serves https and wss instead of http and ws. */
  readonly certificate?: Certificate;
}

/** A simulated server that is running. */
export interface SimulatedPlex {
  /** With the path prefix, without a slash at the end. */
  readonly url: string;
  readonly ownerToken: string;
  readonly guestToken: string;
  readonly simulation: Simulation;
  readonly faults: Faults;
  /** Oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Frames sent on notification sockets, once per socket. */
  readonly framesSent: number;
  /** Bytes of responses and frames. */
  readonly bytesSent: number;
  readonly openSockets: number;
  /** Requests that a fault delays or never answers. */
  readonly heldRequests: number;
  /** Resolves when the port has been opened or closed as the simulation and the faults require. */
  ready(): Promise<void>;
  /** Ends the simulation, every connection and the port. */
  close(): Promise<void>;
}

/** Starts a server on this machine; rejects if its port is taken. */
export async function startPlex(options: PlexOptions): Promise<SimulatedPlex> {
  const server = new PlexServer(options);
  await server.open();
  return server;
}

class PlexServer implements SimulatedPlex {
  readonly simulation: Simulation;
  readonly faults = new Faults();
  readonly #options: PlexOptions;
  readonly #timers: Timers;
  readonly #listener: Listener;
  readonly #hub: NotificationHub;
  readonly #requestHandler: RequestHandler;
  #portChange: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: PlexOptions) {
    this.#options = options;
    const lateStartMs = () => this.faults.take("late sessions")?.ms;
    this.simulation = new Simulation({ ...options, lateStartMs });
    this.#timers = new Timers(options.clock);
    this.#hub = new NotificationHub(
      this.faults,
      this.#timers,
      createRandom(options.seed ?? 1),
    );
    this.#requestHandler = new RequestHandler({
      simulation: this.simulation,
      faults: this.faults,
      clock: options.clock,
      timers: this.#timers,
      hub: this.#hub,
    }, options);
    this.#listener = new Listener({
      hostname: options.hostname ?? "127.0.0.1",
      port: options.port ?? 0,
      certificate: options.certificate,
      timers: this.#timers,
      keepAliveMs: this.#requestHandler.keepAliveS * 1000,
      onRequest: (request, response) => void this.#requestHandler.handle(request, response),
      onUpgrade: (request, socket, head) =>
        void this.#requestHandler.upgrade(request, socket, head),
    });
    this.simulation.observe({
      notification: (notification) => this.#hub.send(notification),
      status: () => this.#updatePort(),
    });
    this.faults.onChange(() => this.#updatePort());
  }

  get url(): string {
    const { certificate, hostname = "127.0.0.1", pathPrefix = "" } = this.#options;
    const scheme = certificate === undefined ? "http" : "https";
    return `${scheme}://${hostname}:${this.#listener.port}${pathPrefix}`;
  }

  get ownerToken(): string {
    return this.simulation.tokens.owner;
  }

  get guestToken(): string {
    return this.simulation.tokens.guest;
  }

  get requests(): readonly RecordedRequest[] {
    return this.#requestHandler.requests;
  }

  get framesSent(): number {
    return this.#hub.framesSent;
  }

  get bytesSent(): number {
    return this.#requestHandler.bytesSent + this.#hub.bytesSent;
  }

  get openSockets(): number {
    return this.#hub.openSockets;
  }

  get heldRequests(): number {
    return this.#requestHandler.heldRequests;
  }

  open(): Promise<void> {
    return this.#listener.open();
  }

  ready(): Promise<void> {
    return this.#portChange;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.simulation.close();
    this.#timers.close();
    await this.#portChange;
    await this.#listener.close();
  }

  /** Opens or closes the port as the simulation and the faults require, one change at a time. */
  #updatePort(): void {
    if (this.#closed) return;
    const reachable = () => this.simulation.status !== "gone" && !this.faults.has("refuse");
    if (!reachable()) this.#hub.resetAll();
    this.#hub.applyFaults();
    this.#portChange = this.#portChange.then(() => {
      if (this.#closed) return;
      return reachable() ? this.#listener.open() : this.#listener.close();
    });
  }
}
