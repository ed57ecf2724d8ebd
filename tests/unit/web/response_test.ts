/** Building responses. */
import assert from "node:assert/strict";
import { PLAIN_TEXT, toResponse } from "../../../src/web/response.ts";

const BODY = "plex_up 1\n".repeat(1_000);

function request(method: string, headers: Record<string, string> = {}): Request {
  return new Request("http://exporter/metrics", { method, headers });
}

Deno.test("toResponse() sends type, length and headers that forbid caching and sniffing", async () => {
  const response = toResponse(request("GET"), {
    status: 404,
    type: PLAIN_TEXT,
    body: "é\n",
    headers: { "Allow": "GET" },
  });
  assert.equal(response.status, 404);
  assert.deepEqual(Object.fromEntries(response.headers), {
    "allow": "GET",
    "cache-control": "no-store",
    "content-length": "3",
    "content-type": PLAIN_TEXT,
    "vary": "Accept-Encoding",
    "x-content-type-options": "nosniff",
  });
  assert.equal(await response.text(), "é\n");
});

Deno.test("toResponse() reports completion when the body has been read, not for HEAD", async () => {
  let completed = 0;
  const spec = { status: 200, type: PLAIN_TEXT, body: BODY, onComplete: () => void completed++ };
  const head = toResponse(request("HEAD"), spec);
  assert.equal(head.body, null);
  assert.equal(head.headers.get("content-length"), String(BODY.length));
  assert.equal(completed, 0);
  assert.equal(await toResponse(request("GET"), spec).text(), BODY);
  assert.equal(completed, 1);
});

Deno.test("toResponse() compresses for clients that accept gzip", async () => {
  const accepted = request("GET", { "accept-encoding": "gzip" });
  const response = toResponse(accepted, { status: 200, type: PLAIN_TEXT, body: BODY });
  assert.equal(response.headers.get("content-encoding"), "gzip");
  const text = response.body?.pipeThrough(new DecompressionStream("gzip"));
  assert.equal(await new Response(text).text(), BODY);
});
