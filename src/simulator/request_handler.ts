/**
 * What a simulated server does with each connection: it reads requests, answers them from the world
 * and spoils the answers as the faults want it. It does not open or close the port.
 */
import type { Socket } from "node:net";
import type { Cancel, Clock } from "../clock.ts";
import type { Timers } from "./timers.ts";
import { corrupt, replaceResponse } from "./fault_injection.ts";
import type { Faults } from "./faults.ts";
import type { NotificationHub } from "./net/notification_hub.ts";
import { answerBytes, type Head, readRequests } from "./net/http.ts";
import { ServerWebSocket, upgradeHead } from "./net/websocket.ts";
import { type ApiResponse, errorResponse, startingResponse } from "./api/responses.ts";
import { frameFilter } from "./api/frames.ts";
import { readQuery } from "./api/query.ts";
import { answer, type ApiRequest, callerOf, socketPath, templateOf } from "./api/routes.ts";
import type { Simulation } from "./simulation.ts";

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

/** How requests are received. */
export interface RequestHandlerOptions {
  /** A reverse proxy's path, such as "/plex"; everything outside it is a 404. */
  readonly pathPrefix?: string;
  /** Books the answers to requests as bandwidth, as Plex does; off unless asked for. */
  readonly ownTraffic?: boolean;
  /** Connections without a request for this long are closed. */
  readonly keepAliveS?: number;
}

/** Where all connections of a server end up. */
export class RequestHandler {
  /** Oldest first. */
  readonly requests: SeenRequest[] = [];
  readonly #world: Simulation;
  readonly #faults: Faults;
  readonly #clock: Clock;
  readonly #agenda: Timers;
  readonly #broadcaster: NotificationHub;
  readonly #pathPrefix: string;
  readonly #ownTraffic: boolean;
  readonly #keepAliveMs: number;
  readonly #heldBack = new Set<Socket>();
  #bytesSent = 0;

  constructor(
    house: {
      readonly world: Simulation;
      readonly faults: Faults;
      readonly clock: Clock;
      readonly agenda: Timers;
      /** Takes over the connections of notification sockets. */
      readonly broadcaster: NotificationHub;
    },
    options: RequestHandlerOptions,
  ) {
    this.#world = house.world;
    this.#faults = house.faults;
    this.#clock = house.clock;
    this.#agenda = house.agenda;
    this.#broadcaster = house.broadcaster;
    this.#pathPrefix = options.pathPrefix ?? "";
    this.#ownTraffic = options.ownTraffic ?? false;
    this.#keepAliveMs = (options.keepAliveS ?? usualKeepAliveS) * 1000;
  }

  /** Bytes of answers, heads included. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  /** Questions that a fault holds back, until time has gone by or for good. */
  get heldBack(): number {
    return this.#heldBack.size;
  }

  /** Answers what comes on this connection until it is closed. */
  serve(socket: Socket): void {
    let idle: Cancel = () => {};
    const rest = () => {
      idle();
      idle = this.#agenda.after(this.#keepAliveMs, () => socket.destroy());
    };
    rest();
    socket.on("close", () => {
      idle();
      this.#heldBack.delete(socket);
    });
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
    if (this.#faults.take("hang", template)) {
      this.#heldBack.add(socket);
      return false;
    }
    const slow = this.#faults.take("slow", template);
    if (slow !== undefined) {
      this.#heldBack.add(socket);
      await new Promise<void>((resolve) => this.#agenda.after(slow.ms, resolve));
      this.#heldBack.delete(socket);
    }
    if (this.#faults.take("reset", template)) {
      socket.resetAndDestroy();
      return false;
    }
    const asked = this.#asked(head, path, template);
    const substituted = this.#substitute(asked, template, head);
    if (substituted === undefined && this.#isUpgrade(head, path)) {
      if (callerOf(this.#world, asked) === "owner") {
        seen.status = 101;
        this.#upgrade(socket, head, asked);
        return false;
      }
    }
    const good = substituted ?? answer(this.#world, asked);
    const sent = corrupt(this.#faults, template, good);
    seen.status = sent.status;
    return this.#send(socket, head, template, sent);
  }

  #localPath(path: string): string {
    return path.startsWith(`${this.#pathPrefix}/`)
      ? path.slice(this.#pathPrefix.length)
      : `(outside)${path}`;
  }

  #asked(head: Head, path: string, template: string): ApiRequest {
    const query = readQuery(head.rawQuery, head.headers);
    return {
      path,
      rawQuery: head.rawQuery,
      query,
      token: head.headers.get("x-plex-token") ?? query.value("X-Plex-Token"),
      wantsJson: (head.headers.get("accept") ?? "").includes("application/json"),
      ignoreFilters: this.#faults.take("filter ignored", template) !== undefined,
      everyoneIsGuest: this.#faults.take("guest", template) !== undefined,
    };
  }

  #substitute(asked: ApiRequest, template: string, head: Head): ApiResponse | undefined {
    const substituted = replaceResponse(this.#faults, template, head.rawQuery);
    if (substituted !== undefined) return substituted;
    if (asked.path.startsWith("(outside)")) return errorResponse(404);
    if (this.#world.condition === "starting") return startingResponse("xml");
    return undefined;
  }

  #isUpgrade(head: Head, path: string): boolean {
    return path === socketPath && head.headers.get("upgrade")?.toLowerCase() === "websocket";
  }

  #upgrade(socket: Socket, head: Head, asked: ApiRequest): void {
    if (this.#faults.take("socket hangs")) {
      this.#heldBack.add(socket);
      return;
    }
    socket.write(upgradeHead(head.headers.get("sec-websocket-key") ?? ""));
    const link = new ServerWebSocket(socket, frameFilter(asked.query.value("filters")));
    socket.on("close", () => this.#broadcaster.remove(link));
    this.#broadcaster.add(link);
  }

  #send(socket: Socket, head: Head, template: string, sent: ApiResponse): boolean {
    if (socket.destroyed) return false;
    const { head: headBytes, body } = answerBytes(sent, {
      acceptsGzip: (head.headers.get("accept-encoding") ?? "").includes("gzip"),
      withBody: head.method !== "HEAD",
      keepAliveS: this.#keepAliveMs / 1000,
    });
    socket.write(headBytes);
    this.#bytesSent += headBytes.length + body.length;
    if (this.#ownTraffic) {
      this.#world.bookTraffic(1, apiDeviceId, headBytes.length + body.length);
    }
    if (this.#faults.take("truncated", template)) {
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
