/**
 * A simulated Plex Media Server on a real port: a world behind HTTP and a notification socket, with
 * faults to order. It is built from notes about Plex alone and shares no code with the exporter.
 */
import { Timers } from "./timers.ts";
import { Faults } from "./faults.ts";
import { NotificationHub } from "./net/notification_hub.ts";
import { type Certificate, Listener } from "./net/listener.ts";
import { RequestHandler, type RequestHandlerOptions, type SeenRequest } from "./request_handler.ts";
import { createRandom } from "./random.ts";
import { Simulation, type SimulationOptions } from "./simulation.ts";

/** How a simulated server begins. */
export interface PlexOptions extends SimulationOptions, RequestHandlerOptions {
  /** 0, the default, chooses a free port. */
  readonly port?: number;
  /** "127.0.0.1" unless said otherwise. */
  readonly hostname?: string;
  /** Serves https and wss in place of http and ws. */
  readonly certificate?: Certificate;
}

/** A simulated server that is running. */
export interface SimulatedPlex {
  /** With the path prefix, without a slash at the end. */
  readonly url: string;
  readonly ownerToken: string;
  readonly guestToken: string;
  readonly world: Simulation;
  readonly faults: Faults;
  /** Oldest first. */
  readonly requests: readonly SeenRequest[];
  /** Frames sent on notification sockets, once per socket. */
  readonly framesSent: number;
  /** Bytes of answers and frames. */
  readonly bytesSent: number;
  readonly openSockets: number;
  /** Questions that a fault holds back, until time has gone by or for good. */
  readonly heldBack: number;
  /** Resolves when the port has been opened or closed as the world and the faults want it. */
  settled(): Promise<void>;
  /** Ends the world, every connection and the port. */
  close(): Promise<void>;
}

/** Starts a server on this machine; rejects if its port is taken. */
export async function startPlex(options: PlexOptions): Promise<SimulatedPlex> {
  const server = new PlexServer(options);
  await server.open();
  return server;
}

class PlexServer implements SimulatedPlex {
  readonly world: Simulation;
  readonly faults = new Faults();
  readonly #options: PlexOptions;
  readonly #agenda: Timers;
  readonly #listener: Listener;
  readonly #broadcaster: NotificationHub;
  readonly #reception: RequestHandler;
  #transition: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: PlexOptions) {
    this.#options = options;
    this.world = new Simulation(options);
    this.#agenda = new Timers(options.clock);
    this.#broadcaster = new NotificationHub(
      this.faults,
      this.#agenda,
      createRandom(options.seed ?? 1),
    );
    this.#reception = new RequestHandler({
      world: this.world,
      faults: this.faults,
      clock: options.clock,
      agenda: this.#agenda,
      broadcaster: this.#broadcaster,
    }, options);
    this.#listener = new Listener({
      hostname: options.hostname ?? "127.0.0.1",
      port: options.port ?? 0,
      certificate: options.certificate,
      onSocket: (socket) => this.#reception.serve(socket),
    });
    this.world.watch({
      notice: (notice) => this.#broadcaster.send(notice),
      condition: () => this.#follow(),
    });
    this.faults.onChange(() => this.#follow());
  }

  get url(): string {
    const { certificate, hostname = "127.0.0.1", pathPrefix = "" } = this.#options;
    const scheme = certificate === undefined ? "http" : "https";
    return `${scheme}://${hostname}:${this.#listener.port}${pathPrefix}`;
  }

  get ownerToken(): string {
    return this.world.tokens.owner;
  }

  get guestToken(): string {
    return this.world.tokens.guest;
  }

  get requests(): readonly SeenRequest[] {
    return this.#reception.requests;
  }

  get framesSent(): number {
    return this.#broadcaster.framesSent;
  }

  get bytesSent(): number {
    return this.#reception.bytesSent + this.#broadcaster.bytesSent;
  }

  get openSockets(): number {
    return this.#broadcaster.openSockets;
  }

  get heldBack(): number {
    return this.#reception.heldBack;
  }

  open(): Promise<void> {
    return this.#listener.open();
  }

  settled(): Promise<void> {
    return this.#transition;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.world.close();
    this.#agenda.close();
    await this.#transition;
    await this.#listener.close();
  }

  /** Opens or closes the port as the world and the faults want it, one change after another. */
  #follow(): void {
    if (this.#closed) return;
    const reachable = () => this.world.condition !== "gone" && !this.faults.has("refuse");
    if (!reachable()) this.#broadcaster.resetAll();
    this.#broadcaster.applyFaults();
    this.#transition = this.#transition.then(() => {
      if (this.#closed) return;
      return reachable() ? this.#listener.open() : this.#listener.close();
    });
  }
}
