/** What plex.tv answers, as JSON. */
import type { Pin } from "./pins.ts";

/** An address of a device (docs/plex/api.md#connections). */
export interface Connection {
  readonly address: string;
  readonly port: number;
  readonly uri: string;
  readonly local: boolean;
  readonly relay?: boolean;
}

/** A device of the account, or a server that another account shares with it. */
export interface Device {
  readonly name: string;
  readonly clientIdentifier: string;
  readonly productVersion?: string;
  /** "server" by default. */
  readonly provides?: string;
  /** True by default. */
  readonly owned?: boolean;
  /** The name of the owner of a shared server. */
  readonly sourceTitle?: string;
  /** Absent for devices that are not servers. */
  readonly accessToken?: string;
  /** Whether it is signed in at present; true by default. */
  readonly presence?: boolean;
  readonly connections: readonly Connection[];
}

/** A status with a JSON document. */
export interface PlexTvResponse {
  readonly status: number;
  readonly body: unknown;
}

/** A PIN; `offsetMs` is how far plex.tv's clock is ahead. */
export function pinResponse(
  status: number,
  pin: Pin,
  nowMs: number,
  offsetMs: number,
): PlexTvResponse {
  const time = (ms: number) => new Date(ms + offsetMs).toISOString();
  return {
    status,
    body: {
      id: pin.id,
      code: pin.code,
      product: "Prometheus Plex Exporter",
      trusted: false,
      clientIdentifier: pin.clientIdentifier,
      expiresIn: Math.max(0, Math.floor((pin.expiresAtMs - nowMs) / 1000)),
      createdAt: time(pin.createdAtMs),
      expiresAt: time(pin.expiresAtMs),
      authToken: pin.authToken ?? null,
      newRegistration: null,
    },
  };
}

/** The account's devices (docs/plex/api.md#resources). */
export function resourcesResponse(devices: readonly Device[]): PlexTvResponse {
  return {
    status: 200,
    body: devices.map((device) => ({
      name: device.name,
      product: "Plex Media Server",
      productVersion: device.productVersion ?? "1.43.3.10828-a0bfb8370",
      platform: "Linux",
      device: "PC",
      clientIdentifier: device.clientIdentifier,
      provides: device.provides ?? "server",
      sourceTitle: device.sourceTitle ?? null,
      owned: device.owned ?? true,
      home: false,
      synced: false,
      relay: true,
      presence: device.presence ?? true,
      httpsRequired: false,
      accessToken: device.accessToken ?? null,
      connections: device.connections.map(({ address, port, uri, local, relay = false }) => ({
        protocol: uri.replace(/:.*/, ""),
        address,
        port,
        uri,
        local,
        relay,
        IPv6: address.includes(":"),
      })),
    })),
  };
}

const MESSAGES: Readonly<Record<number, readonly [code: number, message: string]>> = {
  400: [1000, "X-Plex-Client-Identifier is missing"],
  401: [1001, "User could not be authenticated"],
  404: [1020, "Code not found or expired"],
  429: [1003, "Too many requests"],
};

/** An error (docs/plex/api.md#answers-and-time). */
export function plexTvError(status: number): PlexTvResponse {
  const [code, message] = MESSAGES[status] ?? [1000, "Internal error"];
  return { status, body: { errors: [{ code, message, status }] } };
}
