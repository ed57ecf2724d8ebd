/**
 * What a server is and says about itself, apart from libraries and sessions.
 */

/** Whether anything answers: gone, in its start-up maintenance, or at work. */
export type Status = "up" | "starting" | "gone";

/** A server's own facts; the simulation's verbs change them. */
export interface ServerFacts {
  friendlyName: string;
  /** 40 hexadecimal digits. */
  readonly machineIdentifier: string;
  version: string;
  platform: string;
  platformVersion: string;
  plexPass: boolean;
  claimed: boolean;
  signInState: "ok" | "invalid" | "none";
  mappingState: "mapped" | "waiting" | "unknown" | "failed";
  /** The release that could be installed. */
  update?: Release;
  /**
   * docs/plex/api.md#updates: the updater answers 404 where it is unsupported, as in containers.
   */
  updaterSupported: boolean;
}

/** A release that `/updater/status` lists. */
export interface Release {
  readonly version: string;
  readonly state:
    | "available"
    | "downloading"
    | "downloaded"
    | "installing"
    | "tonight"
    | "skipped"
    | "error"
    | "notify"
    | "done";
}

/** The tokens of a simulated server. They open nothing else and are no secret. */
export interface Tokens {
  owner: string;
  readonly guest: string;
  /** False after the owner has signed out all devices. */
  ownerValid: boolean;
}

/** Who a token belongs to. */
export type Role = "owner" | "guest" | "nobody";

/**
 * The status for a token that may not read an endpoint: 403 for a valid one that is not the
 * owner's, which was 401 before 1.41.7 (docs/plex/api.md, Errors).
 */
export function refusalOf(role: Role, version: string): 401 | 403 {
  return role === "guest" && isAtLeast(version, [1, 41, 7]) ? 403 : 401;
}

function isAtLeast(version: string, minimum: readonly number[]): boolean {
  const parts = version.split(".").map(Number);
  const index = minimum.findIndex((part, index) => part !== parts[index]);
  return index === -1 || (parts[index] ?? 0) > (minimum[index] ?? 0);
}

/** Who calls with this token. */
export function roleOf(tokens: Tokens, token: string | undefined): Role {
  if (token === tokens.owner) return tokens.ownerValid ? "owner" : "nobody";
  return token === tokens.guest ? "guest" : "nobody";
}
