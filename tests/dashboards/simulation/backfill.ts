/**
 * Pages of metrics with their times, written as OpenMetrics in files of two hours, each made into
 * a block for Prometheus by promtool while the next one is written.
 */

/** Prometheus' smallest block: a file that spans no more becomes one block, read once. */
const BLOCK_MS = 7_200_000;

/** What Prometheus would add to each series. */
const TARGET = 'job="plex",instance="localhost:9000"';

const SPACE = " ".charCodeAt(0);

/** A series as a page has it, and the bytes that stand for it in the file. */
interface Series {
  readonly text: string;
  readonly bytes: Uint8Array;
}

function withTarget(series: string): string {
  const brace = series.indexOf("{");
  if (brace === -1) return `${series}{${TARGET}} `;
  return `${series.slice(0, brace)}{${TARGET},${series.slice(brace + 1)} `;
}

/** Writes pages; a series is made into bytes once, for a week has many millions of samples. */
export class Backfill {
  readonly #folder: string;
  readonly #promtool: string;
  readonly #known = new Map<string, Series>();
  readonly #encoder = new TextEncoder();
  /** The series of the last page: most are in the same place on the next. */
  #last: readonly Series[] = [];
  #buffer = new Uint8Array(1 << 20);
  #length = 0;
  #file: Deno.FsFile | undefined;
  #path = "";
  #window = -1;
  #loading: Promise<void> = Promise.resolve();
  samples = 0;
  bytes = 0;

  /** Blocks come into `data` in `folder`. */
  constructor(folder: string, promtool: string) {
    this.#folder = folder;
    this.#promtool = promtool;
  }

  /** Adds a page, or a failed scrape where there is none. */
  async add(at: number, page: string | undefined): Promise<void> {
    await this.#turn(Math.floor(at / BLOCK_MS));
    const time = this.#encoder.encode(` ${at / 1000}\n`);
    this.#length = 0;
    const lines = page?.split("\n").filter((line) => line !== "" && !line.startsWith("#")) ?? [];
    const { length } = lines;
    lines.push(
      `up ${page === undefined ? 0 : 1}`,
      `scrape_samples_scraped ${length}`,
      `scrape_duration_seconds ${0.002 + length / 1e6}`,
    );
    const all: Series[] = [];
    let place = 0;
    for (const line of lines) {
      const series = this.#seriesOf(line, place);
      if (this.#last[place] === series) place += 1;
      else place = this.#last.indexOf(series) + 1;
      all.push(series);
      this.#write(series.bytes);
      this.#write(this.#encoder.encode(line.slice(series.text.length + 1)));
      this.#write(time);
    }
    this.#last = all;
    this.#file?.writeSync(this.#buffer.subarray(0, this.#length));
    this.samples += lines.length;
    this.bytes += this.#length;
  }

  /** The series of a line, looked for first where it was on the last page. */
  #seriesOf(line: string, place: number): Series {
    const guess = this.#last[place];
    if (guess && line.charCodeAt(guess.text.length) === SPACE && line.startsWith(guess.text)) {
      return guess;
    }
    const text = line.slice(0, line.lastIndexOf(" "));
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const made = { text, bytes: this.#encoder.encode(withTarget(text)) };
    this.#known.set(text, made);
    return made;
  }

  #write(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#buffer.length) {
      const larger = new Uint8Array(this.#buffer.length * 2);
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Ends the last file and waits until Prometheus could read it all. */
  async close(): Promise<void> {
    await this.#turn(-1);
    await this.#loading;
  }

  async #turn(window: number): Promise<void> {
    if (window === this.#window) return;
    if (this.#file !== undefined) {
      this.#file.writeSync(this.#encoder.encode("# EOF\n"));
      this.#file.close();
      this.#file = undefined;
      await this.#loading;
      this.#loading = this.#load(this.#path);
      // It is waited for later, and then throws.
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
