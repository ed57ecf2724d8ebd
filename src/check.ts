/**
 * The `check` command: asks each server once what the exporter will ask, and says in plain words
 * what works, and what to do about what does not.
 */
import type { Config, ServerConfig } from "./config.ts";
import { REASONS } from "./core/changes.ts";
import type { Failure } from "./core/vocabulary.ts";
import { type Client, createClient } from "./plex/client.ts";
import type { Trouble } from "./plex/failure.ts";
import { followNotifications, probeHandshake } from "./plex/notifications.ts";
import { openTransport } from "./plex/open_transport.ts";
import type { Transport } from "./plex/transport.ts";
import type { Clock } from "./time.ts";

/** What was found, a line each, and whether the exporter can do its work with all servers. */
export interface Findings {
  readonly lines: readonly string[];
  readonly good: boolean;
}

const GOOD = "  ok    ";
const BAD = "  FAIL  ";
const NOTE = "  note  ";

/** Asks every server of the settings. It never rejects. */
export async function check(
  config: Config,
  warnings: readonly string[],
  clock: Clock,
): Promise<Findings> {
  const lines = [`${GOOD}settings: ${config.servers.length} server(s)`];
  lines.push(...warnings.map((warning) => NOTE + warning));
  let good = true;
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
): Promise<Findings> {
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
    emit: () => {},
  });
  try {
    const reached = await client.identity();
    if (!reached.ok) return bad([unreached(reached)]);
    const { id, version } = reached.value;
    const lines = [`${GOOD}reached: Plex ${version}`];
    const other = seen.get(id);
    seen.set(id, label);
    if (other !== undefined) {
      return bad([...lines, `${BAD}the same server as ${other}: leave one of the two out`]);
    }
    const described = await client.server();
    if (!described.ok) return bad([...lines, unreached(described)]);
    lines.push(`${GOOD}token accepted by "${described.value.name}"`);
    const { plexPass } = described.value;
    const found = [
      await checkOwner(client),
      await checkLibraries(client),
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

function bad(lines: readonly string[]): Findings {
  return { lines, good: false };
}

function good(...lines: readonly string[]): Findings {
  return { lines, good: true };
}

/** What to do where the reason alone does not say it. */
const ADVICE: Readonly<Partial<Record<Failure, string>>> = {
  unavailable: ". Wait a moment, then check again",
  timeout: ". Is a firewall in between, or is it http:// there and not https://? " +
    "PLEX_CLIENT_TIMEOUT_SECONDS gives it longer",
  other: ". Open /identity of that address in a browser, and look into the log of Plex",
};

function unreached({ detail, failure, advises }: Trouble): string {
  const advice = advises ? "" : ADVICE[failure] ?? "";
  return `${BAD}${REASONS[failure]} (${detail})${advice}`;
}

async function checkOwner(client: Client): Promise<Findings> {
  const sessions = await client.sessions();
  if (sessions.ok) {
    return good(`${GOOD}the token is the owner's; sessions now: ${sessions.value.length}`);
  }
  if (sessions.failure !== "unauthorized") return bad([unreached(sessions)]);
  return bad([
    `${BAD}the token is a guest's: Plex shows sessions, bytes and notifications to the server's ` +
    "owner only. Use the owner's token",
  ]);
}

async function checkLibraries(client: Client): Promise<Findings> {
  const libraries = await client.sections();
  if (!libraries.ok) return bad([unreached(libraries)]);
  const names = libraries.value.map(({ title, type }) => `${title} (${type})`);
  return good(
    names.length === 0
      ? `${NOTE}no libraries: there are none, or none is shared with this token's user`
      : `${GOOD}libraries: ${names.join(", ")}`,
  );
}

async function checkPlexPass(
  client: Client,
  plexPass: boolean | undefined,
): Promise<Findings> {
  const resources = await client.resources();
  if (resources.ok) return good(`${GOOD}Plex Pass: CPU, memory and bytes sent are there`);
  if (resources.failure === "not_found" || resources.failure === "unauthorized") {
    const why = resources.failure === "unauthorized"
      ? "they need the owner's token"
      : plexPass
      ? "although the server has Plex Pass"
      : "they need Plex Pass";
    return good(`${NOTE}no CPU, memory and bytes sent: ${why}; all else works without`);
  }
  return bad([unreached(resources)]);
}

/** What it takes to try the socket. */
interface Link {
  readonly server: URL;
  readonly token: string;
  readonly transport: Transport;
  readonly client: Client;
  readonly clock: Clock;
}

async function checkSocket(link: Link): Promise<Findings> {
  const end = new AbortController();
  const { promise, resolve } = Promise.withResolvers<Findings>();
  const following = followNotifications({
    ...link,
    token: () => link.token,
    signal: end.signal,
    silenceLimitMs: () => Infinity,
    probe: () => probeHandshake(link.client),
    emit: () => {},
    hear: () => {},
    opened: () => resolve(good(`${GOOD}notifications: the WebSocket opens`)),
    lost: ({ detail }) => resolve(bad([`${BAD}no notifications: ${detail}`])),
  });
  const found = await promise;
  end.abort();
  await following;
  return found;
}
