/** Suggestions for misspelt words. */
import { closestMatch } from "leven";

/** A question after a message, `; did you mean X?`, or nothing if no known word is close. */
export function didYouMean(word: string, known: readonly string[]): string {
  const maxDistance = Math.min(2, Math.ceil(word.length / 3));
  const upperCased = known.map((candidate) => candidate.toUpperCase());
  const closest = closestMatch(word.toUpperCase(), upperCased, { maxDistance });
  return closest === undefined ? "" : `; did you mean ${known[upperCased.indexOf(closest)]}?`;
}
