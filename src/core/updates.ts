/** Whether an update of Plex is available. */
import type { ServerState } from "./state.ts";

/** Whether Plex lists a release for an update; `undefined` while that is not known. */
export function isUpdateAvailable(
  { releases }: Pick<ServerState, "releases">,
): boolean | undefined {
  return releases && releases.length > 0;
}
