/**
 * Clients that are silent, slow, or never read, against the program as a process: scrapes are
 * answered beside them, and memory stays below the limit of the Compose file.
 */
import assert from "node:assert/strict";
import { startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { startProgram, until } from "../testing/program.ts";

/** `mem_limit` of examples/compose/compose.yaml. */
const MEMORY_LIMIT_BYTES = 256 * 1024 ** 2;
const SCRAPES = 10;

const encoder = new TextEncoder();
const REQUEST = "GET /metrics HTTP/1.1\r\nHost: exporter\r\nAccept-Encoding: identity\r\n\r\n";

/** Connects a client; the function is given its number and the address of the exporter. */
type Connect = (nth: number, address: Deno.ConnectOptions) => Promise<Deno.Conn>;

/** A client that sends `text` and reads nothing. */
const sends = (text: string): Connect => async (_nth, address) => {
  const client = await Deno.connect(address);
  // The rest of a long text waits for the exporter to read, which is for ever where it does not.
  void client.write(encoder.encode(text)).catch(() => {});
  return client;
};

/** A client that sends the head of a request a byte at a time. */
const drips: Connect = async (_nth, address) => {
  const client = await Deno.connect(address);
  void (async () => {
    for (const byte of encoder.encode(REQUEST.repeat(10))) {
      await client.write(Uint8Array.of(byte));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })().catch(() => {});
  return client;
};

const CLIENTS: readonly (readonly [kind: string, count: number, connect: Connect])[] = [
  ["silent", 1_000, sends("")],
  ["half a request", 1_000, sends("GET /metrics HTTP/1.1\r\nHo")],
  ["a byte at a time", 200, drips],
  ["heads of 1 MB", 50, sends(`GET / HTTP/1.1\r\nX: ${"a".repeat(1_000_000)}`)],
  ["a request without reading", 200, sends(REQUEST)],
  ["100 pipelined requests without reading", 200, sends(REQUEST.repeat(100))],
];

for (const [kind, count, connect] of CLIENTS) {
  Deno.test(`serve() answers scrapes beside ${count} clients: ${kind}`, async () => {
    const plex = await startPlex({ clock: systemClock });
    const clients: Deno.Conn[] = [];
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
        const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
        return await answer.text();
      };
      await until("Plex to be up", async () => {
        return /^plex_up\{.*\} 1$/m.test(await scrape()) || undefined;
      });
      for (let nth = 0; nth < count; nth++) clients.push(await connect(nth, address));
      for (let nth = 0; nth < SCRAPES; nth++) {
        const page = await scrape();
        assert.match(page, /^plex_up\{.*\} 1$/m);
        const [, bytes] = /^process_resident_memory_bytes (\S+)$/m.exec(page) ?? [];
        assert.ok(Number(bytes) < MEMORY_LIMIT_BYTES, `${bytes} bytes`);
      }
    } finally {
      clients.forEach((client) => client.close());
      await plex.close();
    }
  });
}
