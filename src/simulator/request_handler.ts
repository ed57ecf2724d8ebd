/**
 * What a simulated server does with each connection: it reads requests, answers them from the simulation
 * and spoils the answers as the faults want it. It does not open or close the port.
 */
import type { Socket } from "node:net";
import type { Cancel, Clock } from "../clock.ts";
import type { Timers } from "./timers.ts";
import { corrupt, replaceResponse } from "./fault_injection.ts";
import type { Faults } from "./faults.ts";
import type { NotificationHub } from "./net/notification_hub.ts";
import { readRequests, type RequestHead, responseBytes } from "./net/http.ts";
import { ServerWebSocket, upgradeHead } from "./net/websocket.ts";
import { type ApiResponse, errorResponse, startingResponse } from "./api/responses.ts";
import { frameFilter } from "./api/frames.ts";
import { readQuery } from "./api/query.ts";
import { type ApiRequest, callerOf, respond, socketPath, templateOf } from "./api/routes.ts";
import type { Simulation } from "./simulation.ts";

/** docs/plex/api.md#idle-connections: idle connections are closed after 20 s. */
const DEFAULT_KEEP_ALIVE_S = 20;

/** The device under which own traffic is booked. */
const API_DEVICE_ID = 99;

/** One request that reached the server, upgrades included. */
export interface RecordedRequest {
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
  /** Books the answers to requests as bandwidth, as Plex does; off by default. */
  readonly ownTraffic?: boolean;
  /** Connections without a request for this long are closed. */
  readonly keepAliveS?: number;
}

/** Where all connections of a server end up. */
export class RequestHandler {
  /** Oldest first. */
  readonly requests: RecordedRequest[] = [];
  readonly #simulation: Simulation;
  readonly #faults: Faults;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #hub: NotificationHub;
  readonly #pathPrefix: string;
  readonly #ownTraffic: boolean;
  readonly #keepAliveMs: number;
  readonly #heldSockets = new Set<Socket>();
  #bytesSent = 0;

  constructor(
    context: {
      readonly simulation: Simulation;
      readonly faults: Faults;
      readonly clock: Clock;
      readonly timers: Timers;
      /** Takes over the connections of notification sockets. */
      readonly hub: NotificationHub;
    },
    options: RequestHandlerOptions,
  ) {
    this.#simulation = context.simulation;
    this.#faults = context.faults;
    this.#clock = context.clock;
    this.#timers = context.timers;
    this.#hub = context.hub;
    this.#pathPrefix = options.pathPrefix ?? "";
    this.#ownTraffic = options.ownTraffic ?? false;
    this.#keepAliveMs = (options.keepAliveS ?? DEFAULT_KEEP_ALIVE_S) * 1000;
  }

  /** Bytes of answers, heads included. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  /** Questions that a fault holds back, until time has gone by or for good. */
  get heldRequests(): number {
    return this.#heldSockets.size;
  }

  /** Answers what comes on this connection until it is closed. */
  serve(socket: Socket): void {
    let idle: Cancel = () => {};
    const rest = () => {
      idle();
      idle = this.#timers.after(this.#keepAliveMs, () => socket.destroy());
    };
    rest();
    socket.on("close", () => {
      idle();
      this.#heldSockets.delete(socket);
    });
    readRequests(socket, async (head) => {
      idle();
      const continueShare = await this.#respond(socket, head);
      if (continueShare && !socket.destroyed) rest();
      return continueShare;
    });
  }

  /** Answers one request; false if the connection is no longer one for requests. */
  async #respond(socket: Socket, head: RequestHead): Promise<boolean> {
    const path = this.#localPath(head.path);
    const template = templateOf(path);
    const seen: RecordedRequest = {
      method: head.method,
      path,
      template,
      rawQuery: head.rawQuery,
      atMs: this.#clock.now(),
    };
    this.requests.push(seen);
    if (this.#faults.take("hang", template)) {
      this.#heldSockets.add(socket);
      return false;
    }
    const slow = this.#faults.take("slow", template);
    if (slow !== undefined) {
      this.#heldSockets.add(socket);
      await new Promise<void>((resolve) => this.#timers.after(slow.ms, resolve));
      this.#heldSockets.delete(socket);
    }
    if (this.#faults.take("reset", template)) {
      socket.resetAndDestroy();
      return false;
    }
    const request = this.#apiRequest(head, path, template);
    const replacement = this.#replacement(request, template, head);
    if (replacement === undefined && this.#isUpgrade(head, path)) {
      if (callerOf(this.#simulation, request) === "owner") {
        seen.status = 101;
        this.#upgrade(socket, head, request);
        return false;
      }
    }
    const good = replacement ?? respond(this.#simulation, request);
    const sent = corrupt(this.#faults, template, good);
    seen.status = sent.status;
    return this.#send(socket, head, template, sent);
  }

  #localPath(path: string): string {
    return path.startsWith(`${this.#pathPrefix}/`)
      ? path.slice(this.#pathPrefix.length)
      : `(outside)${path}`;
  }

  #apiRequest(head: RequestHead, path: string, template: string): ApiRequest {
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

  #replacement(request: ApiRequest, template: string, head: RequestHead): ApiResponse | undefined {
    const replacement = replaceResponse(this.#faults, template, head.rawQuery);
    if (replacement !== undefined) return replacement;
    if (request.path.startsWith("(outside)")) return errorResponse(404);
    if (this.#simulation.status === "starting") return startingResponse("xml");
    return undefined;
  }

  #isUpgrade(head: RequestHead, path: string): boolean {
    return path === socketPath && head.headers.get("upgrade")?.toLowerCase() === "websocket";
  }

  #upgrade(socket: Socket, head: RequestHead, request: ApiRequest): void {
    if (this.#faults.take("socket hangs")) {
      this.#heldSockets.add(socket);
      return;
    }
    socket.write(upgradeHead(head.headers.get("sec-websocket-key") ?? ""));
    const webSocket = new ServerWebSocket(socket, frameFilter(request.query.value("filters")));
    socket.on("close", () => this.#hub.remove(webSocket));
    this.#hub.add(webSocket);
  }

  #send(socket: Socket, head: RequestHead, template: string, sent: ApiResponse): boolean {
    if (socket.destroyed) return false;
    const { head: headBytes, body } = responseBytes(sent, {
      acceptsGzip: (head.headers.get("accept-encoding") ?? "").includes("gzip"),
      withBody: head.method !== "HEAD",
      keepAliveS: this.#keepAliveMs / 1000,
    });
    socket.write(headBytes);
    this.#bytesSent += headBytes.length + body.length;
    if (this.#ownTraffic) {
      this.#simulation.recordTraffic(1, API_DEVICE_ID, headBytes.length + body.length);
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
