/** Whether Plex is up and accepts the token as its owner's. */
import type { Client } from "./client.ts";
import type { RequestError } from "./errors.ts";

/**
 * Requests what Plex shows only to the owner. Returns why Plex refuses it: it is down or starting, or
 * the token is not the owner's. `undefined`: Plex answers, so that a socket which is lost or cannot be
 * opened is a problem of its own (docs/plex/notifications.md#handshake-failures).
 */
export async function checkOwnerAccess(
  client: Pick<Client, "sessions">,
): Promise<RequestError | undefined> {
  const answer = await client.sessions();
  return answer.ok ? undefined : { failure: answer.failure, detail: answer.detail };
}
