/** The server's side of a WebSocket, and the ways in which it can break. */
import assert from "node:assert/strict";
import { type RawData, WebSocket } from "ws";
import { Listener } from "../../../../src/simulator/net/listener.ts";
import {
  acceptWebSocket,
  type ServerWebSocket,
} from "../../../../src/simulator/net/server_websocket.ts";
import { Timers } from "../../../../src/simulator/timers.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";

interface Given {
  readonly server: ServerWebSocket;
  readonly client: WebSocket;
  /** What the client got: text, bytes, pings and pongs. */
  readonly received: (string | Uint8Array)[];
  /** The code with which each side saw the connection end. */
  readonly clientClosed: Promise<number>;
  readonly serverClosed: Promise<void>;
  /** Waits until everything sent so far has arrived. */
  flush(): Promise<void>;
}

/** Opens a WebSocket over a real connection, and runs a test on both ends of it. */
async function withSocket(run: (given: Given) => Promise<void>): Promise<void> {
  const opened = Promise.withResolvers<ServerWebSocket>();
  const listener = new Listener({
    hostname: "127.0.0.1",
    port: 0,
    certificate: undefined,
    timers: new Timers(new DrivenClock()),
    keepAliveMs: 20_000,
    onRequest: (_request, response) => void response.writeHead(404).end(),
    onUpgrade: (request, socket, head) =>
      acceptWebSocket(request, socket, head, (type) => type === "playing", opened.resolve),
  });
  await listener.open();
  const client = new WebSocket(`ws://127.0.0.1:${listener.port}/`);
  const received: (string | Uint8Array)[] = [];
  const closed = Promise.withResolvers<number>();
  client.on("message", (data: RawData, isBinary: boolean) => {
    received.push(isBinary ? new Uint8Array(data as Uint8Array) : String(data));
  });
  client.on("ping", () => received.push("(ping)"));
  client.on("pong", () => received.push("(pong)"));
  client.on("error", () => {});
  client.on("close", (code: number) => closed.resolve(code));
  const headers = new Promise<Record<string, unknown>>((resolve) =>
    client.once(
      "upgrade",
      (response: { headers: Record<string, unknown> }) => resolve(response.headers),
    )
  );
  const server = await opened.promise;
  const serverClosed = new Promise<void>((resolve) => server.onClose(resolve));
  try {
    assert.equal((await headers)["x-plex-protocol"], "1.0");
    await run({
      server,
      client,
      received,
      clientClosed: closed.promise,
      serverClosed,
      async flush() {
        const arrived = new Promise((resolve) => client.once("message", resolve));
        server.send("(last)");
        await arrived;
        received.pop();
      },
    });
  } finally {
    client.terminate();
    await listener.close();
    await serverClosed;
  }
}

Deno.test("a WebSocket sends text, the same as bytes, and pings", () =>
  withSocket(async ({ server, received, flush }) => {
    assert.deepEqual([server.accepts("playing"), server.accepts("log")], [true, false]);
    assert.ok(server.send("one"));
    assert.ok(server.send("two", true));
    server.ping();
    await flush();
    assert.deepEqual(received, ["one", new TextEncoder().encode("two"), "(ping)"]);
  }));

Deno.test("a WebSocket closes with the code it is given, and sends nothing after that", () =>
  withSocket(async ({ server, clientClosed, serverClosed }) => {
    server.close(1001);
    assert.equal(server.send("late"), false);
    assert.equal(await clientClosed, 1001);
    await serverClosed;
  }));

Deno.test("1006 and a reset end a WebSocket without the closing handshake", async () => {
  for (
    const end of [
      (server: ServerWebSocket) => server.close(1006),
      (server: ServerWebSocket) => server.reset(),
    ]
  ) {
    await withSocket(async ({ server, clientClosed, serverClosed }) => {
      end(server);
      assert.equal(await clientClosed, 1006);
      await serverClosed;
      assert.equal(server.send("late"), false);
    });
  }
});

Deno.test("a WebSocket answers pings until it goes silent, and then neither reads nor closes", () =>
  withSocket(async ({ server, client, received, flush }) => {
    const ponged = new Promise((resolve) => client.once("pong", resolve));
    client.ping();
    await ponged;
    await flush();
    server.goSilent();
    client.ping();
    client.send("ignored");
    server.close(1001);
    assert.equal(server.send("never"), false);
    server.ping();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(received, ["(pong)"]);
    assert.equal(client.readyState, WebSocket.OPEN);
  }));
