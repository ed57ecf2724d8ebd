/**
 * An accepted connection in the shape that Node's HTTP server takes: a stream of bytes both ways.
 * It knows nothing of HTTP, and does not decide how long it lives.
 */
import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";

/** What is read at a time; requests are smaller. */
const PIECE_BYTES = 4 * 1024;

/** One connection. Destroying it closes it at once. */
export class Connection extends Duplex {
  readonly hostname: string;
  readonly #conn: Deno.TcpConn;

  constructor(conn: Deno.TcpConn) {
    super({ emitClose: true });
    this.#conn = conn;
    this.hostname = conn.remoteAddr.hostname;
    // Answers are small and whole; to wait for more only makes them late.
    conn.setNoDelay(true);
    // Who leaves in the middle is no error of ours; without a listener it would end the process.
    this.on("error", () => {});
  }

  override async _read(): Promise<void> {
    try {
      const buffer = new Uint8Array(PIECE_BYTES);
      const size = await this.#conn.read(buffer);
      this.push(size === null ? null : buffer.subarray(0, size));
    } catch {
      this.destroy();
    }
  }

  override async _write(
    chunk: Uint8Array,
    _encoding: string,
    done: (error?: Error | null) => void,
  ): Promise<void> {
    try {
      for (let rest = chunk; rest.length > 0;) {
        rest = rest.subarray(await this.#conn.write(rest));
      }
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** What is written at once is sent at once: the head of an answer with its body. */
  override _writev(
    pieces: readonly { readonly chunk: Uint8Array; readonly encoding: string }[],
    done: (error?: Error | null) => void,
  ): void {
    this._write(Buffer.concat(pieces.map(({ chunk }) => chunk)), "buffer", done);
  }

  override async _final(done: (error?: Error | null) => void): Promise<void> {
    await this.#conn.closeWrite().catch(() => {});
    done();
  }

  override _destroy(_error: Error | null, done: (error?: Error | null) => void): void {
    try {
      this.#conn.close();
    } catch {
      // It is closed already.
    }
    done();
  }
}
