/** The output of the history: a file or stdout. */

export interface Output {
  /** Bytes written so far. */
  readonly bytes: number;
  /**
   * Writes a text; resolves when there is room for more, and at once after the signal. Rejects if
   * it cannot be written.
   */
  write(text: string): Promise<void>;
  /** Writes what is still buffered. */
  close(): Promise<void>;
  /** Empties the file, so that an incomplete history cannot be mistaken for a complete one. */
  abandon(): Promise<void>;
}

/** Texts are buffered until there is this much of them: most are a line or two. */
const CHUNK_CHARACTERS = 64 * 1024;

/**
 * Opens the file, which then is empty, or stdout. After the signal nothing more is written. Throws
 * if the file cannot be opened.
 */
export function openOutput(path: string | undefined, signal: AbortSignal): Output {
  const file = path === undefined
    ? undefined
    : Deno.openSync(path, { write: true, create: true, truncate: true });
  const writer = (file ?? Deno.stdout).writable.getWriter();
  const encoder = new TextEncoder();
  let buffered = "";
  let bytes = 0;

  async function flush(): Promise<void> {
    const chunk = encoder.encode(buffered);
    buffered = "";
    bytes += chunk.length;
    await untilAborted(writer.write(chunk), signal);
  }

  return {
    get bytes() {
      return bytes;
    },
    async write(text) {
      if (signal.aborted) return;
      buffered += text;
      if (buffered.length >= CHUNK_CHARACTERS) await flush();
    },
    async close() {
      await flush();
      if (file !== undefined) await untilAborted(writer.close(), signal);
    },
    async abandon() {
      buffered = "";
      if (file === undefined) return;
      if ((await file.stat()).isFile) await file.truncate(0);
      // Not awaited: it never ends on a pipe that is not read.
      writer.abort().catch(() => {});
    },
  };
}

/**
 * Resolves when `work` does or when the signal aborts: the reader of a pipe may have stopped
 * reading.
 */
function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
