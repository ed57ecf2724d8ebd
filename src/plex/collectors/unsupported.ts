/**
 * Notices that Plex does not have a source, or not for this token: at the first refusal if the
 * source was never read, otherwise at the second in a row, since a single one may be a coincidence.
 */
import type { ServerState } from "../../core/state.ts";
import type { DataSource } from "../../core/enums.ts";
import type { Result } from "../request.ts";

/** Receives every answer of a source. Returns whether Plex does not have the source. */
export type UnsupportedDetector = (answer: Result<unknown>) => boolean;

/** Creates the detector of one source. */
export function createUnsupportedDetector(
  state: () => ServerState,
  source: DataSource,
): UnsupportedDetector {
  let refusals = 0;
  return (answer) => {
    const refused = !answer.ok &&
      (answer.failure === "not_found" || answer.failure === "unauthorized");
    refusals = refused ? refusals + 1 : 0;
    return refused && (refusals > 1 || state().sources[source].readAt === undefined);
  };
}
