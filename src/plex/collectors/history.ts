/**
 * Reads Plex's own history of views: the whole of it once, a page at each call, then what is new.
 * It counts nothing; that is done by the tally and the core.
 */
import { isUp } from "../../core/availability.ts";
import type { PlaybackNotification } from "../../core/session.ts";
import { matchesSession } from "../../core/notifications.ts";
import type { ServerState } from "../../core/state.ts";
import { historyOverlapFromS } from "../../core/view_history.ts";
import { ViewTally } from "../../core/view_tally.ts";
import { createHistoryCursor, type HistoryCursor, type HistoryStep } from "../history_cursor.ts";
import { mapViews } from "../mapping/history.ts";
import { restAfter } from "../pace.ts";
import type { Ok, Result } from "../request.ts";
import {
  HISTORY_MIN_REFRESH_MS,
  HISTORY_RETRY_MS,
  NEWEST_HISTORY_PAGE_ROWS,
  SCHEDULES,
  VIEW_WRITTEN_AFTER_MS,
  WHOLE_HISTORY_MIN_INTERVAL_MS,
  WHOLE_HISTORY_PAGE_ROWS,
} from "../schedule.ts";
import type { WireHistoryRow } from "../schema.ts";
import { NEVER } from "../scheduler.ts";
import type { Collector, CollectorContext, CollectResult } from "./collector.ts";

/**
 * The share of an item from which on a stop may come with a view: Plex counts from 90 % on, and the
 * list that the progress is taken from may be some seconds old.
 */
const NEAR_END_SHARE = 0.8;

/** A reading of the whole history, a page at a time. */
interface WholeReading {
  readonly cursor: HistoryCursor;
  readonly tally: ViewTally;
}

/** A reading of the newest rows, back to those that are counted. */
interface NewestReading {
  readonly cursor: HistoryCursor;
  readonly rows: WireHistoryRow[];
}

export function createHistoryCollector(context: CollectorContext): Collector {
  const { client, clock, dispatch, hide, state } = context;
  let accounts: ReadonlyMap<string, string> | undefined;
  /** Accounts that `/accounts` lacked, so that it was read again: once for each is enough. */
  const lookedFor = new Set<string>();
  let whole: WholeReading | undefined;
  let newest: NewestReading | undefined;
  let wholeReadAt = -Infinity;
  let polledAt = -Infinity;

  /**
   * Rests after an answer. A reading that failed continues where it was, unless Plex refuses it.
   */
  function restFor(answer: Result<unknown>): CollectResult {
    const restMs = restAfter(clock.now() - answer.at);
    if (answer.ok) return { answer, restMs };
    if (answer.failure === "not_found" || answer.failure === "unauthorized") {
      whole = newest = undefined;
    }
    return { answer, restMs: Math.max(HISTORY_RETRY_MS, restMs) };
  }

  async function readAccounts(): Promise<CollectResult> {
    const answer = await client.accounts();
    if (answer.ok) accounts = answer.value;
    return restFor(answer);
  }

  function viewsOf(rows: readonly WireHistoryRow[]) {
    const { libraries = new Map() } = state();
    return mapViews(rows, { accounts: accounts ?? new Map(), libraries }, hide);
  }

  function beginWhole(): WholeReading {
    newest = undefined;
    wholeReadAt = clock.now();
    return {
      cursor: createHistoryCursor(client, { size: WHOLE_HISTORY_PAGE_ROWS, newestFirst: false }),
      tally: new ViewTally(clock.now() / 1000),
    };
  }

  async function readWhole(): Promise<CollectResult> {
    whole ??= beginWhole();
    const { cursor, tally } = whole;
    const answer = await cursor.next();
    if (!answer.ok) return restFor(answer);
    const { rows, total, isLast } = answer.value;
    // It was cleared meanwhile, or is another server's.
    if (total < tally.rows) whole = undefined;
    else viewsOf(rows).forEach((view) => tally.add(view));
    if (whole === undefined || !isLast) return restFor(answer);
    whole = undefined;
    polledAt = clock.now();
    dispatch({ type: "history_read", at: answer.at, tally });
    return { answer };
  }

  async function readNewest(overlapFromS: number): Promise<CollectResult> {
    newest ??= {
      cursor: createHistoryCursor(client, { size: NEWEST_HISTORY_PAGE_ROWS, newestFirst: true }),
      rows: [],
    };
    const { cursor, rows } = newest;
    const answer = await cursor.next();
    if (!answer.ok) return restFor(answer);
    rows.push(...answer.value.rows);
    const oldestS = answer.value.rows.at(-1)?.viewedAt ?? -Infinity;
    if (!answer.value.isLast && oldestS >= overlapFromS) return restFor(answer);
    if (findNewAccounts(rows)) accounts = undefined;
    newest = undefined;
    return accounts === undefined ? restFor(answer) : applyNewest(rows, answer);
  }

  /** Whether there are accounts that have not been looked for; each is looked for once. */
  function findNewAccounts(rows: readonly WireHistoryRow[]): boolean {
    const unknown = rows.flatMap(({ accountID: id }) =>
      id === undefined || accounts?.has(id) || lookedFor.has(id) ? [] : [id]
    );
    unknown.forEach((id) => lookedFor.add(id));
    return unknown.length > 0;
  }

  function applyNewest(
    rows: readonly WireHistoryRow[],
    answer: Ok<HistoryStep>,
  ): CollectResult {
    const { at, value: { total } } = answer;
    polledAt = clock.now();
    dispatch({ type: "history_listed", at, views: viewsOf(rows), total });
    const { viewHistory } = state();
    const isBehind = viewHistory !== undefined && viewHistory.rows < total;
    if (isBehind && clock.now() - wholeReadAt >= WHOLE_HISTORY_MIN_INTERVAL_MS) {
      whole = beginWhole();
    }
    // No history: Plex's was cleared, so all of it is read again, page by page.
    const isWholeDue = whole !== undefined || viewHistory === undefined;
    return isWholeDue ? restFor(answer) : { answer };
  }

  return {
    description: "Plex's history of views",
    source: "history",
    isOptional: true,
    schedule: SCHEDULES.history,
    isReady: (state) =>
      isUp(state) && (state.libraries !== undefined || state.availability.tokenOwner === false),
    dependsOn: ({ availability }) => availability.tokenOwner,
    /** Requests one page at most. */
    async collect() {
      const { availability, viewHistory } = state();
      if (availability.tokenOwner === false) {
        // A token that is not the owner's shows its user's views, which would pass for everyone's.
        whole = newest = undefined;
        dispatch({ type: "source_unavailable", at: clock.now(), source: "history" });
        return { nextMs: NEVER };
      }
      if (accounts === undefined) return await readAccounts();
      if (viewHistory === undefined || whole !== undefined) return await readWhole();
      return await readNewest(historyOverlapFromS(viewHistory));
    },
    onHint(hint) {
      if (hint.type !== "playback" || hint.playback.state !== "stopped") return undefined;
      if (whole !== undefined || newest !== undefined || accounts === undefined) return undefined;
      if (!isNearEnd(state(), hint.playback)) return undefined;
      const untilRefreshMs = polledAt + HISTORY_MIN_REFRESH_MS - clock.now();
      return Math.max(VIEW_WRITTEN_AFTER_MS, untilRefreshMs);
    },
  };
}

/** Whether the play that a `stopped` has just ended was near its end when it was last listed. */
function isNearEnd({ recentlyEnded }: ServerState, stopped: PlaybackNotification): boolean {
  const ended = recentlyEnded.findLast(({ play }) => matchesSession(stopped, play.session));
  const { progressMs, durationMs } = ended?.play.session ?? {};
  return progressMs !== undefined && durationMs !== undefined &&
    progressMs >= durationMs * NEAR_END_SHARE;
}
