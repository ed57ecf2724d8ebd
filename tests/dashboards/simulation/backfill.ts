/**
 * Pages of metrics with their times, written as OpenMetrics in files of two hours, each made into
 * a block for Prometheus by promtool while the next one is written.
 */

/** Prometheus' smallest block: a file that spans no more becomes one block, read once. */
const BLOCK_MS = 7_200_000;

/** What Prometheus would add to each series. */
const TARGET = 'job="plex",instance="localhost:9000"';

/** A series as a page has it, and as the file has it. */
interface Series {
  readonly text: string;
  readonly written: string;
}

function withTarget(series: string): string {
  const brace = series.indexOf("{");
  if (brace === -1) return `${series}{${TARGET}} `;
  return `${series.slice(0, brace)}{${TARGET},${series.slice(brace + 1)} `;
}

/** Writes pages; a series is looked up where it was on the last page, for there are millions. */
export class Backfill {
  readonly #folder: string;
  readonly #promtool: string;
  readonly #known = new Map<string, Series>();
  readonly #encoder = new TextEncoder();
  #last: readonly Series[] = [];
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
    const time = ` ${at / 1000}\n`;
    const all: Series[] = [];
    let text = "";
    let place = 0;
    for (let start = 0; page !== undefined && start < page.length;) {
      const end = page.indexOf("\n", start);
      if (page[start] !== "#") {
        const guess = this.#last[place];
        const isGuess = guess !== undefined && page[start + guess.text.length] === " " &&
          page.startsWith(guess.text, start);
        const series = isGuess ? guess : this.#seriesOf(page.slice(start, end));
        place = isGuess ? place + 1 : this.#last.indexOf(series) + 1;
        all.push(series);
        text += series.written + page.slice(start + series.text.length + 1, end) + time;
      }
      start = end + 1;
    }
    const { length } = this.#last = all;
    const own = {
      up: page === undefined ? 0 : 1,
      scrape_samples_scraped: length,
      scrape_duration_seconds: 0.002 + length / 1e6,
    };
    for (const [name, value] of Object.entries(own)) text += withTarget(name) + value + time;
    const bytes = this.#encoder.encode(text);
    this.#file?.writeSync(bytes);
    this.samples += length + Object.keys(own).length;
    this.bytes += bytes.length;
  }

  /** The series of a line that is not where it was. */
  #seriesOf(line: string): Series {
    const text = line.slice(0, line.lastIndexOf(" "));
    const known = this.#known.get(text) ?? { text, written: withTarget(text) };
    this.#known.set(text, known);
    return known;
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
