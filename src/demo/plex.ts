/**
 * A simulated Plex Media Server on a real port: a world behind HTTP and a notification socket, with
 * faults to order. It is built from notes about Plex alone and shares no code with the exporter.
 */
import type { Socket } from "node:net";
import type { Cancel, Clock } from "../time.ts";
import { Agenda } from "./agenda.ts";
import { spoil, substitute } from "./distortion.ts";
import { Faults } from "./faults.ts";
import { Broadcaster } from "./net/broadcaster.ts";
import { answerBytes, type Head, readRequests } from "./net/http.ts";
import { type Certificate, Listener } from "./net/listener.ts";
import { upgradeHead, WebSocketLink } from "./net/websocket.ts";
import { diceFrom } from "./seed.ts";
import { type Answer, errorAnswer, startingAnswer } from "./wire/answers.ts";
import { frameFilter } from "./wire/frames.ts";
import { readQuery } from "./wire/query.ts";
import { answer, type Asked, callerOf, socketPath, templateOf } from "./wire/routes.ts";
import { World, type WorldOptions } from "./world.ts";

/** Plex API notes §0: idle connections are closed after 20 s. */
const usualKeepAliveS = 20;

/** The device under which own traffic is booked. */
const apiDeviceId = 99;

/** One request that reached the server, upgrades included. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** The path with "{id}" in place of ids. */
  readonly template: string;
  /** As it was sent, without the question mark. */
  readonly rawQuery: string;
  readonly atMs: number;
  /** The status of the answer; absent while, or if, there is none. */
  status?: number;
}

/** How a simulated server begins. */
export interface PlexOptions extends WorldOptions {
  /** 0, the default, chooses a free port. */
  readonly port?: number;
  /** "127.0.0.1" unless said otherwise. */
  readonly hostname?: string;
  /** Serves https and wss in place of http and ws. */
  readonly certificate?: Certificate;
  /** A reverse proxy's path, such as "/plex"; everything outside it is a 404. */
  readonly pathPrefix?: string;
  /** Books the answers to requests as bandwidth, as Plex does; off unless asked for. */
  readonly ownTraffic?: boolean;
  readonly keepAliveS?: number;
}

/** A simulated server that is running. */
export interface SimulatedPlex {
  /** With the path prefix, without a slash at the end. */
  readonly url: string;
  readonly ownerToken: string;
  readonly guestToken: string;
  readonly world: World;
  readonly faults: Faults;
  /** Oldest first. */
  readonly requests: readonly SeenRequest[];
  /** Frames sent on notification sockets, once per socket. */
  readonly framesSent: number;
  /** Bytes of answers and frames. */
  readonly bytesSent: number;
  readonly openSockets: number;
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
  readonly world: World;
  readonly faults = new Faults();
  readonly requests: SeenRequest[] = [];
  readonly #options: PlexOptions;
  readonly #clock: Clock;
  readonly #agenda: Agenda;
  readonly #listener: Listener;
  readonly #broadcaster: Broadcaster;
  readonly #keepAliveS: number;
  #answerBytes = 0;
  #transition: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: PlexOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#keepAliveS = options.keepAliveS ?? usualKeepAliveS;
    this.world = new World(options);
    this.#agenda = new Agenda(options.clock);
    this.#broadcaster = new Broadcaster(this.faults, this.#agenda, diceFrom(options.seed ?? 1));
    this.#listener = new Listener({
      hostname: options.hostname ?? "127.0.0.1",
      port: options.port ?? 0,
      certificate: options.certificate,
      onSocket: (socket) => this.#serve(socket),
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

  get framesSent(): number {
    return this.#broadcaster.framesSent;
  }

  get bytesSent(): number {
    return this.#answerBytes + this.#broadcaster.bytesSent;
  }

  get openSockets(): number {
    return this.#broadcaster.openSockets;
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

  #serve(socket: Socket): void {
    let idle: Cancel = () => {};
    const rest = () => {
      idle();
      idle = this.#agenda.after(this.#keepAliveS * 1000, () => socket.destroy());
    };
    rest();
    socket.on("close", () => idle());
    readRequests(socket, async (head) => {
      idle();
      const goesOn = await this.#reply(socket, head);
      if (goesOn && !socket.destroyed) rest();
      return goesOn;
    });
  }

  /** Answers one request; false if the connection is no longer one for requests. */
  async #reply(socket: Socket, head: Head): Promise<boolean> {
    const path = this.#localPath(head.path);
    const template = templateOf(path);
    const seen: SeenRequest = {
      method: head.method,
      path,
      template,
      rawQuery: head.rawQuery,
      atMs: this.#clock.now(),
    };
    this.requests.push(seen);
    if (this.faults.take("hang", template)) return false;
    const slow = this.faults.take("slow", template);
    if (slow !== undefined) {
      await new Promise<void>((resolve) => this.#agenda.after(slow.ms, resolve));
    }
    if (this.faults.take("reset", template)) {
      socket.resetAndDestroy();
      return false;
    }
    const asked = this.#asked(head, path, template);
    const substituted = this.#substitute(asked, template, head);
    if (substituted === undefined && this.#isUpgrade(head, path)) {
      if (callerOf(this.world, asked) === "owner") {
        seen.status = 101;
        this.#upgrade(socket, head, asked);
        return false;
      }
    }
    const good = substituted ?? answer(this.world, asked);
    const sent = spoil(this.faults, template, good);
    seen.status = sent.status;
    return this.#send(socket, head, template, sent);
  }

  #localPath(path: string): string {
    const { pathPrefix = "" } = this.#options;
    return path.startsWith(`${pathPrefix}/`) ? path.slice(pathPrefix.length) : `(outside)${path}`;
  }

  #asked(head: Head, path: string, template: string): Asked {
    const query = readQuery(head.rawQuery, head.headers);
    return {
      path,
      rawQuery: head.rawQuery,
      query,
      token: head.headers.get("x-plex-token") ?? query.value("X-Plex-Token"),
      wantsJson: (head.headers.get("accept") ?? "").includes("application/json"),
      ignoreFilters: this.faults.take("filter ignored", template) !== undefined,
      everyoneIsGuest: this.faults.take("guest", template) !== undefined,
    };
  }

  #substitute(asked: Asked, template: string, head: Head): Answer | undefined {
    const substituted = substitute(this.faults, template, head.rawQuery);
    if (substituted !== undefined) return substituted;
    if (asked.path.startsWith("(outside)")) return errorAnswer(404);
    if (this.world.condition === "starting") return startingAnswer("xml");
    return undefined;
  }

  #isUpgrade(head: Head, path: string): boolean {
    return path === socketPath && head.headers.get("upgrade")?.toLowerCase() === "websocket";
  }

  #upgrade(socket: Socket, head: Head, asked: Asked): void {
    if (this.faults.take("socket hangs")) return;
    socket.write(upgradeHead(head.headers.get("sec-websocket-key") ?? ""));
    const link = new WebSocketLink(socket, frameFilter(asked.query.value("filters")));
    socket.on("close", () => this.#broadcaster.remove(link));
    this.#broadcaster.add(link);
  }

  #send(socket: Socket, head: Head, template: string, sent: Answer): boolean {
    if (socket.destroyed) return false;
    const { head: headBytes, body } = answerBytes(sent, {
      acceptsGzip: (head.headers.get("accept-encoding") ?? "").includes("gzip"),
      withBody: head.method !== "HEAD",
      keepAliveS: this.#keepAliveS,
    });
    socket.write(headBytes);
    this.#answerBytes += headBytes.length + body.length;
    if (this.#options.ownTraffic === true) {
      this.world.bookTraffic(1, apiDeviceId, headBytes.length + body.length);
    }
    if (this.faults.take("truncated", template)) {
      socket.end(body.subarray(0, Math.floor(body.length / 2)));
      return false;
    }
    if (sent.headers["Connection"] === "close") {
      socket.end(body);
      return false;
    }
    socket.write(body);
    return true;
  }
}
