/**
 * Reads JSON of a stranger's, in a time that is bounded: a body of ten million empty objects would
 * hold up every scrape for half a minute. It does not judge what is in it.
 */

/** The longest bandwidth history seen had 124,000 rows; other answers have some thousand objects. */
export const MAX_OBJECTS = 250_000;

/** How many objects and lists a text may have at most: brackets within strings count as well. */
function exceedsObjectLimit(text: string, most: number): boolean {
  let left = most;
  for (const bracket of ["{", "["]) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      left -= 1;
      if (left < 0) return false;
    }
  }
  return true;
}

/** What the text says; `undefined` if it is no JSON, or has more objects and lists than `most`. */
export function parseJson(text: string, most: number = MAX_OBJECTS): unknown {
  if (!exceedsObjectLimit(text, most)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
