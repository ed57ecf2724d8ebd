/**
 * A body that tells when it was taken whole. It does not know who takes it.
 *
 * `completed` of Deno.serve can't tell (2.9.6): for bytes it resolves when they are handed over,
 * before the first is written, and for a stream also when the client hung up in the middle. A
 * stream of our own is asked for more after its last piece if all went well, and cancelled if not.
 */

/** Pieces small enough that what is buffered on the way is a small part of a large answer. */
const CHUNK_BYTES = 32 * 1024;

/**
 * The bytes as a stream that calls `delivered` once, when the last of them has been taken and the
 * end is asked for; never, if it is cancelled before.
 *
 * Taken means by the connection: the last 100 kB or so may still be in the buffers of the server
 * and the kernel, so a client that leaves just then, or one that takes a small answer and drops
 * it, counts. No HTTP server knows better.
 */
export function trackedStream(
  bytes: Uint8Array<ArrayBuffer>,
  delivered: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) {
        controller.close();
        delivered();
        return;
      }
      controller.enqueue(bytes.subarray(offset, offset + CHUNK_BYTES));
      offset += CHUNK_BYTES;
    },
  }, { highWaterMark: 0 }); // Nothing ahead of its being asked for.
}
