/**
 * Reads Plex's history page by page and returns each row once, also where rows are added meanwhile
 * or a page has fewer rows than requested. The caller decides when to request.
 */
import type { Client } from "./client.ts";
import { type HistoryPageRequest, rowId } from "./mapping/history.ts";
import type { Result } from "./request.ts";
import type { WireHistoryRow } from "./schema.ts";

/** One page of the history. */
export interface HistoryStep {
  /** The rows of the page that the page before did not have. */
  readonly rows: readonly WireHistoryRow[];
  /** How many rows the history has in all. */
  readonly total: number;
  readonly isLast: boolean;
}

/** A reading of the history, which remembers how far it has come. */
export interface HistoryCursor {
  /** Requests the next page; after a failure, the same one again. */
  next(): Promise<Result<HistoryStep>>;
}

/** Begins at the oldest row, or at the newest. Sends no request yet. */
export function createHistoryCursor(
  client: Pick<Client, "history">,
  { size, newestFirst }: Omit<HistoryPageRequest, "start">,
): HistoryCursor {
  let start = 0;
  // Newest first, new rows move the older ones back by their number, and some versions of Plex
  // leave rows out of a page. Either way the next page begins with rows of this one.
  let previousIds: ReadonlySet<string> = new Set();
  return {
    async next() {
      const answer = await client.history({ start, size, newestFirst });
      if (!answer.ok) return answer;
      const { rows, total } = answer.value;
      const fresh = new Map(rows.map((row) => [rowId(row), row]));
      previousIds.forEach((id) => fresh.delete(id));
      previousIds = new Set(rows.map(rowId));
      start += rows.length || size;
      return { ...answer, value: { rows: [...fresh.values()], total, isLast: start >= total } };
    },
  };
}
