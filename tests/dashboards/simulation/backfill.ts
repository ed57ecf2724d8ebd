/**
 * Writes pages of metrics with timestamps as OpenMetrics, in files of two hours. promtool turns each
 * into a block for Prometheus while the next one is written.
 */

/** The smallest block of Prometheus; a file of this length becomes one block. */
const BLOCK_MS = 7_200_000;

/** The labels that Prometheus adds to each series. */
const TARGET = 'job="plex",instance="localhost:9000"';

const encoder = new TextEncoder();

/** The line of a sample with the labels of the target, without the timestamp. */
function withTarget(line: string): Uint8Array {
  const brace = line.indexOf("{");
  const nameEnd = brace === -1 ? line.indexOf(" ") : brace;
  const labels = brace === -1 ? "}" : `,${line.slice(brace + 1)}`;
  const rest = brace === -1 ? line.slice(nameEnd) : "";
  return encoder.encode(`${line.slice(0, nameEnd)}{${TARGET}${labels}${rest}`);
}

/** Writes pages. Encoded lines are cached, since most lines recur on the next page. */
export class Backfill {
  readonly #folder: string;
  readonly #promtool: string;
  #lines: ReadonlyMap<string, Uint8Array> = new Map();
  #file: Deno.FsFile | undefined;
  #path = "";
  #window = -1;
  #loading: Promise<void> = Promise.resolve();
  samples = 0;
  bytes = 0;

  /** Blocks are written into `data` in `folder`. */
  constructor(folder: string, promtool: string) {
    this.#folder = folder;
    this.#promtool = promtool;
  }

  /** Adds a page, or a failed scrape if it is undefined. */
  async add(at: number, page: string | undefined): Promise<void> {
    await this.#turn(Math.floor(at / BLOCK_MS));
    const samples = page?.split("\n").filter((line) => line !== "" && !line.startsWith("#")) ?? [];
    const lines = new Map<string, Uint8Array>();
    const own = [
      `up ${page === undefined ? 0 : 1}`,
      `scrape_samples_scraped ${samples.length}`,
      `scrape_duration_seconds ${0.002 + samples.length / 1e6}`,
    ];
    for (const line of [...samples, ...own]) {
      lines.set(line, this.#lines.get(line) ?? withTarget(line));
    }
    this.#lines = lines;
    this.#write([...lines.values()], encoder.encode(` ${at / 1000}\n`));
  }

  #write(lines: readonly Uint8Array[], time: Uint8Array): void {
    const size = lines.reduce((sum, { length }) => sum + length + time.length, 0);
    const bytes = new Uint8Array(size);
    let place = 0;
    for (const line of lines) {
      bytes.set(line, place);
      bytes.set(time, place + line.length);
      place += line.length + time.length;
    }
    this.#file?.writeSync(bytes);
    this.samples += lines.length;
    this.bytes += size;
  }

  /** Ends the last file and waits until all blocks are written. */
  async close(): Promise<void> {
    await this.#turn(-1);
    await this.#loading;
  }

  async #turn(window: number): Promise<void> {
    if (window === this.#window) return;
    if (this.#file !== undefined) {
      this.#file.writeSync(encoder.encode("# EOF\n"));
      this.#file.close();
      this.#file = undefined;
      await this.#loading;
      this.#loading = this.#load(this.#path);
      // An error is thrown when it is awaited later.
      this.#loading.catch(() => {});
    }
    this.#window = window;
    if (window === -1) return;
    this.#path = `${this.#folder}/${window}.om`;
    this.#file = Deno.openSync(this.#path, { write: true, create: true, truncate: true });
  }

  async #load(path: string): Promise<void> {
    const { success, stderr, stdout } = await new Deno.Command(this.#promtool, {
      args: ["tsdb", "create-blocks-from", "openmetrics", "--quiet", path, `${this.#folder}/data`],
    }).output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(decoder.decode(stderr) + decoder.decode(stdout));
    await Deno.remove(path);
  }
}
