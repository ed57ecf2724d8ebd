/** Every path of the server, the tokens it requires, and its response. */
import type { Simulation } from "../simulation.ts";
import { type ApiResponse, documentResponse, errorResponse } from "./responses.ts";
import { dvrsDocument, subscriptionsDocument } from "./dvr.ts";
import { historyDocument } from "./history.ts";
import { liveSessionDocument, liveSessionsDocument } from "./live_television.ts";
import { libraryRoutes } from "./library_routes.ts";
import { preferencesDocument } from "./preferences.ts";
import type { ApiRequest, Route } from "./route.ts";
import { providersDocument } from "./sections.ts";
import { backgroundDocument, sessionsDocument, transcodesDocument } from "./sessions.ts";
import * as server from "./server.ts";
import { bandwidthDocument, resourcesDocument } from "./statistics.ts";
import { refusalOf, type Role } from "../tokens.ts";
import { guestOf } from "../users.ts";

/** The paths of the notification socket: the one in use, and the documented one. */
export const SOCKET_PATHS: readonly string[] = [
  "/:/websockets/notifications",
  "/:/websocket/notifications",
];

const ROUTES: readonly Route[] = [
  { template: "/identity", audience: "anyone", document: server.identityDocument },
  { template: "/", audience: "users", document: server.rootDocument },
  {
    template: "/media/providers",
    audience: "users",
    document: (simulation, { query }) =>
      providersDocument(simulation, query.value("includeStorage") === "1"),
  },
  ...libraryRoutes,
  { template: "/status/sessions", audience: "owner", document: sessionsDocument },
  {
    template: "/status/sessions/history/all",
    audience: "users",
    // docs/plex/api.md#history-pages: users who are not the owner see their own views.
    document: (simulation, request) =>
      historyDocument(simulation, request.query, {
        accountId: guestIdOf(simulation, request),
        ignoreFilters: request.ignoreFilters,
      }),
  },
  { template: "/status/sessions/background", audience: "owner", document: backgroundDocument },
  { template: "/transcode/sessions", audience: "owner", document: transcodesDocument },
  { template: "/livetv/sessions", audience: "owner", document: liveSessionsDocument },
  {
    template: "/livetv/sessions/{id}",
    audience: "owner",
    document: (simulation, _request, id) => liveSessionDocument(simulation, id),
  },
  { template: "/livetv/dvrs", audience: "owner", needsPass: true, document: dvrsDocument },
  {
    template: "/media/subscriptions",
    audience: "owner",
    needsPass: true,
    document: (simulation, { query }) =>
      subscriptionsDocument(simulation, query.value("includeGrabs") === "1"),
  },
  {
    template: "/activities",
    audience: "users",
    // docs/plex/api.md#endpoints-by-token: users who are not the owner see their own.
    document: (simulation, request) =>
      server.activitiesDocument(simulation, guestIdOf(simulation, request)),
  },
  {
    template: "/statistics/resources",
    audience: "owner",
    needsPass: true,
    document: (simulation, { query }) => resourcesDocument(simulation, query),
  },
  {
    template: "/statistics/bandwidth",
    audience: "owner",
    needsPass: true,
    // docs/plex/api.md#timespans: the timespan is mandatory.
    document: (simulation, { query, ignoreFilters }) =>
      query.value("timespan") === undefined
        ? 400
        : bandwidthDocument(simulation, query, ignoreFilters),
  },
  { template: "/accounts", audience: "owner", document: server.accountsDocument },
  { template: "/devices", audience: "owner", document: server.devicesDocument },
  { template: "/servers", audience: "owner", document: server.serversDocument },
  { template: "/clients", audience: "users", document: server.clientsDocument },
  { template: "/updater/check", audience: "owner", document: server.updaterCheckDocument },
  { template: "/updater/status", audience: "owner", document: server.updaterDocument },
  { template: "/myplex/account", audience: "owner", document: server.accountDocument },
  { template: "/:/prefs", audience: "owner", document: preferencesDocument },
  { template: "/butler", audience: "owner", document: server.butlerDocument },
  // A request for the socket without an upgrade is an error.
  ...SOCKET_PATHS.map((template): Route => ({
    template,
    audience: "owner",
    document: () => 400,
  })),
];

/** docs/plex/api.md#address-and-paths: only this path may end with a slash. */
function slashAfter({ template }: Route): string {
  return template === "/library/sections" ? "/?" : "";
}

const PATTERNS = ROUTES.map((route) => ({
  route,
  pattern: new RegExp(
    `^${route.template.replaceAll(".", "\\.").replace("{id}", "([^/]+)")}${slashAfter(route)}$`,
  ),
}));

function find(path: string): { route: Route; id: string } | undefined {
  for (const { route, pattern } of PATTERNS) {
    const match = pattern.exec(path);
    if (match !== null) return { route, id: match[1] ?? "" };
  }
  return undefined;
}

/** The template a path belongs to; the path itself where there is none. */
export function templateOf(path: string): string {
  return find(path)?.route.template ?? path;
}

/** The role of the token of a request. */
export function callerOf(simulation: Simulation, request: ApiRequest): Role {
  const role = simulation.tokens.roleOf(request.token);
  return role === "owner" && request.everyoneIsGuest ? "guest" : role;
}

/** The id of the only user whose data the caller may see; undefined for the owner, who sees all. */
function guestIdOf(simulation: Simulation, request: ApiRequest): number | undefined {
  return callerOf(simulation, request) === "owner" ? undefined : guestOf(simulation.users).id;
}

/** The response of a server that is up. */
export function respond(simulation: Simulation, request: ApiRequest): ApiResponse {
  const found = find(request.path);
  const role = callerOf(simulation, request);
  const audience = found?.route.audience ?? "users";
  const refused = (audience === "owner" && role !== "owner") ||
    (audience === "users" && role === "none");
  if (refused) return errorResponse(refusalOf(role, simulation.server.version), request.path);
  // docs/plex/api.md#plex-pass: without Plex Pass the path is not found.
  if (found === undefined || (found.route.needsPass === true && !simulation.server.plexPass)) {
    return errorResponse(404);
  }
  const document = found.route.document(simulation, request, found.id);
  if (document === undefined) return errorResponse(404);
  if (typeof document === "number") return errorResponse(document);
  return documentResponse(document, request.wantsJson);
}
