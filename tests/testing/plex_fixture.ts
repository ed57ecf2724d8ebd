/**
 * Responses of Plex from `tests/fixtures/plex`, and small servers whose responses a test defines.
 * It asserts nothing.
 */
import type { ServerEvent } from "../../src/core/event.ts";
import type { Session } from "../../src/core/session.ts";
import { type Client, type ClientOptions, createClient } from "../../src/plex/client.ts";
import { NO_HIDDEN_LABELS } from "../../src/plex/redact_labels.ts";
import { parseItems, parseSessions, type WireSession } from "../../src/plex/schema.ts";
import { mapVersions, type Version } from "../../src/plex/mapping/media.ts";
import { mapSessions } from "../../src/plex/mapping/session.ts";
import { openTransport, type TransportOptions } from "../../src/plex/transport/mod.ts";
import { systemClock } from "../../src/clock.ts";

/** The token of the client. A text that contains it has leaked it. */
export const TOKEN = "s3cretTokenOf20Chars";

/** The text of a fixture, by its name. */
export function fixtureText(name: string): string {
  return Deno.readTextFileSync(new URL(`../fixtures/plex/${name}.json`, import.meta.url));
}

/** The JSON of a fixture, by its name. */
export function fixture(name: string): unknown {
  return JSON.parse(fixtureText(name));
}

/** The sessions of a fixture before they are mapped. */
export function parsedSessions(name: string): readonly WireSession[] {
  return parseSessions(fixture(name)) ?? [];
}

/** The files of a metadata fixture. */
export function versions(name: string): ReadonlyMap<string, readonly Version[]> {
  return mapVersions(parseItems(fixture(name))?.Metadata ?? []);
}

/** The sessions of a fixture, with the files of another. */
export function sessionsOf(name: string, metadata?: string): readonly Session[] {
  const files = metadata === undefined ? undefined : versions(metadata);
  return mapSessions(parsedSessions(name), (key) => files?.get(key), NO_HIDDEN_LABELS);
}

/** The first session of a fixture. */
export function sessionOf(name: string, metadata?: string): Session {
  const [session] = sessionsOf(name, metadata);
  if (session === undefined) throw new Error(`${name} has no session`);
  return session;
}

/** Calls `run` with a client of `server`, and the client's events. */
export async function withClient<T>(
  server: string,
  run: (client: Client, events: readonly ServerEvent[]) => Promise<T>,
  options: Partial<ClientOptions> & TransportOptions = {},
): Promise<T> {
  const url = new URL(server);
  const transport = await openTransport(url, options);
  const events: ServerEvent[] = [];
  try {
    return await run(
      createClient({
        server: url,
        token: () => TOKEN,
        transport,
        clock: systemClock,
        timeoutMs: 5_000,
        signal: new AbortController().signal,
        onEvent: (event) => events.push(event),
        ...options,
      }),
      events,
    );
  } finally {
    transport.close();
  }
}

/** Calls `run` with the address of an HTTP server. */
export async function withServer<T>(
  answer: (request: Request) => Response | Promise<Response>,
  run: (url: string) => Promise<T>,
  tls?: { readonly cert: string; readonly key: string },
): Promise<T> {
  const server = Deno.serve({ port: 0, hostname: "localhost", onListen() {}, ...tls }, answer);
  try {
    return await run(`${tls === undefined ? "http" : "https"}://localhost:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

/** Calls `run` with the address of a server that treats connections as it likes. */
export async function withRawServer<T>(
  serve: (connection: Deno.TcpConn, nth: number) => Promise<void>,
  run: (url: string) => Promise<T>,
): Promise<T> {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const open: Deno.TcpConn[] = [];
  const served = (async () => {
    const under: Promise<void>[] = [];
    for await (const connection of listener) {
      open.push(connection);
      under.push(serve(connection, open.length).catch(() => {}));
    }
    return under;
  })();
  try {
    return await run(`http://127.0.0.1:${listener.addr.port}`);
  } finally {
    listener.close();
    for (const connection of open) {
      try {
        connection.close();
      } catch {
        // It has been closed by the test.
      }
    }
    await Promise.all(await served);
  }
}

/** Reads one request and writes `text`. */
export async function replyRaw(connection: Deno.TcpConn, text: string): Promise<void> {
  await connection.read(new Uint8Array(8192));
  await connection.write(new TextEncoder().encode(text));
}
