/** The port of a simulated server (docs/plex/api.md#idle-connections). */
import assert from "node:assert/strict";
import { Listener } from "../../../../src/simulator/net/listener.ts";
import { Timers } from "../../../../src/simulator/timers.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import { waitUntil } from "../../../testing/eventually.ts";

const KEEP_ALIVE_MS = 20_000;
const REQUEST = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

/** Opens a port that answers every request with 204, and runs a test on it. */
async function withListener(
  run: (
    listener: Listener,
    clock: DrivenClock,
    connect: () => Promise<Deno.TcpConn>,
  ) => Promise<void>,
): Promise<void> {
  const clock = new DrivenClock();
  const listener = new Listener({
    hostname: "127.0.0.1",
    port: 0,
    certificate: undefined,
    timers: new Timers(clock),
    keepAliveMs: KEEP_ALIVE_MS,
    onRequest: (_request, response) => void response.writeHead(204).end(),
    onUpgrade: (_request, socket) => void socket.destroy(),
  });
  await listener.open();
  const connections: Deno.TcpConn[] = [];
  try {
    await run(listener, clock, async () => {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
      connections.push(connection);
      return connection;
    });
  } finally {
    for (const connection of connections) connection.close();
    await listener.close();
  }
}

/** Sends a request and reads its response. */
async function request(connection: Deno.TcpConn): Promise<string> {
  await connection.write(REQUEST);
  const buffer = new Uint8Array(1_000);
  const length = await connection.read(buffer);
  return new TextDecoder().decode(buffer.subarray(0, length ?? 0));
}

/** Whether the server closes the connection without another byte. */
async function isClosed(connection: Deno.TcpConn): Promise<boolean> {
  return await connection.read(new Uint8Array(1)).catch(() => null) === null;
}

Deno.test("an idle connection is closed by the simulation's clock, each request prolongs it", async () => {
  await withListener(async (_listener, clock, connect) => {
    const connection = await connect();
    for (let nth = 0; nth < 3; nth += 1) {
      assert.match(await request(connection), /^HTTP\/1.1 204 /);
      await waitUntil(() => clock.pendingTimers === 1);
      await clock.advance(KEEP_ALIVE_MS - 1);
    }
    await clock.advance(1);
    assert.ok(await isClosed(connection));
    assert.equal(clock.pendingTimers, 0);
  });
});

Deno.test("closing cuts every connection and refuses new ones, until the same port opens again", async () => {
  await withListener(async (listener, clock, connect) => {
    const connection = await connect();
    await request(connection);
    const { port } = listener;
    await listener.close();
    assert.ok(await isClosed(connection));
    await assert.rejects(connect(), Deno.errors.ConnectionRefused);
    assert.equal(clock.pendingTimers, 0);
    await listener.open();
    await listener.open();
    assert.equal(listener.port, port);
    assert.match(await request(await connect()), /^HTTP\/1.1 204 /);
  });
});

Deno.test("a port that is taken can't be opened", async () => {
  await withListener(async (listener) => {
    const taken = new Listener({
      hostname: "127.0.0.1",
      port: listener.port,
      certificate: undefined,
      timers: new Timers(new DrivenClock()),
      keepAliveMs: KEEP_ALIVE_MS,
      onRequest: () => {},
      onUpgrade: () => {},
    });
    await assert.rejects(taken.open(), /in use/i);
  });
});
