/**
 * The `check` command: sends each server the requests of the exporter once, and reports what works
 * and what to do about what does not.
 */
import type { Config, ServerConfig } from "./config/mod.ts";
import { BAD, GOOD, NOTE } from "./finding.ts";
import { FAILURE_MESSAGES } from "./core/log_messages.ts";
import type { Failure } from "./core/enums.ts";
import { type Client, createClient } from "./plex/client.ts";
import type { RequestError } from "./plex/errors.ts";
import { tokenExpiresAt } from "./plex/token.ts";
import { estimateWalk } from "./plex/walk_estimate.ts";
import { checkOwnerAccess } from "./plex/owner_access.ts";
import { runSocket } from "./plex/socket.ts";
import { openTransport, type Transport } from "./plex/transport/mod.ts";
import { inspectStateFile } from "./state_file/inspect.ts";
import type { Clock } from "./clock.ts";

/** The findings, a line each, and whether the exporter can monitor all servers. */
export interface CheckReport {
  readonly lines: readonly string[];
  readonly good: boolean;
}

/** Checks the state file and every server of the settings. It never rejects, and writes nothing. */
export async function check(
  config: Config,
  warnings: readonly string[],
  clock: Clock,
): Promise<CheckReport> {
  const lines = [`${GOOD}settings: ${config.servers.length} server(s)`];
  lines.push(...warnings.map((warning) => NOTE + warning));
  let good = true;
  if (config.stateFile !== undefined) {
    const found = await inspectStateFile(config.stateFile);
    lines.push(`${found.good ? GOOD : BAD}STATE_FILE: ${found.sentence}`);
    good = found.good;
  }
  const seen = new Map<string, string>();
  for (const server of config.servers) {
    const found = await checkServer(config, server, clock, seen);
    lines.push("", server.label, ...found.lines);
    good &&= found.good;
  }
  return { lines, good };
}

async function checkServer(
  config: Config,
  { baseUrl, label, token }: ServerConfig,
  clock: Clock,
  seen: Map<string, string>,
): Promise<CheckReport> {
  const server = new URL(baseUrl);
  const end = new AbortController();
  const transport = await openTransport(server, {
    caCerts: () => config.certificateAuthority ? [config.certificateAuthority.pem] : [],
    skipVerification: config.skipTlsVerification,
  });
  const client = createClient({
    server,
    token: () => token.reveal(),
    transport,
    clock,
    timeoutMs: config.requestTimeoutMs,
    signal: end.signal,
    onEvent: () => {},
  });
  try {
    const reached = await client.identity();
    if (!reached.ok) return fail([unreachable(reached)]);
    const { id, version } = reached.value;
    const lines = [`${GOOD}reached: Plex ${version}`];
    const other = seen.get(id);
    seen.set(id, label);
    if (other !== undefined) {
      return fail([...lines, `${BAD}the same server as ${other}: remove one of the two`]);
    }
    const described = await client.server();
    if (!described.ok) {
      const line = described.failure === "unauthorized"
        ? rejected(token.reveal(), described.detail, clock)
        : unreachable(described);
      return fail([...lines, line]);
    }
    lines.push(`${GOOD}token accepted by "${described.value.name}"`);
    const expiresAt = tokenExpiresAt(token.reveal());
    if (expiresAt !== undefined) {
      lines.push(`${NOTE}the token expires at ${formatTime(expiresAt)}${RENEWAL}`);
    }
    const { plexPass } = described.value;
    const found = [
      await checkOwner(client),
      await checkLibraries(client, config.walkIntervalMs, clock),
      await checkPlexPass(client, plexPass),
      await checkSocket({ server, token: token.reveal(), transport, client, clock }),
    ];
    return {
      lines: [...lines, ...found.flatMap(({ lines }) => lines)],
      good: found.every(({ good }) => good),
    };
  } finally {
    end.abort();
    transport.close();
  }
}

function fail(lines: readonly string[]): CheckReport {
  return { lines, good: false };
}

function pass(...lines: readonly string[]): CheckReport {
  return { lines, good: true };
}

/** What to do, for failures whose message does not say it. */
const ADVICE: Readonly<Partial<Record<Failure, string>>> = {
  unavailable: ". Wait a moment, then check again",
  timeout: ". Is a firewall in between, or does the address need http:// instead of https://? " +
    "PLEX_CLIENT_TIMEOUT_SECONDS allows more time",
  other: ". Open /identity of that address in a browser, and read the log of Plex",
};

function unreachable({ detail, failure, actionable }: RequestError): string {
  const advice = actionable ? "" : ADVICE[failure] ?? "";
  return `${BAD}${FAILURE_MESSAGES[failure]} (${detail})${advice}`;
}

/** What to do about a token that expires: a JWT lasts 7 days (docs/plex/api.md, Token lifetime). */
const RENEWAL = ": keep a renewed one in the file of PLEX_TOKEN_FILE, which is read again when " +
  "Plex rejects the token";

/** Why Plex rejects a token, as far as it can be known. */
function rejected(token: string, detail: string, clock: Clock): string {
  const expiresAt = tokenExpiresAt(token);
  if (expiresAt !== undefined && expiresAt <= clock.now()) {
    return `${BAD}the token expired at ${formatTime(expiresAt)}${RENEWAL}`;
  }
  return `${BAD}${FAILURE_MESSAGES.unauthorized} (${detail}). A token becomes invalid when its ` +
    "device is signed out, as by a password reset that signs out all devices: then PLEX_TOKEN " +
    "needs a new one";
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

async function checkOwner(client: Client): Promise<CheckReport> {
  const sessions = await client.sessions();
  if (sessions.ok) {
    return pass(`${GOOD}the token is the owner's; sessions now: ${sessions.value.length}`);
  }
  if (sessions.failure !== "unauthorized") return fail([unreachable(sessions)]);
  return fail([
    `${BAD}the token is valid, but not the server owner's: Plex shows sessions, bytes and ` +
    "notifications to the owner only. Use the owner's token",
  ]);
}

async function checkLibraries(
  client: Client,
  walkIntervalMs: number,
  clock: Clock,
): Promise<CheckReport> {
  const libraries = await client.sections();
  if (!libraries.ok) return fail([unreachable(libraries)]);
  if (libraries.value.length === 0) {
    return pass(`${NOTE}no libraries: there are none, or none is shared with this token's user`);
  }
  const names = libraries.value.map(({ title, type }) => `${title} (${type})`);
  const listed = `${GOOD}libraries: ${names.join(", ")}`;
  const walk = await estimateWalk(client, libraries.value, clock);
  if (!walk.ok) return fail([listed, unreachable(walk)]);
  const items = `${walk.items.toLocaleString("en")} films, episodes and tracks`;
  return pass(
    listed,
    walkIntervalMs === 0
      ? `${NOTE}${items}; they are not walked, because WALK_INTERVAL is 0`
      : `${GOOD}${items}; a walk of them takes about ${formatDuration(walk.durationMs)}`,
  );
}

function formatDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

async function checkPlexPass(
  client: Client,
  plexPass: boolean | undefined,
): Promise<CheckReport> {
  const resources = await client.resources();
  if (resources.ok) return pass(`${GOOD}Plex Pass: CPU, memory and bytes sent are available`);
  if (resources.failure === "not_found" || resources.failure === "unauthorized") {
    const why = resources.failure === "unauthorized"
      ? "they need the owner's token"
      : plexPass
      ? "although the server has Plex Pass"
      : "they need Plex Pass, as downloads and recordings do";
    return pass(`${NOTE}no CPU, memory and bytes sent: ${why}; everything else works without them`);
  }
  return fail([unreachable(resources)]);
}

/** What {@link checkSocket} needs to open a socket. */
interface SocketCheck {
  readonly server: URL;
  readonly token: string;
  readonly transport: Transport;
  readonly client: Client;
  readonly clock: Clock;
}

async function checkSocket(options: SocketCheck): Promise<CheckReport> {
  const end = new AbortController();
  const { promise, resolve } = Promise.withResolvers<CheckReport>();
  const socketDone = runSocket({
    ...options,
    token: () => options.token,
    signal: end.signal,
    playingSince: () => undefined,
    probe: () => checkOwnerAccess(options.client),
    onEvent: () => {},
    onHint: () => {},
    onOpen: () => resolve(pass(`${GOOD}notifications: the WebSocket opens`)),
    onLost: ({ detail }) => resolve(fail([`${BAD}no notifications: ${detail}`])),
  });
  const found = await promise;
  end.abort();
  await socketDone;
  return found;
}
