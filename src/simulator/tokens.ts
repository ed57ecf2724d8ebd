/** The tokens of a server, and what they may read. */

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

/** Whose token it is; "none" for an invalid one. */
export type Role = "owner" | "guest" | "none";

/**
 * The status for a token that may not read an endpoint: 403 for a valid one that is not the
 * owner's, which was 401 before 1.41.7 (docs/plex/api.md#errors).
 */
export function refusalOf(role: Role, version: string): 401 | 403 {
  return role === "guest" && isAtLeast(version, [1, 41, 7]) ? 403 : 401;
}

function isAtLeast(version: string, minimum: readonly number[]): boolean {
  const parts = version.split(".").map(Number);
  const index = minimum.findIndex((part, index) => part !== parts[index]);
  return index === -1 || (parts[index] ?? 0) > (minimum[index] ?? 0);
}
