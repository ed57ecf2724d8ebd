/**
 * Whether Plex has no such thing, or not for this token: believed at once of what was never read,
 * and of what was read before only at the second refusal in a row, for one may be an accident.
 */
import type { ServerState } from "../../core/state.ts";
import type { DataSource } from "../../core/enums.ts";
import type { Answer } from "../client.ts";

/** Takes every answer of the source and tells whether it is to be taken for missing. */
export type UnsupportedDetector = (answer: Answer<unknown>) => boolean;

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
