/** Responses as they are written to a connection. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { ApiResponse } from "../../../../src/simulator/api/responses.ts";
import { type ResponseOptions, sendResponse } from "../../../../src/simulator/net/http.ts";

const TEXT = "A letter is found in a drawer. ".repeat(40);

/** Sends a response to a client with these headers; returns what it got, and what was counted. */
async function exchange(
  response: Partial<ApiResponse>,
  headers = "",
  options: Partial<ResponseOptions> = {},
) {
  let counted = 0;
  const server = createServer((request, out) => {
    const whole = { status: 200, headers: {}, body: TEXT, ...response };
    counted = sendResponse(request, out, whole, { keepAliveS: 20, truncated: false, ...options });
  });
  const { port } = await new Promise<AddressInfo>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve(server.address() as AddressInfo))
  );
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(
    new TextEncoder().encode(`GET / HTTP/1.1\r\nHost: a\r\n${headers}\r\n`),
  );
  await connection.closeWrite();
  const bytes = Buffer.from(await new Response(connection.readable).arrayBuffer());
  await new Promise((resolve) => server.close(resolve));
  const end = bytes.indexOf("\r\n\r\n");
  const [first, ...lines] = bytes.subarray(0, end).toString().split("\r\n");
  const fields = new Headers(lines.map((line) => line.split(": ", 2) as [string, string]));
  return { first, fields, body: bytes.subarray(end + 4), received: bytes.length, counted };
}

Deno.test("a response has Plex's headers, and every byte of it is counted", async () => {
  const { first, fields, body, received, counted } = await exchange({ status: 404 });
  assert.equal(first, "HTTP/1.1 404 Not Found");
  assert.equal(fields.get("x-plex-protocol"), "1.0");
  assert.equal(fields.get("connection"), "Keep-Alive");
  assert.equal(fields.get("keep-alive"), "timeout=20");
  assert.equal(fields.get("date"), null);
  assert.equal(body.toString(), TEXT);
  assert.equal(counted, received);
});

Deno.test("a response that closes the connection promises not to keep it", async () => {
  const { fields } = await exchange({ headers: { "Connection": "close" } });
  assert.deepEqual([fields.get("connection"), fields.get("keep-alive")], ["close", null]);
});

Deno.test("text is compressed for a client that accepts it, with both lengths", async () => {
  const { fields, body, received, counted } = await exchange({}, "Accept-Encoding: gzip\r\n");
  assert.equal(gunzipSync(body).toString(), TEXT);
  assert.equal(fields.get("content-encoding"), "gzip");
  assert.equal(fields.get("x-plex-content-original-length"), String(TEXT.length));
  assert.equal(fields.get("x-plex-content-compressed-length"), String(body.length));
  assert.equal(counted, received);
  const empty = await exchange({ body: "" }, "Accept-Encoding: gzip\r\n");
  assert.deepEqual([empty.fields.get("content-encoding"), empty.body.length], [null, 0]);
});

Deno.test("bytes are sent as they are, also to a client that accepts gzip", async () => {
  const packed = new Uint8Array([1, 2, 3]);
  const { fields, body } = await exchange({ body: packed }, "Accept-Encoding: gzip\r\n");
  assert.deepEqual([fields.get("content-encoding"), [...body]], [null, [1, 2, 3]]);
});

Deno.test("a truncated response promises its whole length and breaks off at half of it", async () => {
  const { fields, body } = await exchange({}, "", { truncated: true });
  assert.equal(fields.get("content-length"), String(TEXT.length));
  assert.equal(body.length, TEXT.length / 2);
});
