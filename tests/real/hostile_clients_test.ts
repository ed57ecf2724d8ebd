/**
 * Clients that are silent, slow, or never read, against the program as a process: it still answers
 * scrapes, and its memory stays below the limit of the Compose file.
 */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { startProgram, until } from "../testing/program.ts";

/** `mem_limit` of examples/compose/compose.yaml. */
const MEMORY_LIMIT_BYTES = 256 * 1024 ** 2;
const SCRAPES = 10;

const encoder = new TextEncoder();
const REQUEST = "GET /metrics HTTP/1.1\r\nHost: exporter\r\nAccept-Encoding: identity\r\n\r\n";

/** A connected client. `close` resolves once the connection is closed and all writes have ended. */
interface Client {
  close(): Promise<void>;
}

type Connect = (address: Deno.ConnectOptions) => Promise<Client>;

/** A client that sends `text` and reads nothing. */
const sends = (text: string): Connect => async (address) => {
  const connection = await Deno.connect(address);
  // Closing rejects a write that the exporter has not read to its end.
  const sent = connection.write(encoder.encode(text)).catch(() => {});
  return {
    async close() {
      connection.close();
      await sent;
    },
  };
};

/** A client that sends half a request and then closes its sending side. */
const halfCloses: Connect = async (address) => {
  const connection = await Deno.connect(address);
  await connection.write(encoder.encode("GET /metrics HTTP/1.1\r\nHo"));
  await connection.closeWrite();
  return { close: () => Promise.resolve(connection.close()) };
};

/** A client that sends requests a byte at a time. */
const drips: Connect = async (address) => {
  const connection = await Deno.connect(address);
  let isOpen = true;
  const drip = async () => {
    for (const byte of encoder.encode(REQUEST.repeat(10))) {
      if (!isOpen) return;
      await connection.write(Uint8Array.of(byte));
      await delay(20);
    }
  };
  const dripped = drip().catch(() => {});
  return {
    async close() {
      isOpen = false;
      connection.close();
      await dripped;
    },
  };
};

const CLIENTS: readonly (readonly [kind: string, count: number, connect: Connect])[] = [
  ["silent", 1_000, sends("")],
  ["half a request", 1_000, sends("GET /metrics HTTP/1.1\r\nHo")],
  ["half a request, half-closed", 1_000, halfCloses],
  ["a byte at a time", 200, drips],
  ["heads of 1 MB", 50, sends(`GET / HTTP/1.1\r\nX: ${"a".repeat(1_000_000)}`)],
  ["a request without reading", 200, sends(REQUEST)],
  ["100 pipelined requests without reading", 200, sends(REQUEST.repeat(100))],
];

for (const [kind, count, connect] of CLIENTS) {
  Deno.test(`serve() answers scrapes beside ${count} clients: ${kind}`, async () => {
    const plex = await startPlex({ clock: systemClock });
    const clients: Client[] = [];
    try {
      await using program = startProgram([], {
        env: {
          PLEX_SERVER: plex.url,
          PLEX_TOKEN: plex.ownerToken,
          LISTEN_ADDRESS: "127.0.0.1:0",
        },
      });
      const url = await program.says(/(http:\/\/127\.0\.0\.1:\d+\/metrics)/);
      const address = { hostname: "127.0.0.1", port: Number(new URL(url).port) };
      const scrape = async () => {
        const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) });
        return await answer.text();
      };
      await until("Plex to be up", async () => {
        return /^plex_up\{.*\} 1$/m.test(await scrape()) || undefined;
      });
      for (let nth = 0; nth < count; nth++) clients.push(await connect(address));
      for (let nth = 0; nth < SCRAPES; nth++) {
        const page = await scrape();
        assert.match(page, /^plex_up\{.*\} 1$/m);
        const [, bytes] = /^process_resident_memory_bytes (\S+)$/m.exec(page) ?? [];
        assert.ok(Number(bytes) < MEMORY_LIMIT_BYTES, `${bytes} bytes`);
      }
    } finally {
      await Promise.all(clients.map((client) => client.close()));
      await plex.close();
    }
  });
}
