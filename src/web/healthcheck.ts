/**
 * The `healthcheck` command's question to a running exporter: are you alive? It does not know
 * whether Plex is.
 */
import { get, type IncomingMessage } from "node:http";
import { get as getByTls } from "node:https";
import { type Clock, systemClock } from "../clock.ts";

/** The answer, and a sentence that says how it came about. */
export interface Health {
  readonly healthy: boolean;
  readonly sentence: string;
}

/** The exporter answers from memory within milliseconds, but the machine may be busy. */
const TIMEOUT_MS = 3_000;

/**
 * Asks `/healthz` of the exporter at `base`, a URL without a slash at its end (see `localUrl`), for
 * 3 s at most. It never rejects: everything but a 200 that says `ok` is unhealthy.
 */
export async function healthcheck(base: string, clock: Clock = systemClock): Promise<Health> {
  const url = `${base}/healthz`;
  const limit = new AbortController();
  const cancel = clock.timeout(TIMEOUT_MS, () => limit.abort());
  try {
    const answer = await ask(url, limit.signal);
    return answer === "200 ok\n"
      ? { healthy: true, sentence: `${url} answers.` }
      : { healthy: false, sentence: `${url} answers, but not as the exporter does.` };
  } catch (error) {
    const why = limit.signal.aborted
      ? `within ${TIMEOUT_MS / 1000} s`
      : `(${error instanceof Error ? error.message : String(error)})`;
    return { healthy: false, sentence: `${url} does not answer ${why}.` };
  } finally {
    cancel();
  }
}

/** More than the exporter says; an answer is not read beyond it. */
const MAX_RESPONSE_BYTES = 100;

/**
 * The status and the beginning of the body. By `node:http` and not `fetch`, which goes through the
 * proxy that HTTP_PROXY names even to the loopback (Deno 2.9.6), and which can't be told to take
 * any certificate: ours is made for the name that others use and not for the loopback, and nothing
 * secret is sent.
 */
async function ask(url: string, signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const read = (response: IncomingMessage) => {
    let answer = `${response.statusCode} `;
    response.setEncoding("utf8");
    response.on("data", (text: string) => {
      answer += text;
      if (answer.length > MAX_RESPONSE_BYTES) resolve(answer);
    });
    response.on("end", () => resolve(answer));
    response.on("error", reject);
  };
  const options = { agent: false, signal } as const;
  const request = url.startsWith("https:")
    ? getByTls(url, { ...options, rejectUnauthorized: false, ca: [] }, read)
    : get(url, options, read);
  request.on("error", reject);
  try {
    return await promise;
  } finally {
    request.destroy();
  }
}
