/** Why plex.tv or a server does not answer: sentences for users, with what to do. */
import { explainError } from "../plex/errors.ts";
import type { Problem } from "./request.ts";

/** `login` cannot go on. The message is a sentence for users. */
export class LoginError extends Error {}

/** A certificate that is not valid at the time that this machine has. */
const NOT_VALID_NOW = /not ?valid ?yet|expired|not valid (before|after)/i;

/** Why plex.tv cannot be asked, and what to do. `nowMs` is this machine's time. */
export function explainPlexTv(problem: Problem, nowMs: number): string {
  switch (problem.kind) {
    case "timeout":
      return `plex.tv does not answer within ${problem.timeoutMs / 1000} s. Check the connection ` +
        "of this machine to the internet, and try again";
    case "malformed":
      return "The answer is not plex.tv's: a proxy or a login page of the network answers in its " +
        "place. Open https://plex.tv/link in a browser on this machine, and try again";
    case "status":
      return explainStatus(problem.status);
    case "error":
      return explainNetwork(explainError(problem.error).detail, nowMs);
  }
}

function explainNetwork(detail: string, nowMs: number): string {
  if (!detail.includes("certificate")) {
    return `Cannot reach plex.tv (${shorten(detail)}). Check that this machine is connected to ` +
      "the internet and resolves names; a proxy from the environment is not used";
  }
  const [, reason = "no reason given"] = /\((.*?)\): /.exec(detail) ?? [];
  if (NOT_VALID_NOW.test(detail)) {
    return `The certificate of plex.tv is not valid at the time of this machine, which is ` +
      `${new Date(nowMs).toISOString()} (${reason}). Set its clock, and try again`;
  }
  return `Cannot trust the certificate of plex.tv (${reason}): something answers in its place, ` +
    "such as a proxy that inspects traffic. Run login on another network";
}

function explainStatus(status: number): string {
  if (status === 429) {
    return "plex.tv answered 429: too many sign-ins from here. Try again in some minutes";
  }
  if (status >= 500) {
    return `plex.tv answered ${status}: it has a problem of its own. Try again later; ` +
      "https://status.plex.tv shows its state";
  }
  if (status >= 300 && status < 400) {
    return `plex.tv answered ${status}, a redirect, which is not followed: a login page of the ` +
      "network may answer in its place. Open https://plex.tv/link in a browser on this machine, " +
      "and try again";
  }
  if (status === 401 || status === 498) {
    return `plex.tv answered ${status}: it has signed this device out again. Run login again`;
  }
  return `plex.tv answered ${status}, which login does not expect. Try again with the newest version`;
}

/** Whether the same request may succeed later. */
export function isTransient(problem: Problem): boolean {
  if (problem.kind !== "status") return true;
  return problem.status === 429 || problem.status === 408 || problem.status >= 500;
}

/** Why an address of a server does not answer, in a few words. */
export function shortReason(problem: Problem): string {
  switch (problem.kind) {
    case "timeout":
      return `no answer within ${problem.timeoutMs / 1000} s`;
    case "malformed":
      return "not Plex";
    case "status":
      return `status ${problem.status}`;
    case "error":
      return lowerFirst(shorten(explainError(problem.error).detail));
  }
}

/** A sentence within another one; the name TLS stays as it is. */
function lowerFirst(sentence: string): string {
  if (sentence.startsWith("TLS")) return sentence;
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** The beginning of a sentence, up to its advice. */
function shorten(detail: string): string {
  return detail.split(/: | \(|; /)[0] ?? detail;
}
