/** Whether Plex is up and accepts the token as its owner's. */
import type { Client } from "./client.ts";
import type { RequestError } from "./errors.ts";

/**
 * Requests the session list, which Plex shows only to the owner. Returns why that failed: Plex is
 * down or starting, or the token is not the owner's. Returns `undefined` if Plex answered: then a
 * socket that cannot be opened has a cause of its own
 * (docs/plex/notifications.md#handshake-failures).
 */
export async function checkOwnerAccess(
  client: Pick<Client, "sessions">,
): Promise<RequestError | undefined> {
  const answer = await client.sessions();
  return answer.ok ? undefined : { failure: answer.failure, detail: answer.detail };
}
