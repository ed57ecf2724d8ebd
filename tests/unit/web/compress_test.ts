/** Which bodies are compressed, and that decompression returns them unchanged. */
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { acceptsGzip, encodeBody } from "../../../src/web/compress.ts";

const cases: readonly (readonly [header: string | null, gzip: boolean])[] = [
  [null, false],
  ["", false],
  ["gzip", true],
  ["GZIP", true],
  ["x-gzip", true],
  ["gzip, deflate, br, zstd", true],
  ["deflate, br", false],
  ["gzip;q=0", false],
  ["gzip; q=0.000", false],
  ["gzip;q=0.001", true],
  ["*", true],
  ["*;q=0", false],
  ["gzip;q=0, *", false],
  ["gzip;q=0.5, *;q=0", true],
  ["identity", false],
  ["identity, gzip;q=0.5", false],
  ["identity;q=0.5, gzip", true],
  ["identity;q=0.5, *;q=0.4", false],
  ["gzippy", false],
];

for (const [header, gzip] of cases) {
  Deno.test(`acceptsGzip is ${gzip} for ${JSON.stringify(header)}`, () => {
    assert.equal(acceptsGzip(header), gzip);
  });
}

Deno.test("encodeBody compresses a long text in parts, and gunzip returns it unchanged", () => {
  const text = 'plex_up{server="Büro 📺"} 1\n'.repeat(100);
  const { bytes, coding } = encodeBody([text.slice(0, 700), text.slice(700)], "gzip");
  assert.equal(coding, "gzip");
  assert.equal(gunzipSync(bytes).toString(), text);
  assert.ok(bytes.length < text.length / 5);
});

Deno.test("encodeBody leaves short texts, and texts for clients without gzip, uncompressed", () => {
  assert.deepEqual(encodeBody(["o", "k\n"], "gzip"), { bytes: new TextEncoder().encode("ok\n") });
  const text = "ü".repeat(5_000);
  assert.deepEqual(encodeBody([text], "br"), { bytes: new TextEncoder().encode(text) });
});
