/** When a body counts as sent completely. */
import assert from "node:assert/strict";
import { trackedStream } from "../../../src/web/tracked_body.ts";

function counted(size: number): { body: ReadableStream<Uint8Array<ArrayBuffer>>; calls(): number } {
  let calls = 0;
  const bytes = new Uint8Array(size).map((_, index) => index % 251);
  return { body: trackedStream(bytes, () => calls++), calls: () => calls };
}

Deno.test("trackedStream passes all bytes and reports completion once", async () => {
  for (const size of [0, 1, 32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 100_000]) {
    const { body, calls } = counted(size);
    const taken = await new Response(body).bytes();
    assert.deepEqual(taken, new Uint8Array(size).map((_, index) => index % 251));
    assert.equal(calls(), 1);
  }
});

Deno.test("trackedStream reports nothing while bytes are left, or if the reader cancels", async () => {
  const { body, calls } = counted(40_000);
  const reader = body.getReader();
  await reader.read();
  assert.equal(calls(), 0);
  await reader.cancel();
  assert.equal(calls(), 0);
});

Deno.test("trackedStream does nothing before it is read", async () => {
  const { body, calls } = counted(0);
  await Promise.resolve();
  assert.equal(calls(), 0);
  await body.cancel();
});
