/** One HTTP request, from a URL to a parsed JSON value or a classified failure. */
import { type Clock, startDeadline } from "../clock.ts";
import { parseJson } from "../plex/bounded_json.ts";
import { parseRetryAfter, readText } from "../plex/request.ts";

/** Why a request failed. */
export type Problem =
  /** No answer at all: an error of the network or of TLS. */
  | { readonly kind: "error"; readonly error: unknown }
  | { readonly kind: "timeout"; readonly timeoutMs: number }
  | { readonly kind: "status"; readonly status: number; readonly retryAfterMs?: number | undefined }
  /** The answer is not the JSON that was requested, as that of a proxy or a login page. */
  | { readonly kind: "malformed" };

/** A value, or why there is none. */
export type Result<T> = Ok<T> | { readonly ok: false; readonly problem: Problem };

interface Ok<T> {
  readonly ok: true;
  readonly value: T;
  /** The header `Date`, in ms since the epoch. */
  readonly dateMs: number | undefined;
  /** From the request to the end of the answer. */
  readonly durationMs: number;
}

export interface RequestOptions<T> {
  readonly url: string;
  readonly method?: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  /** Reads the JSON; returns `undefined` if it is not what was requested. */
  readonly parse: (body: unknown) => T | undefined;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Aborts the request, which then has the problem "error". */
  readonly signal: AbortSignal;
}

/** Limit of an answer, far above what plex.tv sends. */
const MAX_BODY_BYTES = 4_000_000;

/** Sends a request. No redirect is followed: it could carry a token elsewhere. It never rejects. */
export async function requestJson<T>(options: RequestOptions<T>): Promise<Result<T>> {
  const { clock, signal, timeoutMs } = options;
  const deadline = startDeadline(clock, timeoutMs, signal);
  try {
    return await send(options, deadline.signal);
  } catch (error) {
    const problem: Problem = deadline.isOver
      ? { kind: "timeout", timeoutMs }
      : { kind: "error", error };
    return { ok: false, problem };
  } finally {
    deadline.cancel();
  }
}

async function send<T>(
  { clock, headers, method = "GET", parse, url }: RequestOptions<T>,
  signal: AbortSignal,
): Promise<Result<T>> {
  const beganAt = clock.now();
  const response = await fetch(url, { method, headers, signal, redirect: "manual" });
  const { status } = response;
  if (status < 200 || status > 299) {
    await response.body?.cancel();
    const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), clock.now());
    return { ok: false, problem: { kind: "status", status, retryAfterMs } };
  }
  const text = await readText(response.body, MAX_BODY_BYTES);
  const value = text === undefined ? undefined : parse(parseJson(text));
  if (value === undefined) return { ok: false, problem: { kind: "malformed" } };
  const date = Date.parse(response.headers.get("date") ?? "");
  return {
    ok: true,
    value,
    dateMs: Number.isNaN(date) ? undefined : date,
    durationMs: clock.now() - beganAt,
  };
}
