/**
 * A response body that reports when it has been sent completely.
 *
 * `info.completed` of `Deno.serve` (2.9.6) does not: for bytes it resolves before the first is
 * written, for a stream also when the client disconnects. A stream, however, is pulled once more
 * after its last chunk if all was sent, and cancelled otherwise.
 */

/** Small enough that buffered chunks are a small part of a large response. */
const CHUNK_BYTES = 32 * 1024;

/**
 * A stream of the bytes that calls `onComplete` once when all have been passed to the connection;
 * never if it is cancelled before.
 *
 * Up to about 100 kB may then still be in the buffers of the server and the kernel, so a smaller
 * response counts as complete even if the client disconnects. No HTTP server can detect that.
 */
export function trackedStream(
  bytes: Uint8Array<ArrayBuffer>,
  onComplete: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) {
        controller.close();
        onComplete();
        return;
      }
      controller.enqueue(bytes.subarray(offset, offset + CHUNK_BYTES));
      offset += CHUNK_BYTES;
    },
  }, { highWaterMark: 0 }); // No chunk is prepared before it is requested.
}
