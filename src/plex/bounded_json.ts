/**
 * Parses JSON in bounded time: a body of ten million empty objects would delay every scrape for
 * half a minute.
 */
import { MAX_OBJECTS } from "./schedule.ts";

/** Whether a text has more than `max` objects and lists. Brackets within strings count as well. */
function exceedsObjectLimit(text: string, max: number): boolean {
  let count = 0;
  for (const bracket of ["{", "["]) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > max) return true;
    }
  }
  return false;
}

/** The value; `undefined` if the text is not JSON or has more than `max` objects and lists. */
export function parseJson(text: string, max: number = MAX_OBJECTS): unknown {
  if (exceedsObjectLimit(text, max)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
