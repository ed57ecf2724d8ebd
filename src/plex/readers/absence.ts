/**
 * Whether Plex has no such thing, or not for this token: believed at once of what was never read,
 * and of what was read before only at the second refusal in a row, for one may be an accident.
 */
import type { ServerState } from "../../core/model.ts";
import type { Source } from "../../core/vocabulary.ts";
import type { Answer } from "../client.ts";

/** Takes every answer of the source and tells whether it is to be taken for missing. */
export type IsMissing = (answer: Answer<unknown>) => boolean;

export function createIsMissing(state: () => ServerState, source: Source): IsMissing {
  let refusals = 0;
  return (answer) => {
    const refused = !answer.ok &&
      (answer.failure === "not_found" || answer.failure === "unauthorized");
    refusals = refused ? refusals + 1 : 0;
    return refused && (refusals > 1 || state().readings[source].readAt === undefined);
  };
}
