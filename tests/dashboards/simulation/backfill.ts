/**
 * Writes pages of metrics with their times into blocks for Prometheus: by remote write, an hour in
 * a request.
 */
import { readNumber, readPage } from "../../testing/exposition.ts";
import { startTsdb } from "../../testing/tsdb_snapshot.ts";
import { encodeLabels, encodeRequest, encodeTime } from "./remote_write.ts";

/**
 * Prometheus rejects samples more than an hour older than the newest one before the request.
 */
const REQUEST_MS = 3_600_000;

/** The labels that Prometheus adds to each series. */
const TARGET = { job: "plex", instance: "localhost:9000" };

/** A series, with the samples of the current hour. */
interface Series {
  readonly labels: Uint8Array<ArrayBuffer>;
  values: number[];
  times: Uint8Array<ArrayBuffer>[];
}

/** Collects pages, and has Prometheus write blocks of them in the end. */
export class Backfill {
  readonly #folder: string;
  readonly #series = new Map<string, Series>();
  readonly #requests: string[] = [];
  #hour = -1;
  /** Samples so far. */
  samples = 0;
  /** Size of all requests so far. */
  bytes = 0;

  /** Blocks are written into `data` in `folder`. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Adds a page, or a failed scrape if it is undefined. Pages are added in the order of their
   * times.
   */
  add(at: number, page: string | undefined): void {
    const hour = Math.floor(at / REQUEST_MS);
    if (hour !== this.#hour) this.#endHour();
    this.#hour = hour;
    const samples = page?.split("\n").filter((line) => line !== "" && !line.startsWith("#")) ?? [];
    const own = [
      `up ${page === undefined ? 0 : 1}`,
      `scrape_samples_scraped ${samples.length}`,
      `scrape_duration_seconds ${0.002 + samples.length / 1e6}`,
    ];
    const time = encodeTime(at);
    for (const line of [...samples, ...own]) {
      const end = line.lastIndexOf(" ");
      const series = this.#seriesOf(line, line.slice(0, end));
      series.values.push(readNumber(line.slice(end + 1)));
      series.times.push(time);
    }
    this.samples += samples.length + own.length;
  }

  /** Has Prometheus write the blocks. */
  async close(): Promise<void> {
    this.#endHour();
    const writing = `${this.#folder}/writing`;
    await Deno.mkdir(writing);
    {
      await using prometheus = await startTsdb(writing, [
        "--web.enable-remote-write-receiver",
        "--web.enable-admin-api",
      ]);
      for (const path of this.#requests) {
        await post(`http://${prometheus.address}/api/v1/write`, await Deno.readFile(path));
        await Deno.remove(path);
      }
      const answer = await post(`http://${prometheus.address}/api/v1/admin/tsdb/snapshot`);
      const { data: { name } } = JSON.parse(answer);
      await Deno.rename(`${writing}/data/snapshots/${name}`, `${this.#folder}/data`);
    }
    await Deno.remove(writing, { recursive: true });
  }

  #seriesOf(line: string, key: string): Series {
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const [sample] = readPage(line).values();
    const labels = encodeLabels({ ...TARGET, ...sample?.labels });
    const series = { labels, values: [], times: [] };
    this.#series.set(key, series);
    return series;
  }

  /** Writes the samples of the hour to a file, as the body of a request. */
  #endHour(): void {
    const seen = [...this.#series.values()].filter(({ values }) => values.length > 0);
    if (seen.length === 0) return;
    const body = encodeRequest(seen);
    const path = `${this.#folder}/${this.#requests.length}.write`;
    Deno.writeFileSync(path, body);
    this.#requests.push(path);
    this.bytes += body.length;
    for (const series of seen) {
      series.values = [];
      series.times = [];
    }
  }
}

/** Sends a request to Prometheus and returns the response. Rejects on an error. */
async function post(url: string, body?: Uint8Array<ArrayBuffer>): Promise<string> {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-protobuf",
      "content-encoding": "snappy",
      "x-prometheus-remote-write-version": "0.1.0",
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}
