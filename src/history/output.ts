/** Where the history is written to: a file, or stdout. */

export interface Output {
  /** Bytes written so far. */
  readonly bytes: number;
  /** Writes a text; resolves when there is room for more. Rejects if nobody takes it. */
  write(text: string): Promise<void>;
  /** Writes what is still held. */
  close(): Promise<void>;
  /** Empties the file, so that no part of a history is taken for the whole. */
  abandon(): Promise<void>;
}

/** Texts are held until there is this much of them: most are a line or two. */
const CHUNK_CHARACTERS = 64 * 1024;

/** Opens the file, which then is empty, or stdout. Throws if the file cannot be opened. */
export function openOutput(path: string | undefined): Output {
  const file = path === undefined
    ? undefined
    : Deno.openSync(path, { write: true, create: true, truncate: true });
  const writer = (file ?? Deno.stdout).writable.getWriter();
  const encoder = new TextEncoder();
  let held = "";
  let bytes = 0;

  async function flush(): Promise<void> {
    const chunk = encoder.encode(held);
    held = "";
    bytes += chunk.length;
    await writer.write(chunk);
  }

  return {
    get bytes() {
      return bytes;
    },
    async write(text) {
      held += text;
      if (held.length >= CHUNK_CHARACTERS) await flush();
    },
    async close() {
      await flush();
      if (file !== undefined) await writer.close();
    },
    async abandon() {
      held = "";
      if (file === undefined) return;
      await file.truncate(0);
      await writer.close();
    },
  };
}
