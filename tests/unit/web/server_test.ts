/** The server: its address, how it closes and recovers, and what bad clients cannot do to it. */
import assert from "node:assert/strict";
import { ListenError, serve } from "../../../src/web/server.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";
import { eventually, waitUntil } from "../../testing/eventually.ts";
import {
  connect,
  pause,
  type RunningServer,
  serveMetrics,
  withServe,
} from "../../testing/web_server.ts";
import { recordingLog, silentLog } from "../../testing/recording_log.ts";

const handler = () => Promise.resolve(new Response("ok\n"));
const request = "GET /metrics HTTP/1.1\r\nHost: exporter\r\n\r\n";
/** More than what the kernel and the server take before the client reads. */
const hugeBody = "a".repeat(30_000_000);

async function text(url: string): Promise<string> {
  return await (await fetch(url)).text();
}

Deno.test("serve() without a host answers on IPv4 and IPv6 at the port it names", async () => {
  const server = await serve({ port: 0, handler, log: silentLog });
  assert.notEqual(server.port, 0);
  assert.equal(server.url, `http://127.0.0.1:${server.port}`);
  assert.equal(await text(server.url), "ok\n");
  assert.equal(await text(`http://[::1]:${server.port}`), "ok\n");
  await server.close(1_000);
});

Deno.test("serve() with a host answers on that address only", async () => {
  const server = await serve({ hostname: "::1", port: 0, handler, log: silentLog });
  assert.equal(server.url, `http://[::1]:${server.port}`);
  assert.equal(await text(server.url), "ok\n");
  await assert.rejects(Deno.connect({ hostname: "127.0.0.1", port: server.port }));
  await server.close(1_000);
});

Deno.test("serve() falls back to IPv4 if there is no IPv6", async () => {
  await withServe((original) => (options, handler) => {
    if (options.hostname === "::") throw new Error("Address family not supported");
    return original(options, handler);
  }, async () => {
    const server = await serve({ port: 0, handler, log: silentLog });
    assert.equal(await text(server.url), "ok\n");
    await server.close(1_000);
  });
});

Deno.test("serve() rejects with a sentence that names LISTEN_ADDRESS", async () => {
  const taken = await serve({ port: 0, handler, log: silentLog });
  const sentences = [
    [{ port: taken.port }, `:${taken.port} (LISTEN_ADDRESS): another program uses this port.`],
    [{ hostname: "192.0.2.1", port: 9 }, "192.0.2.1:9 (LISTEN_ADDRESS): this machine has no such"],
    [{ hostname: "nosuch.invalid", port: 9 }, "nosuch.invalid:9 (LISTEN_ADDRESS): "],
    [{ hostname: "a b", port: 9 }, "a b:9 (LISTEN_ADDRESS): "],
  ] as const;
  for (const [address, sentence] of sentences) {
    await assert.rejects(serve({ ...address, handler, log: silentLog }), (error) => {
      assert.ok(error instanceof ListenError);
      assert.ok(error.message.startsWith(`Cannot listen on ${sentence}`), error.message);
      assert.ok(error.cause instanceof Error);
      return true;
    });
  }
  await taken.close(1_000);
});

Deno.test("serve() does not fall back to IPv4 if another program uses the port", async () => {
  const taken = Deno.listen({ hostname: "::1", port: 0 });
  const { port } = taken.addr;
  await assert.rejects(serve({ port, handler, log: silentLog }), ListenError);
  taken.close();
});

Deno.test("WebServer.close() frees the port at once without pending responses", async () => {
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
  await (await serve({ port, handler, log: silentLog })).close(1_000);
  clients.forEach((client) => client.close());
});

Deno.test("WebServer.close() completes a pending response", async () => {
  const asked = Promise.withResolvers<void>();
  const render = Promise.withResolvers<string>();
  const { server, scrapers } = await serveMetrics(() => {
    asked.resolve();
    return render.promise;
  });
  const answer = fetch(`${server.url}/metrics`);
  await asked.promise;
  const closed = server.close(60_000);
  await pause(50);
  render.resolve("a".repeat(2_000_000));
  assert.equal((await (await answer).text()).length, 2_000_000);
  await closed;
  assert.deepEqual(scrapers, ["127.0.0.1"]);
});

Deno.test("WebServer.close() waits no longer than its limit for a client that does not read", async () => {
  const { server, scrapers } = await serveMetrics(hugeBody);
  const client = await connect(server.port, request);
  await pause(100);
  await eventually(server.close(200));
  assert.deepEqual(scrapers, []);
  client.close();
});

Deno.test("WebServer.close() waits no longer than its limit for a client that sends requests and reads no response", async () => {
  const { server } = await serveMetrics("plex_up 1\n");
  const client = await connect(server.port, "");
  const pages = "GET / HTTP/1.1\r\nHost: exporter\r\n\r\n".repeat(60_000);
  const written = client.write(new TextEncoder().encode(pages)).catch(() => 0);
  await pause(500);
  await eventually(server.close(200));
  client.close();
  await written;
});

Deno.test("WebServer.close() waits no longer than its limit for a renderer that does not end", async () => {
  const asked = Promise.withResolvers<void>();
  const render = Promise.withResolvers<string>();
  const { server } = await serveMetrics(() => {
    asked.resolve();
    return render.promise;
  });
  const answer = fetch(`${server.url}/metrics`);
  await asked.promise;
  await eventually(server.close(100));
  render.resolve("");
  await (await answer).text();
});

Deno.test("serve() counts a scrape once, and only if the client has read it completely", async () => {
  const { server, scrapers } = await serveMetrics(hugeBody);
  const leaving = await connect(server.port, request);
  await leaving.read(new Uint8Array(100_000));
  leaving.close();
  (await connect(server.port, request)).close();
  await (await fetch(`${server.url}/metrics`, { method: "HEAD" })).body?.cancel();
  await pause(300);
  assert.deepEqual(scrapers, []);
  assert.equal((await text(`${server.url}/metrics`)).length, hugeBody.length);
  await waitUntil(() => scrapers.length > 0);
  assert.deepEqual(scrapers, ["127.0.0.1"]);
  await server.close(1_000);
});

Deno.test("serve() answers a scrape while 500 clients have sent half a request or nothing", async () => {
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

Deno.test("serve() answers malformed and unusual requests, and the scrape after them", async () => {
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

Deno.test("serve() binds the same port again when the server ends, and logs that once in ten minutes", async () => {
  const clock = new DrivenClock(0);
  const running: RunningServer[] = [];
  await withServe((original) => (options, handler) => {
    const server = original(options, handler);
    running.push(server);
    return server;
  }, async () => {
    const log = recordingLog();
    const server = await serve({ hostname: "127.0.0.1", port: 0, handler, log, clock });
    for (let failures = 1; failures <= 3; failures++) {
      await running.at(-1)?.shutdown();
      await assert.rejects(Deno.connect({ hostname: "127.0.0.1", port: server.port }));
      await clock.advance(1_000);
      assert.equal(running.length, failures + 1);
      assert.equal(await text(server.url), "ok\n");
    }
    const warnings = () => log.entries.filter(({ level }) => level === "warn").length;
    assert.equal(warnings(), 1);
    await clock.advance(600_000);
    await running.at(-1)?.shutdown();
    await clock.advance(1_000);
    assert.equal(warnings(), 2);
    await server.close(1_000);
  });
});

Deno.test("serve() keeps trying if the port cannot be bound again at once", async () => {
  const clock = new DrivenClock(0);
  const running: RunningServer[] = [];
  let left = 0;
  await withServe((original) => (options, handler) => {
    if (left-- > 0) throw new Error("Too many open files (os error 24)");
    const server = original(options, handler);
    running.push(server);
    return server;
  }, async () => {
    const log = recordingLog();
    const server = await serve({ hostname: "127.0.0.1", port: 0, handler, log, clock });
    left = 3;
    await running.at(-1)?.shutdown();
    for (let seconds = 0; seconds < 5; seconds++) await clock.advance(1_000);
    assert.equal(await text(server.url), "ok\n");
    left = Infinity;
    await running.at(-1)?.shutdown();
    await clock.advance(2_000);
    await eventually(server.close(60_000));
  });
});

Deno.test("serve() closes all connections when it cannot accept one, and logs why", async () => {
  const failure = Promise.withResolvers<void>();
  let servers = 0;
  await withServe((original) => (options, handler) => {
    const server = original(options, handler);
    servers += 1;
    return servers === 1 ? Object.assign(server, { finished: failure.promise }) : server;
  }, async () => {
    const clock = new DrivenClock(0);
    const log = recordingLog();
    const server = await serve({ hostname: "127.0.0.1", port: 0, handler, log, clock });
    const clients = [
      await connect(server.port, ""),
      await connect(server.port, "GET / HTTP/1.1\r\nHo"),
    ];
    await pause(50);
    const error = new Deno.errors.Http("Too many open files (os error 24)");
    failure.reject(error);
    for (const client of clients) {
      assert.equal(await eventually(client.read(new Uint8Array(1))), null);
      client.close();
    }
    await clock.advance(1_000);
    assert.equal(await text(server.url), "ok\n");
    assert.deepEqual(log.entries.map(({ level, fields }) => [level, fields]), [["warn", {
      error,
    }]]);
    await server.close(1_000);
  });
});
