/** The server with TLS: protocol versions, HTTP/2, renewal of the certificate, the healthcheck. */
import assert from "node:assert/strict";
import { connect as connectHttp2, type IncomingHttpHeaders } from "node:http2";
import { connect as connectTls } from "node:tls";
import { healthcheck } from "../../../src/web/healthcheck.ts";
import { ListenError, serve } from "../../../src/web/server.ts";
import { type Certificate, makeAuthority, makeSelfSigned } from "../../testing/certificates.ts";
import { eventually } from "../../testing/eventually.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";
import { pause, withServe } from "../../testing/web_server.ts";
import { recordingLog, silentLog } from "../../testing/recording_log.ts";

const AUTHORITY = await makeAuthority();
const handler = () => Promise.resolve(new Response("ok\n"));

/** Serves over TLS, with a log that is recorded. */
async function serveTls(certificate: Certificate, answer = handler) {
  const log = recordingLog();
  const options = { hostname: "127.0.0.1", port: 0, certificate, handler: answer, log };
  return { server: await serve(options), log };
}

/** Requests `url` as a client that trusts `ca`. */
async function ask(url: string, ca = AUTHORITY.cert): Promise<string> {
  using client = Deno.createHttpClient({ caCerts: [ca] });
  return await (await fetch(url, { client })).text();
}

Deno.test("serve() with a certificate answers over TLS only", async () => {
  const { server } = await serveTls(await AUTHORITY.issue());
  assert.equal(server.url, `https://127.0.0.1:${server.port}`);
  assert.equal(await ask(server.url), "ok\n");
  await assert.rejects(fetch(server.url), "fetch does not trust the authority");
  await assert.rejects(fetch(server.url.replace("https", "http")));
  await server.close(1_000);
});

Deno.test("serve() refuses TLS 1.1, and supports TLS 1.2 and 1.3", async () => {
  const { server } = await serveTls(await AUTHORITY.issue());
  const random = crypto.getRandomValues(new Uint8Array(32));
  // Version 3.2, no session, one cipher suite of the time, no compression.
  const hello = [3, 2, ...random, 0, 0, 2, 0xc0, 0x13, 1, 0];
  const message = [1, 0, 0, hello.length, ...hello];
  const client = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await client.write(Uint8Array.of(22, 3, 1, 0, message.length, ...message));
  const alert = new Uint8Array(7);
  await client.read(alert);
  assert.deepEqual([alert[0], alert[5]], [21, 2], "a fatal alert");
  client.close();
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    const negotiated = await new Promise((resolve, reject) => {
      const socket = connectTls({
        port: server.port,
        host: "127.0.0.1",
        ca: AUTHORITY.cert,
        minVersion: version,
        maxVersion: version,
      }, () => {
        resolve(socket.getProtocol());
        socket.end();
      });
      socket.on("error", reject);
    });
    assert.equal(negotiated, version);
  }
  await server.close(1_000);
});

Deno.test("serve() with a certificate supports HTTP/2, and a shutdown completes its requests", async () => {
  const asked = Promise.withResolvers<void>();
  const slow = Promise.withResolvers<Response>();
  const { server } = await serveTls(await AUTHORITY.issue(), () => {
    asked.resolve();
    return slow.promise;
  });
  const session = connectHttp2(server.url, { ca: AUTHORITY.cert });
  const ended = new Promise((resolve) => session.once("close", resolve));
  const answer = new Promise<[unknown, string]>((resolve, reject) => {
    const stream = session.request({ ":path": "/metrics" });
    let [status, body]: [unknown, string] = [undefined, ""];
    stream.setEncoding("utf8");
    stream.on("response", (headers: IncomingHttpHeaders) => status = headers[":status"]);
    stream.on("data", (text: string) => body += text);
    stream.on("end", () => resolve([status, body]));
    stream.on("error", reject);
  });
  await eventually(asked.promise);
  assert.equal(session.alpnProtocol, "h2");
  const closed = server.close(60_000);
  slow.resolve(new Response("ok\n"));
  assert.deepEqual(await eventually(answer), [200, "ok\n"]);
  await eventually(closed);
  session.close();
  await eventually(ended);
});

Deno.test("serve() rejects with a ListenError for an unusable certificate", async () => {
  const [one, other] = [await makeSelfSigned(), await makeSelfSigned()];
  const certificate = { cert: one.cert, key: other.key };
  const opened = serve({ hostname: "127.0.0.1", port: 0, certificate, handler, log: silentLog });
  await assert.rejects(opened, ListenError);
});

Deno.test("WebServer.renew() serves another certificate at the same port", async () => {
  const { server, log } = await serveTls(await AUTHORITY.issue());
  assert.equal(await ask(server.url), "ok\n");
  const other = await makeAuthority();
  await server.renew(await other.issue());
  assert.equal(await ask(server.url, other.cert), "ok\n");
  await assert.rejects(ask(server.url), "the old one is no longer served");
  assert.deepEqual(log.entries, []);
  await server.close(1_000);
});

Deno.test("WebServer.renew() completes a pending response", async () => {
  const asked = Promise.withResolvers<void>();
  const slow = Promise.withResolvers<Response>();
  const { server } = await serveTls(await AUTHORITY.issue(), () => {
    asked.resolve();
    return slow.promise;
  });
  const answer = ask(server.url);
  await asked.promise;
  const renewed = server.renew(await AUTHORITY.issue());
  await pause(50);
  slow.resolve(new Response("at last\n"));
  assert.equal(await answer, "at last\n");
  await renewed;
  await server.close(1_000);
});

Deno.test("WebServer.renew() fails no scrape after it, on a kept connection or a new one", async () => {
  const { server } = await serveTls(await AUTHORITY.issue());
  const first = await AUTHORITY.issue();
  const second = await AUTHORITY.issue();
  using kept = Deno.createHttpClient({ caCerts: [AUTHORITY.cert] });
  const scrapers = [
    async () => await (await fetch(server.url, { client: kept })).text(),
    () => ask(server.url),
  ];
  for (let renewals = 0; renewals < 20; renewals++) {
    const meanwhile = Promise.allSettled(scrapers.map((scrape) => scrape()));
    await server.renew(renewals % 2 === 0 ? first : second);
    await meanwhile;
    for (const scrape of scrapers) assert.equal(await scrape(), "ok\n");
  }
  await server.close(1_000);
});

Deno.test("WebServer.renew() throws for an unusable certificate and changes nothing", async () => {
  const { server } = await serveTls(await AUTHORITY.issue());
  const { cert } = await AUTHORITY.issue();
  const { key } = await AUTHORITY.issue();
  assert.throws(() => server.renew({ cert, key }));
  assert.equal(await ask(server.url), "ok\n");
  await server.close(1_000);
});

Deno.test("WebServer.renew() keeps trying while another program has the port, and logs it once", async () => {
  let isTaken = false;
  await withServe((original) => (options, handler) => {
    if (isTaken) throw new Deno.errors.AddrInUse("Address already in use (os error 98)");
    return original(options, handler);
  }, async () => {
    const clock = new DrivenClock(0);
    const log = recordingLog();
    const certificate = await AUTHORITY.issue();
    const address = { hostname: "127.0.0.1", port: 0 };
    const server = await serve({ ...address, certificate, handler, log, clock });
    isTaken = true;
    const renewed = server.renew(await AUTHORITY.issue());
    await clock.advance(500);
    assert.deepEqual(log.entries, []);
    await clock.advance(60_000);
    assert.deepEqual(log.entries.map(({ level }) => level), ["warn"]);
    isTaken = false;
    await clock.advance(1_000);
    await renewed;
    assert.equal(await ask(server.url), "ok\n");
    await server.close(1_000);
  });
});

Deno.test("WebServer.close() ends a server whose certificate is being renewed", async () => {
  const { server } = await serveTls(await AUTHORITY.issue());
  const certificate = await AUTHORITY.issue();
  const renewals = [server.renew(certificate), server.renew(certificate)];
  await server.close(1_000);
  await Promise.all(renewals);
  await assert.rejects(ask(server.url));
});

Deno.test("healthcheck accepts any certificate", async () => {
  for (
    const certificate of [
      await AUTHORITY.issue({ name: "exporter.example", addresses: [] }),
      await makeSelfSigned({ expired: true }),
      await makeSelfSigned({ authority: true }),
    ]
  ) {
    const { server } = await serveTls(certificate);
    assert.deepEqual(await healthcheck(server.url), {
      healthy: true,
      sentence: `${server.url}/healthz answers.`,
    });
    await server.close(1_000);
  }
});

Deno.test("serve() answers a scrape over TLS while 300 clients have sent half a request or nothing", async () => {
  const { server } = await serveTls(await AUTHORITY.issue());
  const port = server.port;
  const silent = await Promise.all(
    Array.from({ length: 200 }, () => Deno.connect({ hostname: "127.0.0.1", port })),
  );
  const half = await Promise.all(Array.from({ length: 100 }, async () => {
    const client = await Deno.connectTls({
      hostname: "127.0.0.1",
      port,
      caCerts: [AUTHORITY.cert],
      alpnProtocols: ["http/1.1"],
    });
    await client.write(new TextEncoder().encode("GET /metrics HTTP/1.1\r\nHo"));
    return client;
  }));
  assert.equal(await eventually(ask(server.url)), "ok\n");
  await server.close(1_000);
  [...silent, ...half].forEach((client) => client.close());
});
