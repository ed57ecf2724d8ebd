/**
 * One request to Plex, from its path to a value or a classified failure: token, time limit, size
 * limit, status and JSON are dealt with here, and every request is told of. It knows no endpoint by
 * heart and never asks twice; Deno itself repeats a request on a reused connection that was reset.
 */
import type { ServerEvent } from "../core/event.ts";
import type { Endpoint } from "../core/api_stats.ts";
import type { Clock } from "../clock.ts";
import { plexHeaders, plexUrl } from "./urls.ts";
import {
  explainError,
  explainStatus,
  plexErrorReason,
  redact,
  type RequestError,
} from "./errors.ts";
import { parseJson } from "./bounded_json.ts";
import type { RawResponse, Transport } from "./transport/transport.ts";

/** A value, or why there is none. `at` is when it was asked for, on the exporter's clock. */
export type Result<T> = { readonly at: number } & (Ok<T> | Err);

interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}

interface Err extends RequestError {
  readonly ok: false;
  /** Of Plex or of a proxy before it; absent if there was no answer. */
  readonly status?: number | undefined;
  /** How long the server wants to be left alone. */
  readonly retryAfterMs?: number | undefined;
}

/** What is asked for. */
export interface RequestSpec<T> {
  /** The path as a template, for the counters. */
  readonly endpoint: Endpoint;
  readonly path: string;
  /** Encoded, without the question mark. */
  readonly query?: string | undefined;
  /** Limit of the body, where the usual one is too low. */
  readonly maxBodyBytes?: number | undefined;
  /** Reads the JSON of the answer; `undefined`: it is not what was asked for. */
  readonly read: (body: unknown, headers: Headers) => T | undefined;
}

/** Asks one question. It never rejects. */
export type Request = <T>(question: RequestSpec<T>) => Promise<Result<T>>;

export interface RequestOptions {
  /** The server's address; a path prefix is kept. */
  readonly server: URL;
  /** Asked anew for every request, since the token may change. */
  readonly token: () => string;
  readonly transport: Transport;
  readonly clock: Clock;
  /** For headers and body together. */
  readonly timeoutMs: number;
  /** Ends all requests that are under way; these are not told of. */
  readonly signal: AbortSignal;
  readonly emit: (event: ServerEvent) => void;
  /** Limit of a body once decompressed; {@link MAX_BODY_BYTES} by default. */
  readonly maxBodyBytes?: number | undefined;
}

/** Room for a thousand sessions, and an end to a gzip bomb. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** More of an error's body holds nothing more of its reason. */
const MAX_ERROR_BYTES = 4096;

/** The requests of one server. */
export function createRequest(options: RequestOptions): Request {
  const { clock, emit, signal } = options;
  return async (question) => {
    const at = clock.now();
    const answer = { at, ...await withTimeout(options, question) };
    if (signal.aborted) return answer;
    const now = clock.now();
    const outcome = answer.ok ? "ok" : answer.failure;
    const { endpoint } = question;
    emit({ type: "request_ended", at: now, endpoint, outcome, durationMs: now - at });
    return answer;
  };
}

async function withTimeout<T>(
  options: RequestOptions,
  question: RequestSpec<T>,
): Promise<Ok<T> | Err> {
  const { clock, signal, timeoutMs } = options;
  if (signal.aborted) return STOPPED;
  const headers = plexHeaders(options.token());
  const token = headers["X-Plex-Token"];
  const end = new AbortController();
  const stop = () => end.abort();
  let late = false;
  const cancel = clock.timeout(timeoutMs, () => {
    late = true;
    end.abort();
  });
  signal.addEventListener("abort", stop, { once: true });
  try {
    const answer = await ask(options, question, headers, end.signal);
    return answer.ok ? answer : { ...answer, detail: redact(answer.detail, token) };
  } catch (error) {
    if (signal.aborted) return STOPPED;
    if (late) return { ok: false, failure: "timeout", detail: `No answer within ${timeoutMs} ms` };
    const trouble = explainError(error);
    return { ok: false, ...trouble, detail: redact(trouble.detail, token) };
  } finally {
    cancel();
    signal.removeEventListener("abort", stop);
  }
}

const STOPPED: Err = { ok: false, failure: "other", detail: "Stopped before the answer" };

function malformed(detail: string, status: number): Err {
  return { ok: false, failure: "malformed", detail, status };
}

async function ask<T>(
  options: RequestOptions,
  { path, query, read, maxBodyBytes: most = MAX_BODY_BYTES }: RequestSpec<T>,
  asker: ReturnType<typeof plexHeaders>,
  signal: AbortSignal,
): Promise<Ok<T> | Err> {
  const { server, transport, maxBodyBytes = most } = options;
  const url = plexUrl(server, path, query);
  const response = await transport.fetch(url, asker, signal);
  const { status, headers } = response;
  if (status < 200 || status > 299) {
    return await explainRefusal(response, url, asker["X-Plex-Token"], options.clock);
  }
  let text: string | undefined;
  try {
    text = await readText(response.body, maxBodyBytes);
  } catch (error) {
    if (signal.aborted) throw error;
    return malformed("The answer broke off or cannot be decompressed", status);
  }
  if (text === undefined) return malformed(`The answer exceeds ${maxBodyBytes} bytes`, status);
  const body = parseJson(text);
  if (body === undefined) {
    const what = text.trimStart().startsWith("<")
      ? "a page (HTML or XML)"
      : "no JSON, or too much of it";
    return malformed(`The answer is ${what}: does a proxy or a login stand before Plex?`, status);
  }
  const value = read(body, headers);
  if (value === undefined) return malformed("The answer has not the shape of Plex's", status);
  return { ok: true, value };
}

async function explainRefusal(
  response: RawResponse,
  url: URL,
  token: string,
  clock: Clock,
): Promise<Err> {
  const { status, headers } = response;
  const target = headers.get("location");
  const location = target === null ? undefined : URL.parse(target, url) ?? undefined;
  // An error stays an error if its body cannot be read.
  const body = await readText(response.body, MAX_ERROR_BYTES).catch(() => undefined);
  // Redacted before anything is cut out of it, lest half a token be left.
  const reason = plexErrorReason(redact(body ?? "", token));
  return {
    ok: false,
    ...explainStatus(status, location, reason),
    status,
    retryAfterMs: retryAfterMs(headers.get("retry-after"), clock.now()),
  };
}

/** The body as text; `undefined` if it is larger, in which case the rest is not awaited. */
async function readText(
  body: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  // Leaving the loop cancels the stream.
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Seconds or a date. */
function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
