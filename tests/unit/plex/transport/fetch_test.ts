import assert from "node:assert/strict";
import { fetchTransport } from "../../../../src/plex/transport/fetch.ts";
import type { TransportOptions } from "../../../../src/plex/transport/mod.ts";
import { makeAuthority } from "../../../testing/certificates.ts";
import { withClient, withServer } from "../../../testing/plex_fixture.ts";

const IDENTITY = { MediaContainer: { machineIdentifier: "m", version: "1" } };
const AUTHORITY = await makeAuthority();

Deno.test("fetchTransport trusts another CA from the next connection on", async () => {
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
      assert.ok(!(await client.identity()).ok, "the trusted connection is not reused");
      trusted = ["-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----"];
      assert.ok(!(await client.identity()).ok, "a malformed CA fails only the request");
    }, options), await AUTHORITY.issue());
});

Deno.test("fetchTransport lets pending requests continue when the CA changes", async () => {
  let trusted = [AUTHORITY.cert];
  const requested = Promise.withResolvers<void>();
  const slow = Promise.withResolvers<Response>();
  await withServer((request) => {
    if (new URL(request.url).pathname !== "/identity") return Response.json(IDENTITY);
    requested.resolve();
    return slow.promise;
  }, (url) =>
    withClient(url, async (client) => {
      const first = client.identity();
      await requested.promise;
      trusted = [AUTHORITY.cert, (await makeAuthority()).cert];
      await client.activities();
      slow.resolve(Response.json(IDENTITY));
      assert.ok((await first).ok);
    }, { caCerts: () => trusted }), await AUTHORITY.issue());
});

/** Reads a URL by a transport of its own. The chunks are copied: each is valid until the next. */
async function readChunks(url: string, max = Infinity): Promise<readonly Uint8Array[]> {
  const transport = fetchTransport(() => []);
  const chunks: Uint8Array[] = [];
  try {
    const { body } = await transport.fetch(new URL(url), {}, new AbortController().signal);
    for await (const chunk of body ?? []) {
      chunks.push(chunk.slice());
      if (chunks.length >= max) break;
    }
  } finally {
    transport.close();
  }
  return chunks;
}

/** So many bytes that do not repeat early, as characters of two bytes each. */
function textOf(bytes: number): string {
  return Array.from({ length: bytes / 2 }, (_, index) => String.fromCharCode(0xc0 + index % 613))
    .join("");
}

Deno.test("fetchTransport reads bodies of any size whole, in chunks of 64 kB also if compressed", async () => {
  for (const bytes of [0, 2, 65_536, 65_538, 300_000]) {
    const text = textOf(bytes);
    for (const compressed of [false, true]) {
      const stream = () => {
        const { body } = new Response(text);
        return compressed ? body?.pipeThrough(new CompressionStream("gzip")) : body;
      };
      const headers = new Headers(compressed ? { "content-encoding": "gzip" } : {});
      await withServer(() => new Response(stream(), { headers }), async (url) => {
        const chunks = await readChunks(url);
        assert.equal(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).text(), text);
        const full = chunks.slice(0, Math.floor(bytes / 65_536));
        assert.deepEqual(full.map(({ byteLength }) => byteLength), full.map(() => 65_536));
        assert.ok(chunks.length <= full.length + 1, `${chunks.length} chunks of ${bytes} bytes`);
      });
    }
  }
});

Deno.test("fetchTransport cancels the rest of a body that is read in part, even one without an end", async () => {
  const cancelled = Promise.withResolvers<void>();
  const endless = () =>
    new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
      cancel: () => cancelled.resolve(),
    });
  await withServer(() => new Response(endless()), async (url) => {
    assert.equal((await readChunks(url, 2)).length, 2);
    await cancelled.promise;
  });
});
