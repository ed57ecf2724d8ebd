/**
 * Answers each request from the simulation, with the faults that are set. It neither opens nor
 * closes the port.
 */
import type { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../clock.ts";
import type { Timers } from "./timers.ts";
import { corrupt, replaceResponse } from "./fault_injection.ts";
import type { Faults } from "./faults.ts";
import type { AccessRule, NotificationHub } from "./net/notification_hub.ts";
import { sendResponse } from "./net/http.ts";
import { acceptWebSocket } from "./net/server_websocket.ts";
import { type ApiResponse, errorResponse, startingResponse } from "./api/responses.ts";
import { frameFilter } from "./api/frames.ts";
import { readQuery } from "./api/query.ts";
import type { ApiRequest } from "./api/route.ts";
import { callerOf, respond, SOCKET_PATHS, templateOf } from "./api/routes.ts";
import { concernsGuest } from "./guest_notifications.ts";
import type { Simulation } from "./simulation.ts";
import { apiClient, guestOf, owner } from "./users.ts";

/** Idle connections are closed after 20 s (docs/plex/api.md#idle-connections). */
const DEFAULT_KEEP_ALIVE_S = 20;

/** One request that reached the server, upgrades included. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** The path with "{id}" instead of ids. */
  readonly template: string;
  /** As it was sent, without the question mark. */
  readonly rawQuery: string;
  readonly atMs: number;
  /** The status of the response; absent while, or if, there is none. */
  status?: number;
}

/** How requests are received. */
export interface RequestHandlerOptions {
  /** A reverse proxy's path, such as "/plex"; everything outside it answers 404. */
  readonly pathPrefix?: string;
  /** Counts the responses as bandwidth, as Plex does; false by default. */
  readonly ownTraffic?: boolean;
  /** Connections without a request for this long are closed; 20 s by default. */
  readonly keepAliveS?: number;
}

/** What a request handler works on. */
export interface RequestHandlerContext {
  readonly simulation: Simulation;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Takes over the connections of notification sockets. */
  readonly hub: NotificationHub;
}

/** Handles all requests of a server. */
export class RequestHandler {
  /** Oldest first. */
  readonly requests: RecordedRequest[] = [];
  readonly keepAliveS: number;
  readonly #context: RequestHandlerContext;
  readonly #pathPrefix: string;
  readonly #ownTraffic: boolean;
  readonly #heldSockets = new Set<Socket>();
  #bytesSent = 0;

  constructor(context: RequestHandlerContext, options: RequestHandlerOptions) {
    this.#context = context;
    this.#pathPrefix = options.pathPrefix ?? "";
    this.#ownTraffic = options.ownTraffic ?? false;
    this.keepAliveS = options.keepAliveS ?? DEFAULT_KEEP_ALIVE_S;
  }

  /** Bytes of responses, headers included. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  /** Requests that a fault delays, or never answers. */
  get heldRequests(): number {
    return this.#heldSockets.size;
  }

  /** Answers a request. */
  async handle(request: IncomingMessage, out: ServerResponse): Promise<void> {
    const record = this.#record(request);
    if (!await this.#passesConnectionFaults(request.socket, record)) return;
    const apiRequest = this.#apiRequest(request, record);
    const response = this.#replacement(apiRequest, record.template) ??
      respond(this.#context.simulation, apiRequest);
    this.#send(request, out, record, response);
  }

  /** Opens a notification socket; answers any other upgrade as an ordinary request. */
  async upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const record = this.#record(request);
    if (!await this.#passesConnectionFaults(socket, record)) return;
    const apiRequest = this.#apiRequest(request, record);
    const replacement = this.#replacement(apiRequest, record.template);
    const mayReceive = this.#accessRuleFor(request, apiRequest);
    if (replacement !== undefined || mayReceive === undefined) {
      const response = replacement ?? respond(this.#context.simulation, apiRequest);
      this.#send(request, await responseOn(request, socket), record, response);
      return;
    }
    record.status = 101;
    const { faults, hub } = this.#context;
    if (faults.take("socket hangs")) {
      this.#hold(socket);
      return;
    }
    const accepts = frameFilter(apiRequest.query.value("filters"));
    acceptWebSocket(request, socket, head, accepts, (webSocket) => {
      webSocket.onClose(() => hub.remove(webSocket));
      hub.add(webSocket, mayReceive);
    });
  }

  #record({ method = "GET", url = "/" }: IncomingMessage): RecordedRequest {
    const [, target = "", rawQuery = ""] = /^([^?]*)\??(.*)$/.exec(url) ?? [];
    const path = target.startsWith(`${this.#pathPrefix}/`)
      ? target.slice(this.#pathPrefix.length)
      : `${OUTSIDE}${target}`;
    const atMs = this.#context.clock.now();
    const record = { method, path, template: templateOf(path), rawQuery, atMs };
    this.requests.push(record);
    return record;
  }

  /** Delays, holds or resets the connection if a fault is set; false if there is no response. */
  async #passesConnectionFaults(socket: Socket, { template }: RecordedRequest): Promise<boolean> {
    const { faults, timers } = this.#context;
    if (faults.take("hang", template)) {
      this.#hold(socket);
      return false;
    }
    const slow = faults.take("slow", template);
    if (slow !== undefined) {
      this.#hold(socket);
      await new Promise<void>((resolve) => timers.after(slow.ms, resolve));
      this.#heldSockets.delete(socket);
    }
    if (faults.take("reset", template)) {
      socket.resetAndDestroy();
      return false;
    }
    return !socket.destroyed;
  }

  #hold(socket: Socket): void {
    this.#heldSockets.add(socket);
    socket.on("close", () => this.#heldSockets.delete(socket));
    // After an upgrade request nothing else reads from the connection, so its end would be missed.
    socket.on("end", () => socket.destroy()).resume();
  }

  #apiRequest({ headers }: IncomingMessage, record: RecordedRequest): ApiRequest {
    const { faults } = this.#context;
    const { path, rawQuery, template } = record;
    const header = (name: string) => headers[name]?.toString();
    const query = readQuery(rawQuery, header);
    return {
      path,
      rawQuery,
      query,
      token: header("x-plex-token") ?? query.value("X-Plex-Token"),
      wantsJson: headers.accept?.includes("application/json") ?? false,
      ignoreFilters: faults.take("filter ignored", template) !== undefined,
      everyoneIsGuest: faults.take("guest", template) !== undefined,
    };
  }

  /** The response to send instead of the real one: by a fault, the path prefix or the start-up. */
  #replacement({ path, rawQuery }: ApiRequest, template: string): ApiResponse | undefined {
    const { faults, simulation } = this.#context;
    const replacement = replaceResponse(faults, template, rawQuery);
    if (replacement !== undefined) return replacement;
    if (path.startsWith(OUTSIDE)) return errorResponse(404);
    return simulation.status === "starting" ? startingResponse("xml") : undefined;
  }

  /** Which notifications the socket for this request receives; undefined if none is opened. */
  #accessRuleFor({ headers }: IncomingMessage, apiRequest: ApiRequest): AccessRule | undefined {
    const { simulation } = this.#context;
    const isUpgrade = headers.upgrade?.toLowerCase() === "websocket";
    if (!isUpgrade || !SOCKET_PATHS.includes(apiRequest.path)) return undefined;
    const caller = callerOf(simulation, apiRequest);
    if (caller === "owner") return () => true;
    if (caller === "none" || !simulation.server.opensGuestSockets) return undefined;
    const guest = guestOf(simulation.users);
    return (notification) => concernsGuest(notification, guest);
  }

  #send(
    request: IncomingMessage,
    out: ServerResponse,
    record: RecordedRequest,
    response: ApiResponse,
  ): void {
    const { faults, simulation } = this.#context;
    const sent = corrupt(faults, record.template, response);
    record.status = sent.status;
    const bytes = sendResponse(request, out, sent, {
      keepAliveS: this.keepAliveS,
      truncated: faults.take("truncated", record.template) !== undefined,
    });
    this.#bytesSent += bytes;
    if (this.#ownTraffic) simulation.recordTraffic(owner.id, apiClient.deviceId, bytes);
  }
}

/** Marks a path that is outside of the path prefix. */
const OUTSIDE = "(outside)";

/** An ordinary response to an upgrade request; the connection ends with it. */
async function responseOn(request: IncomingMessage, socket: Socket): Promise<ServerResponse> {
  // Loaded here because a bundle loads all static imports at its start.
  const { ServerResponse } = await import("node:http");
  const out = new ServerResponse(request);
  out.assignSocket(socket);
  out.shouldKeepAlive = false;
  out.on("finish", () => socket.destroySoon());
  return out;
}
