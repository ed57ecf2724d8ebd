/** When a body counts as taken whole. */
import assert from "node:assert/strict";
import { trackedStream } from "../../../src/web/tracked_body.ts";

function counted(size: number): { body: ReadableStream<Uint8Array<ArrayBuffer>>; calls(): number } {
  let calls = 0;
  const bytes = new Uint8Array(size).map((_, index) => index % 251);
  return { body: trackedStream(bytes, () => calls++), calls: () => calls };
}

Deno.test("deliver gives all bytes and tells it once", async () => {
  for (const size of [0, 1, 32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 100_000]) {
    const { body, calls } = counted(size);
    const taken = await new Response(body).bytes();
    assert.deepEqual(taken, new Uint8Array(size).map((_, index) => index % 251));
    assert.equal(calls(), 1);
  }
});

Deno.test("deliver tells nothing while bytes are left, nor when the reader leaves", async () => {
  const { body, calls } = counted(40_000);
  const reader = body.getReader();
  await reader.read();
  assert.equal(calls(), 0);
  await reader.cancel();
  assert.equal(calls(), 0);
});

Deno.test("deliver does nothing before it is asked", async () => {
  const { body, calls } = counted(0);
  await Promise.resolve();
  assert.equal(calls(), 0);
  await body.cancel();
});
