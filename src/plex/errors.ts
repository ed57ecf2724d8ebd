/**
 * Why a request failed: brings statuses and errors into the vocabulary of failures, with a sentence
 * for the log. It makes no request. The sentences hold no URL and no passing port, so that the same
 * trouble has the same sentence and a log can tell when it changes.
 */
import type { Failure } from "../core/enums.ts";
import { certificateHint, stripTimestamps } from "./tls_errors.ts";

/** What went wrong, and a sentence about it that may be shown. */
export interface RequestError {
  readonly failure: Failure;
  readonly detail: string;
  /** Whether the sentence says what to do, so that nothing more general is needed. */
  readonly advises?: true;
}

/** The error with its causes, in one text: Deno's `fetch` says only "fetch failed" itself. */
function errorChain(error: unknown): string {
  const parts: string[] = [];
  let link = error;
  // Causes could be a ring; no real chain is this long.
  while (link instanceof Error && parts.length < 5) {
    const code = "code" in link && typeof link.code === "string" ? link.code : "";
    parts.push(`${link.message} ${code}`.trim());
    link = link.cause;
  }
  return parts.length > 0 ? parts.join(": ") : String(error);
}

/** What is behind the last of hyper's "client error (…):", where the addresses are done with. */
function innermostMessage(text: string): string {
  return text.replace(/^.*client error \([^)]*\):? ?/s, "")
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S*/gi, "…")
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b|\[[0-9a-f:.%]+\](?::\d+)?/gi, "…")
    .slice(0, 300);
}

/** Texts of errors (Deno's, rustls', Node's) → what they mean; the first that matches decides. */
const ERRORS: readonly (readonly [RegExp, Failure, (text: string) => string])[] = [
  [
    /InvalidContentType|corrupt message|tls handshake|NoApplicationProtocol|ERR_SSL|EPROTO/i,
    "other",
    () => "Cannot set up TLS: the port speaks no https; is PLEX_SERVER http?",
  ],
  [
    /invalid HTTP|Parse Error|HPE_/i,
    "malformed",
    () => "The answer is no HTTP; is PLEX_SERVER https?",
  ],
  [/dns error|ENOTFOUND|EAI_AGAIN/i, "refused", () => "Cannot find the host by its name"],
  [/connection refused|ECONNREFUSED/i, "refused", () => "Connection refused"],
  [
    /connection reset|ECONNRESET|broken pipe|EPIPE|closed before|hang up/i,
    "refused",
    () => "The connection was closed before an answer",
  ],
  [/os error 110|ETIMEDOUT/i, "timeout", () => "Cannot connect: no answer"],
  [/unreachable|no route|EHOSTUNREACH|ENETUNREACH/i, "refused", () => "Cannot reach the host"],
  [/tcp connect error/i, "refused", () => "Cannot connect"],
];

/** What an error before an answer means. */
export function explainError(error: unknown): RequestError {
  const text = errorChain(error);
  const advice = certificateHint(text);
  if (advice !== undefined) {
    const detail = `Cannot trust the server's certificate (${
      innermostMessage(stripTimestamps(text))
    }): ${advice}`;
    return { failure: "other", detail, advises: true };
  }
  const known = ERRORS.find(([pattern]) => pattern.test(text));
  if (known === undefined) {
    return { failure: "other", detail: `Cannot ask: ${innermostMessage(text)}` };
  }
  const [, failure, describe] = known;
  return { failure, detail: describe(text) };
}

/** What a status other than 2xx means; `said` is what Plex gives as the reason, if anything. */
export function explainStatus(
  status: number,
  location: URL | undefined,
  said: string,
): RequestError {
  if (status >= 300 && status < 400) {
    // Followed, it would carry the token to wherever it points.
    const target = location === undefined ? "nowhere" : `${location.protocol}//${location.host}`;
    const detail = `Redirected (${status}) to ${target}, not followed: set PLEX_SERVER to the ` +
      "address at which Plex itself answers";
    return { failure: "other", detail, advises: true };
  }
  const reason = said === "" ? "" : `: ${said}`;
  switch (status) {
    case 401:
    case 403:
      return {
        failure: "unauthorized",
        detail: `Plex answered ${status}: the token is wrong, expired, or not the owner's`,
      };
    case 404:
      return { failure: "not_found", detail: "What is there answered 404" };
    case 502:
    case 504:
      return {
        failure: "unavailable",
        detail: `A proxy answered ${status}: it does not reach Plex${reason}`,
      };
    case 429:
    case 503:
      return { failure: "unavailable", detail: `Plex answered ${status}${reason}` };
    default:
      return { failure: "other", detail: `Plex answered ${status}${reason}` };
  }
}

/**
 * Plex's reason in the body of an error: the attribute `status` of its XML, or the field of its
 * JSON (docs/plex/api.md#start-up). Empty in HTML and other strangers' pages.
 */
export function plexErrorReason(body: string): string {
  const found = /<Response\b[^>]*\bstatus="([^"]*)"/.exec(body) ??
    /^\s*\{.*"status"\s*:\s*"([^"\\]*)"/s.exec(body);
  return (found?.[1] ?? "").replace(/[^\p{L}\p{N}\p{P} ]/gu, "").slice(0, 200);
}

/** Takes the token out of a text that quotes a stranger, should the stranger quote the token. */
export function redact(text: string, token: string): string {
  // Shorter ones would tear words apart; Plex's have 20 characters or more.
  return token.length < 8 ? text : text.replaceAll(token, "***");
}
