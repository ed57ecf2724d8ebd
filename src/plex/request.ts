/**
 * One request to Plex, from its path to a value or a classified failure: token, timeout, size
 * limit, status and JSON. Every request is reported, none is repeated; Deno itself repeats one on a
 * reused connection that was reset.
 */
import type { ServerEvent } from "../core/event.ts";
import type { Endpoint } from "../core/api_stats.ts";
import { type Clock, startDeadline } from "../clock.ts";
import { parseJson } from "./bounded_json.ts";
import {
  explainError,
  explainStatus,
  plexErrorReason,
  redact,
  type RequestError,
} from "./errors.ts";
import { MAX_BODY_BYTES, MAX_ERROR_BODY_BYTES } from "./schedule.ts";
import type { RawResponse, Transport } from "./transport/mod.ts";
import { plexHeaders, plexUrl } from "./urls.ts";

/** A value, or why there is none. */
export type Result<T> = Ok<T> | Err;

export interface Ok<T> {
  /** When the request began, on the exporter's clock. */
  readonly at: number;
  readonly ok: true;
  readonly value: T;
}

export interface Err extends RequestError {
  /** When the request began, on the exporter's clock. */
  readonly at: number;
  readonly ok: false;
  /** The status of Plex's or a proxy's answer; absent if there was none. */
  readonly status?: number | undefined;
  /** The server's `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
}

/** A result whose time is added when it is reported. */
type Untimed<T> = Omit<Ok<T>, "at"> | Omit<Err, "at">;

export interface RequestSpec<T> {
  /** The path as a template, for the counters. */
  readonly endpoint: Endpoint;
  readonly path: string;
  /** Encoded, without the question mark. */
  readonly query?: string | undefined;
  /** Limit of the body, where {@link MAX_BODY_BYTES} is too low. */
  readonly maxBodyBytes?: number | undefined;
  /** Reads the JSON of the answer; returns `undefined` if it is not what was requested. */
  readonly parse: (body: unknown, headers: Headers) => T | undefined;
}

/** Makes a request. It never rejects. */
export type Request = <T>(spec: RequestSpec<T>) => Promise<Result<T>>;

export interface RequestOptions {
  /** The server's address; a path prefix is kept. */
  readonly server: URL;
  /** Called for every request, since the token may change. */
  readonly token: () => string;
  readonly transport: Transport;
  readonly clock: Clock;
  /** For headers and body together. */
  readonly timeoutMs: number;
  /** Aborts all pending requests; these are not reported. */
  readonly signal: AbortSignal;
  /** Receives a `request_ended` for every request. */
  readonly onEvent: (event: ServerEvent) => void;
  /** Limit of every body once decompressed, instead of the usual ones. */
  readonly maxBodyBytes?: number | undefined;
}

/** Creates the requests of one server. */
export function createRequest(options: RequestOptions): Request {
  const { clock, onEvent, signal } = options;
  return async (spec) => {
    const at = clock.now();
    const result = { at, ...await withTimeout(options, spec) };
    if (signal.aborted) return result;
    const endedAt = clock.now();
    onEvent({
      type: "request_ended",
      at: endedAt,
      endpoint: spec.endpoint,
      outcome: result.ok ? "ok" : result.failure,
      durationMs: endedAt - at,
    });
    return result;
  };
}

const STOPPED = { ok: false, failure: "other", detail: "Stopped before the answer" } as const;

async function withTimeout<T>(
  options: RequestOptions,
  spec: RequestSpec<T>,
): Promise<Untimed<T>> {
  const { clock, signal, timeoutMs } = options;
  if (signal.aborted) return STOPPED;
  const headers = plexHeaders(options.token());
  const token = headers["X-Plex-Token"];
  const deadline = startDeadline(clock, timeoutMs, signal);
  try {
    const result = await send(options, spec, headers, deadline.signal);
    return result.ok ? result : { ...result, detail: redact(result.detail, token) };
  } catch (error) {
    if (signal.aborted) return STOPPED;
    if (deadline.isOver) {
      return { ok: false, failure: "timeout", detail: `No answer within ${timeoutMs} ms` };
    }
    const explained = explainError(error);
    return { ok: false, ...explained, detail: redact(explained.detail, token) };
  } finally {
    deadline.cancel();
  }
}

function malformed(detail: string, status: number): Omit<Err, "at"> {
  return { ok: false, failure: "malformed", detail, status };
}

async function send<T>(
  options: RequestOptions,
  { path, query, parse, maxBodyBytes: specLimit = MAX_BODY_BYTES }: RequestSpec<T>,
  headers: ReturnType<typeof plexHeaders>,
  signal: AbortSignal,
): Promise<Untimed<T>> {
  const { clock, server, transport, maxBodyBytes = specLimit } = options;
  const url = plexUrl(server, path, query);
  const response = await transport.fetch(url, headers, signal);
  const { status } = response;
  if (status < 200 || status > 299) {
    return await explainResponse(response, url, headers["X-Plex-Token"], clock);
  }
  let text: string | undefined;
  try {
    text = await readText(response.body, maxBodyBytes);
  } catch (error) {
    if (signal.aborted) throw error;
    return malformed("The answer was cut off or cannot be decompressed", status);
  }
  if (text === undefined) return malformed(`The answer exceeds ${maxBodyBytes} bytes`, status);
  const body = parseJson(text);
  if (body === undefined) {
    const what = text.trimStart().startsWith("<")
      ? "a page (HTML or XML)"
      : "not JSON, or has too many objects";
    return malformed(
      `The answer is ${what}: is a proxy or a login page in front of Plex?`,
      status,
    );
  }
  const value = parse(body, response.headers);
  if (value === undefined) {
    return malformed("The answer is JSON, but not in the format of Plex", status);
  }
  return { ok: true, value };
}

/** The failure that an answer with a status other than 2xx means. */
async function explainResponse(
  { status, headers, body }: RawResponse,
  url: URL,
  token: string,
  clock: Clock,
): Promise<Omit<Err, "at">> {
  const target = headers.get("location");
  const location = target === null ? undefined : URL.parse(target, url) ?? undefined;
  // The status holds even if the body cannot be read.
  const text = await readText(body, MAX_ERROR_BODY_BYTES).catch(() => undefined);
  // Redacted before a part is taken out of it, so that no half of the token remains.
  const reason = plexErrorReason(redact(text ?? "", token));
  return {
    ok: false,
    ...explainStatus(status, location, reason),
    status,
    retryAfterMs: parseRetryAfter(headers.get("retry-after"), clock.now()),
  };
}

/** The body as text; `undefined` if it is larger, in which case the rest is cancelled. */
export async function readText(
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

/** Milliseconds from the header's seconds or date; `undefined` without a valid one. */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
