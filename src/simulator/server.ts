/** The server itself, apart from libraries and sessions, and its tokens. */

/** Whether the server answers: not at all, with the 503 of its start-up, or as usual. */
export type Status = "up" | "starting" | "gone";

/** The attributes of a server; the simulation changes them. */
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
  /**
   * docs/plex/api.md#items-without-metadata: newer servers answer `/library/metadata/{id}` for live
   * television and prerolls, too.
   */
  hasEphemeralMetadata: boolean;
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

/** The attributes of a new server. */
export function newServer(
  { name, plexPass, machineIdentifier }: {
    readonly name: string;
    readonly plexPass: boolean;
    readonly machineIdentifier: string;
  },
): ServerFacts {
  return {
    friendlyName: name,
    machineIdentifier,
    version: "1.43.3.10828-a0bfb8370",
    platform: "Linux",
    platformVersion: "6.12.38",
    plexPass,
    claimed: true,
    signInState: "ok",
    mappingState: "mapped",
    hasEphemeralMetadata: false,
    updaterSupported: true,
  };
}

/** The tokens of a simulated server. They are valid nowhere else and are no secrets. */
export class Tokens {
  readonly guest = "guest-token-0001-synthetic";
  #owner = "owner-token-0001-synthetic";
  #isOwnerValid = true;

  /** The owner's token, even if it is revoked. */
  get owner(): string {
    return this.#owner;
  }

  /** Signs out all devices of the owner. Open sockets stay open; requests answer 401. */
  revoke(): void {
    this.#isOwnerValid = false;
  }

  /** Makes the owner's token valid again. */
  restore(): void {
    this.#isOwnerValid = true;
  }

  /** Gives the owner another token; the one before is invalid. Open sockets stay open. */
  issue(owner: string): void {
    this.#owner = owner;
  }

  /** Whose token this is. */
  roleOf(token: string | undefined): Role {
    if (token === this.#owner) return this.#isOwnerValid ? "owner" : "none";
    return token === this.guest ? "guest" : "none";
  }
}

/** The owner of a token. */
export type Role = "owner" | "guest" | "none";

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
