/** The `healthcheck` command: whether a running exporter responds. */
import type { IncomingMessage } from "node:http";
import { type Clock, systemClock } from "../clock.ts";
import { LAST_SCRAPE_HEADER } from "./handler.ts";

/** The result, with a sentence that explains it. */
export interface Health {
  readonly healthy: boolean;
  readonly sentence: string;
  /** When the exporter was last scraped, to the second; absent if it does not say so. */
  readonly lastScrapeAt?: number | undefined;
}

interface Answer {
  /** The status and the beginning of the body. */
  readonly text: string;
  readonly lastScrape: string | undefined;
}

/** The exporter responds from memory within milliseconds, but the machine may be busy. */
const TIMEOUT_MS = 3_000;

/**
 * Requests `/healthz` of the exporter at `base`, a URL without a trailing slash (see `localUrl`),
 * with a timeout of 3 s. It never rejects: anything but a 200 with `ok` is unhealthy.
 */
export async function healthcheck(base: string, clock: Clock = systemClock): Promise<Health> {
  const url = `${base}/healthz`;
  const timeout = new AbortController();
  const cancel = clock.timeout(TIMEOUT_MS, () => timeout.abort());
  try {
    const { text, lastScrape } = await request(url, timeout.signal);
    if (text !== "200 ok\n") {
      return { healthy: false, sentence: `${url} answers, but not as the exporter does.` };
    }
    const lastScrapeAt = Date.parse(lastScrape ?? "");
    return {
      healthy: true,
      sentence: `${url} answers.`,
      ...(Number.isNaN(lastScrapeAt) ? {} : { lastScrapeAt }),
    };
  } catch (error) {
    const why = timeout.signal.aborted
      ? `within ${TIMEOUT_MS / 1000} s`
      : `(${error instanceof Error ? error.message : String(error)})`;
    return { healthy: false, sentence: `${url} does not answer ${why}.` };
  } finally {
    cancel();
  }
}

/** More than the exporter sends; the rest of a response is not read. */
const MAX_RESPONSE_BYTES = 100;

/**
 * Requests `url`. It uses `node:http`, since `fetch` (Deno 2.9.6) sends even loopback requests
 * through HTTP_PROXY and verifies certificates. Any certificate is accepted here: it is issued for
 * another name than the loopback address, and the request contains no secret.
 */
async function request(url: string, signal: AbortSignal): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const read = (response: IncomingMessage) => {
    let text = `${response.statusCode} `;
    const lastScrape = response.headers[LAST_SCRAPE_HEADER.toLowerCase()]?.toString();
    const end = () => resolve({ text, lastScrape });
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      text += chunk;
      if (text.length > MAX_RESPONSE_BYTES) end();
    });
    response.on("end", end);
    response.on("error", reject);
  };
  const options = { agent: false, signal } as const;
  // Imported here, because a bundle loads at start what any file imports at its top.
  const pending = url.startsWith("https:")
    ? (await import("node:https")).get(url, { ...options, rejectUnauthorized: false, ca: [] }, read)
    : (await import("node:http")).get(url, options, read);
  pending.on("error", reject);
  try {
    return await promise;
  } finally {
    pending.destroy();
  }
}
