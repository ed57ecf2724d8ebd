/**
 * The wire format of plex.tv, as far as it is used, and its mapping. Control characters are removed
 * from texts that are printed, and tokens and URLs that cannot be written to `.env` are rejected:
 * the names of shared servers are chosen by others.
 */
import * as z from "zod";
import { Secret } from "../config/mod.ts";
import { amount, flag, list, readList, text } from "../plex/schema_fields.ts";

/** A PIN, and the account's token once the user has entered its code. */
export interface Pin {
  readonly id: string;
  readonly code: string;
  readonly lifetimeMs: number;
  readonly token: Secret | undefined;
}

/** An address at which a server may be reached. */
export interface Connection {
  /** As `PLEX_SERVER` takes it. */
  readonly url: string;
  /** Host and port without a name, for plain HTTP; absent if they are unknown. */
  readonly plainUrl: string | undefined;
  readonly isLocal: boolean;
}

/** A server that the account may use. */
export interface AccountServer {
  readonly name: string;
  /** The machine identifier. */
  readonly id: string;
  readonly version: string;
  readonly isOwned: boolean;
  /** The name of the owner of a shared server, if it is known. */
  readonly owner: string | undefined;
  /** Valid on this server alone (docs/plex/api.md#server-tokens). */
  readonly token: Secret | undefined;
  readonly connections: readonly Connection[];
}

/** Used if plex.tv sends no lifetime. It has also been seen to send 30 minutes. */
const DEFAULT_LIFETIME_MS = 15 * 60_000;
const MAX_LIFETIME_MS = 60 * 60_000;

const pin = z.object({
  id: text,
  code: text,
  expiresIn: amount,
  createdAt: text,
  expiresAt: text,
  authToken: text,
});

/** A PIN; `undefined` for any other body. */
export function parsePin(body: unknown): Pin | undefined {
  const { data } = pin.safeParse(body);
  if (data === undefined) return undefined;
  const { id = "", code = "", expiresIn, authToken } = data;
  if (!/^\d+$/.test(id) || !/^[A-Za-z0-9]+$/.test(code)) return undefined;
  const span = Date.parse(data.expiresAt ?? "") - Date.parse(data.createdAt ?? "");
  const lifetimeMs = expiresIn === undefined ? span : expiresIn * 1000;
  return {
    id,
    code: code.toUpperCase(),
    // NaN if plex.tv gives neither.
    lifetimeMs: Math.min(lifetimeMs || DEFAULT_LIFETIME_MS, MAX_LIFETIME_MS),
    token: secretOf(authToken),
  };
}

const resource = z.object({
  name: text,
  productVersion: text,
  clientIdentifier: text,
  provides: text,
  owned: flag,
  sourceTitle: text,
  accessToken: text,
  connections: list(
    z.object({ address: text, port: amount, uri: text, local: flag, relay: flag }),
  ),
});

/** The servers among the account's devices, own ones first; `undefined` for any other body. */
export function parseServers(body: unknown): readonly AccountServer[] | undefined {
  if (!Array.isArray(body)) return undefined;
  const servers = readList(resource, body)
    .filter(({ clientIdentifier, provides = "" }) =>
      clientIdentifier && provides.split(",").map((word) => word.trim()).includes("server")
    )
    .map((server): AccountServer => ({
      name: printable(server.name) || "a server without a name",
      id: server.clientIdentifier ?? "",
      version: printable(server.productVersion) || "unknown version",
      isOwned: server.owned ?? false,
      owner: printable(server.sourceTitle) || undefined,
      token: secretOf(server.accessToken),
      connections: server.connections.flatMap(
        ({ address = "", local = false, port, relay, uri }) => {
          const url = serverUrl(uri);
          // Plex limits the bandwidth of relays, and the exporter polls all the time.
          if (url === undefined || relay) return [];
          const host = address.includes(":") ? `[${address}]` : address;
          const isKnown = address !== "" && port !== undefined;
          const plainUrl = isKnown ? serverUrl(`http://${host}:${port}`) : undefined;
          return [{ url, plainUrl, isLocal: local }];
        },
      ),
    }));
  return [...servers.filter(({ isOwned }) => isOwned), ...servers.filter((one) => !one.isOwned)];
}

/** A token as a header and `.env` can carry it. */
function secretOf(token = ""): Secret | undefined {
  return /^[\w.~+/=-]+$/.test(token) ? new Secret(token) : undefined;
}

/** Without control characters, and not too long for a line. */
function printable(value = ""): string {
  return value.replace(/\p{C}/gu, "").trim().slice(0, 80);
}

/** A URL as `PLEX_SERVER` takes it, without query or credentials. */
function serverUrl(uri = ""): string | undefined {
  const url = URL.parse(uri);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  // A comma would separate two servers.
  if (!/^[\w.:[\]-]+$/.test(url.host) || !/^[\w./~-]*$/.test(url.pathname)) return undefined;
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
