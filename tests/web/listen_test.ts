/** The socket: where it listens, how it closes, and what bad clients can't do to it. */
import assert from "node:assert/strict";
import { silentLog } from "../../src/log/mod.ts";
import { listen, ListenError } from "../../src/web/listen.ts";
import { eventually } from "../testing/eventually.ts";
import { connect, pause, serveMetrics, until } from "./fixture.ts";

const handler = () => Promise.resolve(new Response("ok\n"));
const request = "GET /metrics HTTP/1.1\r\nHost: exporter\r\n\r\n";
/** More than what the kernel and the server take before the client reads. */
const hugeBody = "a".repeat(30_000_000);

async function text(url: string): Promise<string> {
  return await (await fetch(url)).text();
}

Deno.test("listen without a host answers on IPv4 and IPv6 at the port it names", async () => {
  const server = await listen({ port: 0, handler, log: silentLog });
  assert.notEqual(server.port, 0);
  assert.equal(server.url, `http://127.0.0.1:${server.port}`);
  assert.equal(await text(server.url), "ok\n");
  assert.equal(await text(`http://[::1]:${server.port}`), "ok\n");
  await server.close(1_000);
});

Deno.test("listen with a host answers there alone", async () => {
  const server = await listen({ hostname: "::1", port: 0, handler, log: silentLog });
  assert.equal(server.url, `http://[::1]:${server.port}`);
  assert.equal(await text(server.url), "ok\n");
  await assert.rejects(Deno.connect({ hostname: "127.0.0.1", port: server.port }));
  await server.close(1_000);
});

Deno.test("listen falls back to IPv4 where IPv6 is not there", async () => {
  await withListen((listen) => (options) => {
    if (options.hostname === "::") throw new Error("Address family not supported");
    return listen(options);
  }, async () => {
    const server = await listen({ port: 0, handler, log: silentLog });
    assert.equal(await text(server.url), "ok\n");
    await server.close(1_000);
  });
});

Deno.test("listen rejects with a sentence that names LISTEN_ADDRESS", async () => {
  const taken = await listen({ port: 0, handler, log: silentLog });
  const sentences = [
    [{ port: taken.port }, `:${taken.port} (LISTEN_ADDRESS): another program uses this port.`],
    [{ hostname: "192.0.2.1", port: 9 }, "192.0.2.1:9 (LISTEN_ADDRESS): this machine has no such"],
    [{ hostname: "nosuch.invalid", port: 9 }, "nosuch.invalid:9 (LISTEN_ADDRESS): "],
    [{ hostname: "a b", port: 9 }, "a b:9 (LISTEN_ADDRESS): "],
  ] as const;
  for (const [address, sentence] of sentences) {
    await assert.rejects(listen({ ...address, handler, log: silentLog }), (error) => {
      assert.ok(error instanceof ListenError);
      assert.ok(error.message.startsWith(`Cannot listen on ${sentence}`), error.message);
      assert.ok(error.cause instanceof Error);
      return true;
    });
  }
  await taken.close(1_000);
});

Deno.test("listen does not make do with IPv4 where another program has the port", async () => {
  const taken = Deno.listen({ hostname: "::1", port: 0 });
  const { port } = taken.addr;
  await assert.rejects(listen({ port, handler, log: silentLog }), ListenError);
  taken.close();
});

Deno.test("WebServer.close frees the port at once when nobody is being answered", async () => {
  const { server } = await serveMetrics("plex_up 1\n");
  const clients = [
    await connect(server.port, ""),
    await connect(server.port, "GET /metrics HTTP/1.1\r\nHo"),
    await connect(server.port, request),
  ];
  await pause(50);
  await eventually(Promise.all([server.close(60_000), server.close(60_000)]));
  await server.close(60_000);
  const { port } = server;
  await (await listen({ port, handler, log: silentLog })).close(1_000);
  clients.forEach((client) => client.close());
});

Deno.test("WebServer.close lets an answer finish", async () => {
  const render = Promise.withResolvers<string>();
  const { server, scrapers } = await serveMetrics(() => render.promise);
  const answer = fetch(`${server.url}/metrics`);
  await pause(50);
  const closed = server.close(60_000);
  await pause(50);
  render.resolve("a".repeat(2_000_000));
  assert.equal((await (await answer).text()).length, 2_000_000);
  await closed;
  assert.deepEqual(scrapers, ["127.0.0.1"]);
});

Deno.test("WebServer.close waits no longer than its limit for a client that does not read", async () => {
  const { server, scrapers } = await serveMetrics(hugeBody);
  const client = await connect(server.port, request);
  await pause(100);
  await eventually(server.close(200));
  assert.deepEqual(scrapers, []);
  client.close();
});

Deno.test("WebServer.close waits no longer than its limit for one that asks and never reads", async () => {
  const { server } = await serveMetrics("plex_up 1\n");
  const client = await connect(server.port, "");
  const pages = "GET / HTTP/1.1\r\nHost: exporter\r\n\r\n".repeat(60_000);
  const written = client.write(new TextEncoder().encode(pages)).catch(() => 0);
  await pause(500);
  await eventually(server.close(200));
  client.close();
  await written;
});

Deno.test("WebServer.close waits no longer than its limit for a renderer that does not end", async () => {
  const render = Promise.withResolvers<string>();
  const { server } = await serveMetrics(() => render.promise);
  const answer = fetch(`${server.url}/metrics`).then(() => "answered", () => "dropped");
  await pause(50);
  await eventually(server.close(100));
  assert.equal(await answer, "dropped");
  render.resolve("");
  await pause(10);
});

Deno.test("listen has a scrape counted once, and only if the client took it whole", async () => {
  const { server, scrapers } = await serveMetrics(hugeBody);
  const leaving = await connect(server.port, request);
  await leaving.read(new Uint8Array(100_000));
  leaving.close();
  (await connect(server.port, request)).close();
  await (await fetch(`${server.url}/metrics`, { method: "HEAD" })).body?.cancel();
  await pause(300);
  assert.deepEqual(scrapers, []);
  assert.equal((await text(`${server.url}/metrics`)).length, hugeBody.length);
  await until(() => scrapers.length > 0);
  assert.deepEqual(scrapers, ["127.0.0.1"]);
  await server.close(1_000);
});

Deno.test("listen answers a scrape beside 500 clients that say half a sentence or nothing", async () => {
  const { server } = await serveMetrics("plex_up 1\n");
  const clients = await Promise.all(
    Array.from(
      { length: 500 },
      (_, index) => connect(server.port, index % 2 === 0 ? "" : "GET /metrics HTTP/1.1\r\nHo"),
    ),
  );
  assert.equal(await eventually(text(`${server.url}/metrics`)), "plex_up 1\n");
  await server.close(1_000);
  clients.forEach((client) => client.close());
});

Deno.test("listen answers odd requests, and the next scrape as if nothing had been", async () => {
  const { server, log } = await serveMetrics("plex_up 1\n");
  const odd: readonly (readonly [string, number])[] = [
    ["GET http://other.example/metrics HTTP/1.1\r\nHost: a\r\n\r\n", 200],
    ["GET /metrics HTTP/1.1\r\nHost: a b<>:99999\r\n\r\n", 200],
    ["GET /metrics HTTP/1.0\r\n\r\n", 200],
    ["OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 405],
    ["CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 405],
    ["POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\na", 405],
    [`GET /${"a".repeat(10_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 404],
    ["GET //[%zz HTTP/1.1\r\nHost: a\r\n\r\n", 404],
    [`GET /metrics HTTP/1.1\r\nHost: a\r\nX: ${"a".repeat(600_000)}\r\n\r\n`, 400],
    ["\u0016\u0003\u0001 TLS to a port without it\r\n\r\n", 400],
  ];
  for (const [sent, status] of odd) {
    const client = await connect(server.port, sent);
    const buffer = new Uint8Array(100);
    const size = await client.read(buffer) ?? 0;
    const answer = new TextDecoder().decode(buffer.subarray(0, size));
    assert.match(answer, new RegExp(`^HTTP/1\\.[01] ${status} `), sent.slice(0, 50));
    client.close();
  }
  assert.equal(await text(`${server.url}/metrics`), "plex_up 1\n");
  assert.deepEqual(log.entries, []);
  await server.close(1_000);
});

/** A listener that can't accept for want of files, so many times. */
function failing(listener: Deno.TcpListener, times: number): Deno.TcpListener {
  let left = times;
  return new Proxy(listener, {
    get(target, name) {
      if (name === "accept" && left-- > 0) {
        return () => Promise.reject(new Error("Too many open files (os error 24)"));
      }
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

Deno.test("listen sends away who has waited longest where no file is left, and answers the next", async () => {
  let times = 0;
  await withListen((listen) => (options) => failing(listen(options), times), async () => {
    const { server: idle } = await serveMetrics("plex_up 1\n");
    await idle.close(1_000);
    times = 3;
    const { server, log } = await serveMetrics("plex_up 1\n");
    assert.equal(await text(`${server.url}/metrics`), "plex_up 1\n");
    assert.deepEqual(log.entries.map(({ level }) => level), ["warn", "debug", "debug"]);
    await server.close(1_000);
  });
});

Deno.test("WebServer.close ends a server that can't accept", async () => {
  await withListen((listen) => (options) => failing(listen(options), Infinity), async () => {
    const { server, log } = await serveMetrics("plex_up 1\n");
    await until(() => log.entries.length > 0);
    await eventually(server.close(60_000));
  });
});

Deno.test("listen lets in 250 clients, and for one more sends away who has waited longest", async () => {
  const { server } = await serveMetrics("plex_up 1\n");
  const clients: Deno.TcpConn[] = [];
  for (let nth = 0; nth < 250; nth++) clients.push(await connect(server.port, ""));
  const [first, second] = clients;
  assert.ok(first && second);
  await first.write(new TextEncoder().encode(request));
  assert.ok(await first.read(new Uint8Array(2_000)) ?? 0 > 0);
  assert.equal(await text(`${server.url}/metrics`), "plex_up 1\n");
  assert.equal(await second.read(new Uint8Array(1)), null, "it had waited longest");
  await first.write(new TextEncoder().encode(request));
  assert.ok(await first.read(new Uint8Array(2_000)) ?? 0 > 0, "it had asked since");
  clients.forEach((client) => client.close());
  await server.close(1_000);
});

type Listen = (options: Deno.TcpListenOptions) => Deno.TcpListener;

/** Runs `body` with another `Deno.listen`, for what a machine can't be brought to do. */
async function withListen(wrap: (listen: Listen) => Listen, body: () => Promise<void>) {
  const original = Deno.listen;
  Deno.listen = wrap(original as Listen) as typeof Deno.listen;
  try {
    await body();
  } finally {
    Deno.listen = original;
  }
}
