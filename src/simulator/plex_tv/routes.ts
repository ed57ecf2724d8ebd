/** Which answer of plex.tv a request gets. */
import type { IncomingMessage } from "node:http";
import type { Pins } from "./pins.ts";
import {
  type Device,
  pinResponse,
  plexTvError,
  type PlexTvResponse,
  resourcesResponse,
} from "./responses.ts";

/** The state of plex.tv from which it answers. */
export interface PlexTvState {
  readonly pins: Pins;
  readonly accountToken: string;
  /** The devices that the account sees. */
  readonly devices: readonly Device[];
  readonly nowMs: number;
  /** How far plex.tv's clock is ahead. */
  readonly clockOffsetMs: number;
  /** An expired PIN answers 200 without a token, instead of 404 (docs/plex/api.md#expired-pin). */
  readonly keepsExpiredPins: boolean;
}

/** The answer to a request. */
export function respond(
  { method, url = "", headers }: Pick<IncomingMessage, "method" | "url" | "headers">,
  { pins, accountToken, devices, nowMs, clockOffsetMs, keepsExpiredPins }: PlexTvState,
): PlexTvResponse {
  const client = headers["x-plex-client-identifier"];
  if (typeof client !== "string") return plexTvError(400);
  const { pathname } = new URL(url, "http://plex.tv");
  if (method === "POST" && pathname === "/api/v2/pins") {
    return pinResponse(201, pins.create(client), nowMs, clockOffsetMs);
  }
  const [, id] = /^\/api\/v2\/pins\/(\d+)$/.exec(pathname) ?? [];
  if (method === "GET" && id !== undefined) {
    const pin = pins.find(Number(id), client);
    if (pin === undefined || (pins.isExpired(pin) && !keepsExpiredPins)) return plexTvError(404);
    return pinResponse(200, pin, nowMs, clockOffsetMs);
  }
  if (method === "GET" && pathname === "/api/v2/resources") {
    const isSignedIn = headers["x-plex-token"] === accountToken;
    return isSignedIn ? resourcesResponse(devices) : plexTvError(401);
  }
  return plexTvError(404);
}
