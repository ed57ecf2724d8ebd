import assert from "node:assert/strict";
import { openTransport, type TransportOptions } from "../../../../src/plex/transport/mod.ts";
import { makeAuthority, makeSelfSigned } from "../../../testing/certificates.ts";
import { TOKEN, withClient, withServer } from "../../../testing/plex_fixture.ts";

const IDENTITY = { MediaContainer: { machineIdentifier: "m", version: "1" } };
const TLS = await makeSelfSigned({ name: "elsewhere.example", addresses: [] });
const AUTHORITY = await makeAuthority();
const UNVERIFIED: TransportOptions = { skipVerification: true };

/** Opens a socket, and gives what it tells until `enough` of it. */
async function listen(
  server: string,
  enough: number,
  options: TransportOptions = UNVERIFIED,
): Promise<readonly string[]> {
  const transport = await openTransport(new URL(server), options);
  const told: string[] = [];
  const url = new URL("/socket", server);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const done = Promise.withResolvers<void>();
  const tell = (what: string) => {
    told.push(what);
    if (told.length >= enough) done.resolve();
  };
  const abandon = transport.connect(url, { "X-Plex-Token": TOKEN }, {
    opened: () => tell("opened"),
    received: (text) =>
      tell(text === undefined ? "unreadable" : `${text.length}:${text.slice(0, 9)}`),
    closed: (reason) => tell(`closed: ${reason}`),
  });
  await done.promise;
  abandon();
  transport.close();
  return told;
}

/** Answers a handshake and sends. */
function speaker(send: (socket: WebSocket) => void) {
  return (request: Request) => {
    if (request.headers.get("x-plex-token") !== TOKEN) return new Response("", { status: 401 });
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => send(socket);
    return response;
  };
}

/** Over HTTP/2, in which Deno's server speaks TLS, Deno's WebSocket does not tell the status. */
const REFUSED_BY_STREAM = "stream error received: unspecific protocol error detected";

const TRANSPORTS = [
  ["plain", undefined, {}],
  ["verified", await AUTHORITY.issue(), { caCerts: () => [AUTHORITY.cert] }],
  ["unverified", TLS, UNVERIFIED],
] as const;

for (const [name, tls, options] of TRANSPORTS) {
  Deno.test(`the ${name} transport receives text, small and large, and reports other frames`, async () => {
    const speak = speaker((socket) => {
      socket.send("hello");
      socket.send("x".repeat(100_000));
      socket.send(Uint8Array.of(1, 2));
      socket.send("y".repeat(8 * 1024 * 1024 + 1));
      socket.send("last");
    });
    const told = await withServer(speak, (url) => listen(url, 6, options), tls);
    assert.deepEqual(told, [
      "opened",
      "5:hello",
      "100000:xxxxxxxxx",
      "unreadable",
      "unreadable",
      "4:last",
    ]);
  });

  Deno.test(`the ${name} transport reports once that the server closed`, async () => {
    const speak = speaker((socket) => socket.close(1001));
    const told = await withServer(speak, (url) => listen(url, 2, options), tls);
    assert.deepEqual(told, ["opened", "closed: closed with code 1001"]);
  });

  Deno.test(`the ${name} transport reports the status of a refused handshake`, async () => {
    const refuse = () => new Response("no", { status: 401 });
    const told = await withServer(refuse, (url) => listen(url, 1, options), tls);
    const refused = name === "verified" ? REFUSED_BY_STREAM : "(status code|server response): 401";
    assert.match(told.join(), new RegExp(`^closed: .*${refused}$`));
  });

  Deno.test(`the ${name} transport follows no redirect of a handshake`, async () => {
    const redirect = () => Response.redirect("http://elsewhere.example/");
    const told = await withServer(redirect, (url) => listen(url, 1, options), tls);
    const refused = name === "verified" ? REFUSED_BY_STREAM : "302";
    assert.match(told.join(), new RegExp(`^closed: .*${refused}$`));
  });

  Deno.test(`the ${name} transport closes a handshake that is not answered`, async () => {
    const asked = Promise.withResolvers<void>();
    const never = Promise.withResolvers<Response>();
    await withServer(() => {
      asked.resolve();
      return never.promise;
    }, async (url) => {
      const transport = await openTransport(new URL(url), options);
      const socket = new URL(url.replace("http", "ws"));
      const abandon = transport.connect(socket, {}, {
        opened: () => assert.fail("it opened"),
        received: () => assert.fail("it spoke"),
        closed: () => assert.fail("it told of its own end"),
      });
      await asked.promise;
      abandon();
      transport.close();
      never.resolve(new Response());
    }, tls);
  });
}

Deno.test("the insecure transport accepts any certificate", async () => {
  await withServer((request) => {
    const { pathname, search } = new URL(request.url);
    assert.equal(request.headers.get("x-plex-token"), TOKEN);
    if (pathname === "/identity") return Response.json(IDENTITY);
    assert.equal(pathname + search, "/statistics/bandwidth?timespan=6&at%3E=5");
    return new Response("", { status: 503, headers: { "retry-after": "3" } });
  }, (url) =>
    withClient(url, async (client) => {
      for (let nth = 0; nth < 3; nth++) assert.ok((await client.identity()).ok);
      const answer = await client.bandwidth(5);
      assert.ok(!answer.ok);
      assert.deepEqual([answer.failure, answer.retryAfterMs], ["unavailable", 3000]);
    }, UNVERIFIED), TLS);
});

Deno.test("the insecure transport keeps timeouts and size limits", async () => {
  const endless = () =>
    new Response(
      new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) }),
    );
  await withServer(endless, (url) =>
    withClient(url, async (client) => {
      const answer = await client.identity();
      assert.equal(!answer.ok && answer.detail, "The answer exceeds 1000000 bytes");
    }, { ...UNVERIFIED, maxBodyBytes: 1_000_000 }), TLS);
  const slow = Promise.withResolvers<Response>();
  await withServer(() => slow.promise, (url) =>
    withClient(url, async (client) => {
      const answer = await client.identity();
      assert.equal(!answer.ok && answer.failure, "timeout");
      slow.resolve(new Response());
    }, { ...UNVERIFIED, timeoutMs: 100 }), TLS);
});

Deno.test("the insecure transport rejects a refused connection", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  listener.close();
  const url = `https://127.0.0.1:${listener.addr.port}`;
  const answer = await withClient(url, (client) => client.identity(), UNVERIFIED);
  assert.equal(!answer.ok && answer.failure, "refused");
  assert.match((await listen(url, 1)).join(), /^closed: .*ECONNREFUSED/);
});

Deno.test("openTransport uses the usual transport without TLS", async () => {
  await withServer(() => Response.json(IDENTITY), (url) =>
    withClient(url, async (client) => {
      assert.ok((await client.identity()).ok);
    }, UNVERIFIED));
});

Deno.test("openTransport trusts another CA from the next connection on", async () => {
  const other = await makeAuthority();
  let trusted = [other.cert];
  const options: TransportOptions = { caCerts: () => trusted };
  await withServer(() => Response.json(IDENTITY), (url) =>
    withClient(url, async (client) => {
      const refused = await client.identity();
      assert.match(refused.ok ? "" : refused.detail, /UnknownIssuer/);
      trusted = [AUTHORITY.cert];
      assert.ok((await client.identity()).ok);
      trusted = [other.cert];
      assert.ok(!(await client.identity()).ok, "a connection that was trusted is not used again");
      trusted = ["-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----"];
      assert.ok(!(await client.identity()).ok, "an authority that is none costs the request alone");
    }, options), await AUTHORITY.issue());
});

Deno.test("openTransport lets pending requests continue when the CA changes", async () => {
  let trusted = [AUTHORITY.cert];
  const asked = Promise.withResolvers<void>();
  const slow = Promise.withResolvers<Response>();
  await withServer((request) => {
    if (new URL(request.url).pathname !== "/identity") return Response.json(IDENTITY);
    asked.resolve();
    return slow.promise;
  }, (url) =>
    withClient(url, async (client) => {
      const first = client.identity();
      await asked.promise;
      trusted = [AUTHORITY.cert, (await makeAuthority()).cert];
      await client.activities();
      slow.resolve(Response.json(IDENTITY));
      assert.ok((await first).ok);
    }, { caCerts: () => trusted }), await AUTHORITY.issue());
});
