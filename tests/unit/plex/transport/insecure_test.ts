import assert from "node:assert/strict";
import type { TransportOptions } from "../../../../src/plex/transport/mod.ts";
import { makeSelfSigned } from "../../../testing/certificates.ts";
import { TOKEN, withClient, withServer } from "../../../testing/plex_fixture.ts";
import { recordSocket } from "../../../testing/socket_recorder.ts";

const IDENTITY = { MediaContainer: { machineIdentifier: "m", version: "1" } };
const TLS = await makeSelfSigned({ name: "elsewhere.example", addresses: [] });
const UNVERIFIED: TransportOptions = { skipVerification: true };

Deno.test("insecureTransport accepts any certificate", async () => {
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

Deno.test("insecureTransport keeps timeouts and size limits", async () => {
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

Deno.test("insecureTransport rejects a refused connection", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  listener.close();
  const url = `https://127.0.0.1:${listener.addr.port}`;
  const answer = await withClient(url, (client) => client.identity(), UNVERIFIED);
  assert.equal(!answer.ok && answer.failure, "refused");
  assert.match((await recordSocket(url, 1, UNVERIFIED)).join(), /^closed: .*ECONNREFUSED/);
});
