import assert from "node:assert/strict";
import { openTransport, type TransportOptions } from "../../../../src/plex/transport/mod.ts";
import { makeAuthority, makeSelfSigned } from "../../../testing/certificates.ts";
import { TOKEN, withClient, withServer } from "../../../testing/plex_fixture.ts";
import { recordSocket } from "../../../testing/socket_recorder.ts";

const IDENTITY = { MediaContainer: { machineIdentifier: "m", version: "1" } };
const TLS = await makeSelfSigned({ name: "elsewhere.example", addresses: [] });
const AUTHORITY = await makeAuthority();
const UNVERIFIED: TransportOptions = { skipVerification: true };

/** Accepts a handshake, and then calls `send`. */
function acceptAnd(send: (socket: WebSocket) => void) {
  return (request: Request) => {
    if (request.headers.get("x-plex-token") !== TOKEN) return new Response("", { status: 401 });
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => send(socket);
    return response;
  };
}

/** Over HTTP/2, which Deno's server uses with TLS, Deno's WebSocket does not have the status. */
const REFUSED_BY_STREAM = "stream error received: unspecific protocol error detected";

const TRANSPORTS = [
  ["plain", undefined, {}],
  ["verified", await AUTHORITY.issue(), { caCerts: () => [AUTHORITY.cert] }],
  ["unverified", TLS, UNVERIFIED],
] as const;

for (const [name, tls, options] of TRANSPORTS) {
  Deno.test(`the ${name} transport receives text, small and large, and reports other frames`, async () => {
    const accept = acceptAnd((socket) => {
      socket.send("hello");
      socket.send("x".repeat(100_000));
      socket.send(Uint8Array.of(1, 2));
      socket.send("y".repeat(8 * 1024 * 1024 + 1));
      socket.send("last");
    });
    const recorded = await withServer(accept, (url) => recordSocket(url, 6, options), tls);
    assert.deepEqual(recorded, [
      "opened",
      "5:hello",
      "100000:xxxxxxxxx",
      "unreadable",
      "unreadable",
      "4:last",
    ]);
  });

  Deno.test(`the ${name} transport reports once that the server closed`, async () => {
    const accept = acceptAnd((socket) => socket.close(1001));
    const recorded = await withServer(accept, (url) => recordSocket(url, 2, options), tls);
    assert.deepEqual(recorded, ["opened", "closed: closed with code 1001"]);
  });

  Deno.test(`the ${name} transport reports the status of a refused handshake`, async () => {
    const refuse = () => new Response("no", { status: 401 });
    const recorded = await withServer(refuse, (url) => recordSocket(url, 1, options), tls);
    const refused = name === "verified" ? REFUSED_BY_STREAM : "(status code|server response): 401";
    assert.match(recorded.join(), new RegExp(`^closed: .*${refused}$`));
  });

  Deno.test(`the ${name} transport follows no redirect of a handshake`, async () => {
    const redirect = () => Response.redirect("http://elsewhere.example/");
    const recorded = await withServer(redirect, (url) => recordSocket(url, 1, options), tls);
    const refused = name === "verified" ? REFUSED_BY_STREAM : "302";
    assert.match(recorded.join(), new RegExp(`^closed: .*${refused}$`));
  });

  Deno.test(`the ${name} transport closes a handshake that is not answered`, async () => {
    const requested = Promise.withResolvers<void>();
    const never = Promise.withResolvers<Response>();
    await withServer(() => {
      requested.resolve();
      return never.promise;
    }, async (url) => {
      const transport = await openTransport(new URL(url), options);
      const socket = new URL(url.replace("http", "ws"));
      const abandon = transport.connect(socket, {}, {
        opened: () => assert.fail("it opened"),
        received: () => assert.fail("it received a frame"),
        closed: () => assert.fail("it reported its own close"),
      });
      await requested.promise;
      abandon();
      transport.close();
      never.resolve(new Response());
    }, tls);
  });
}

Deno.test("openTransport uses the usual transport without TLS", async () => {
  await withServer(() => Response.json(IDENTITY), (url) =>
    withClient(url, async (client) => {
      assert.ok((await client.identity()).ok);
    }, UNVERIFIED));
});
