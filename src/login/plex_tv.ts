/** What `login` asks plex.tv (docs/plex/api.md#plextv). It keeps nothing between requests. */
import type { Clock } from "../clock.ts";
import type { Secret } from "../config/mod.ts";
import { PRODUCT_NAME } from "../plex/urls.ts";
import type { Device } from "./device.ts";
import { requestJson, type Result } from "./request.ts";
import { type AccountServer, parsePin, parseServers, type Pin } from "./schema.ts";

export interface PlexTvOptions {
  /** The URL of plex.tv, without a slash at the end. */
  readonly baseUrl: string;
  readonly device: Device;
  /** The version of the exporter. */
  readonly version: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Asks plex.tv. No method rejects. */
export interface PlexTvClient {
  createPin(): Promise<Result<Pin>>;
  readPin(id: string): Promise<Result<Pin>>;
  /** The servers of the account with this token. */
  servers(token: Secret): Promise<Result<readonly AccountServer[]>>;
}

/** The address of plex.tv. */
export const PLEX_TV_URL = "https://plex.tv";

const TIMEOUT_MS = 15_000;

/** Creates the client of plex.tv. Sends nothing yet. */
export function createPlexTvClient(
  { baseUrl, clock, device, signal, version }: PlexTvOptions,
): PlexTvClient {
  const ownHeaders = {
    "Accept": "application/json",
    "X-Plex-Product": PRODUCT_NAME,
    "X-Plex-Version": version,
    "X-Plex-Client-Identifier": device.clientIdentifier,
    "X-Plex-Device-Name": device.name,
  };
  const request = <T>(
    method: "GET" | "POST",
    path: string,
    parse: (body: unknown) => T | undefined,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    requestJson({
      url: baseUrl + path,
      method,
      headers: { ...ownHeaders, ...headers },
      parse,
      clock,
      timeoutMs: TIMEOUT_MS,
      signal,
    });
  return {
    createPin: () => request("POST", "/api/v2/pins", parsePin),
    readPin: (id) => request("GET", `/api/v2/pins/${encodeURIComponent(id)}`, parsePin),
    servers: (token) =>
      request("GET", "/api/v2/resources?includeHttps=1&includeRelay=0", parseServers, {
        // In a header, so that no URL holds it.
        "X-Plex-Token": token.reveal(),
      }),
  };
}
