/**
 * Why a request failed: classifies statuses and errors, with a sentence for the log. The sentences
 * contain no URL and no ephemeral port, so that the same cause always has the same sentence and a
 * change of it can be noticed.
 */
import type { Failure } from "../core/enums.ts";
import { certificateHint, stripTimestamps } from "./tls_errors.ts";

/** Why a request failed, and a sentence about it that may be shown. */
export interface RequestError {
  readonly failure: Failure;
  readonly detail: string;
  /** Whether the sentence already contains what to do. */
  readonly actionable?: true;
}

/**
 * The messages of an error and its causes: that of Deno's `fetch` itself is only "fetch failed".
 */
function errorChain(error: unknown): string {
  const parts: string[] = [];
  let link = error;
  // The causes could be cyclic; no real chain is this long.
  while (link instanceof Error && parts.length < 5) {
    const code = "code" in link && typeof link.code === "string" ? link.code : "";
    parts.push(`${link.message} ${code}`.trim());
    link = link.cause;
  }
  return parts.length > 0 ? parts.join(": ") : String(error);
}

/** What follows hyper's last "client error (…):", without URLs and addresses. */
function innermostMessage(text: string): string {
  return text.replace(/^.*client error \([^)]*\):? ?/s, "")
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S*/gi, "…")
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b|\[[0-9a-f:.%]+\](?::\d+)?/gi, "…")
    .slice(0, 300);
}

/** Error texts of Deno, rustls and Node, and what they mean; the first that matches decides. */
const ERRORS: readonly (readonly [RegExp, Failure, detail: string])[] = [
  [
    /InvalidContentType|corrupt message|tls handshake|NoApplicationProtocol|ERR_SSL|EPROTO/i,
    "other",
    "TLS handshake failed: the port does not use HTTPS: should PLEX_SERVER begin with http://?",
  ],
  [
    /invalid HTTP|Parse Error|HPE_/i,
    "malformed",
    "The answer is not HTTP: should PLEX_SERVER begin with https://?",
  ],
  [/dns error|ENOTFOUND|EAI_AGAIN/i, "refused", "Cannot resolve the host name"],
  [/connection refused|ECONNREFUSED/i, "refused", "Connection refused"],
  [
    /connection reset|ECONNRESET|broken pipe|EPIPE|closed before|hang up/i,
    "refused",
    "The connection was closed before an answer",
  ],
  [/os error 110|ETIMEDOUT/i, "timeout", "Cannot connect: no answer"],
  [/unreachable|no route|EHOSTUNREACH|ENETUNREACH/i, "refused", "Cannot reach the host"],
  [/tcp connect error/i, "refused", "Cannot connect"],
];

/** Explains an error that was thrown before there was an answer. */
export function explainError(error: unknown): RequestError {
  const text = errorChain(error);
  const hint = certificateHint(text);
  if (hint !== undefined) {
    const detail = `Cannot trust the server's certificate (${
      innermostMessage(stripTimestamps(text))
    }): ${hint}`;
    return { failure: "other", detail, actionable: true };
  }
  const known = ERRORS.find(([pattern]) => pattern.test(text));
  if (known === undefined) {
    return { failure: "other", detail: `The request failed: ${innermostMessage(text)}` };
  }
  const [, failure, detail] = known;
  return { failure, detail };
}

/** Explains a status other than 2xx; `reason` is the one that Plex gives, or empty. */
export function explainStatus(
  status: number,
  location: URL | undefined,
  reason: string,
): RequestError {
  if (status >= 300 && status < 400) {
    // Following it would send the token to any host that it names.
    const target = location === undefined ? "nowhere" : `${location.protocol}//${location.host}`;
    const detail = `Redirected (${status}) to ${target}, not followed: set PLEX_SERVER to the ` +
      "address at which Plex itself answers";
    return { failure: "other", detail, actionable: true };
  }
  const because = reason === "" ? "" : `: ${reason}`;
  switch (status) {
    case 401:
      return {
        failure: "unauthorized",
        detail: "Plex answered 401: the token is wrong, expired or revoked, or not the owner's",
      };
    case 403:
      return {
        failure: "unauthorized",
        detail: "Plex answered 403: the token is not allowed to read this; is it the owner's?",
      };
    case 498:
      // plex.tv's status, which a proxy in front of Plex may pass on.
      return { failure: "unauthorized", detail: "Plex answered 498: the token has expired" };
    case 404:
      return { failure: "not_found", detail: "The server answered 404" };
    case 502:
    case 504:
      return {
        failure: "unavailable",
        detail: `A proxy answered ${status}: it cannot reach Plex${because}`,
      };
    case 429:
    case 503:
      return { failure: "unavailable", detail: `Plex answered ${status}${because}` };
    default:
      return { failure: "other", detail: `Plex answered ${status}${because}` };
  }
}

/**
 * Plex's reason in the body of an error: the attribute `status` of its XML, or the field of its
 * JSON (docs/plex/api.md#start-up). Empty in HTML, which a proxy may send, too.
 */
export function plexErrorReason(body: string): string {
  const found = /<Response\b[^>]*\bstatus="([^"]*)"/.exec(body) ??
    /^\s*\{.*"status"\s*:\s*"([^"\\]*)"/s.exec(body);
  return (found?.[1] ?? "").replace(/[^\p{L}\p{N}\p{P} ]/gu, "").slice(0, 200);
}

/** Removes the token from a text that quotes an answer, which may contain it. */
export function redact(text: string, token: string): string {
  // A shorter one could be part of a word; Plex's have 20 characters or more.
  return token.length < 8 ? text : text.replaceAll(token, "***");
}
