/**
 * Reads Plex's own history of views: the whole of it once, a page at each call, then what is new.
 * It counts nothing; that is done by the tally and the core.
 */
import { isUp, POLL_INTERVALS_MS } from "../../core/availability.ts";
import type { PlaybackNotification } from "../../core/session.ts";
import { matchesSession } from "../../core/notifications.ts";
import type { ServerState } from "../../core/state.ts";
import { historyOverlapFromS } from "../../core/view_history.ts";
import { ViewTally } from "../../core/view_tally.ts";
import type { Answer } from "../client.ts";
import { createHistoryCursor, type HistoryCursor, type HistoryStep } from "../history_cursor.ts";
import { mapViews } from "../mapping/history.ts";
import { restAfter } from "../pace.ts";
import type { WireHistoryRow } from "../schema.ts";
import { NEVER } from "../scheduler.ts";
import { type Collect, type CollectorContext, UNSUPPORTED_RETRY_MS } from "./collector.ts";
import { createFailureLog } from "./failure_log.ts";
import { createUnsupportedDetector } from "./unsupported.ts";

/** Rows a page of the whole history: 200,000 take 286 requests, and a page some 40 ms to read. */
const WHOLE_PAGE_ROWS = 700;

/** Rows a page of what is new: more than most servers have in the overlap. */
const NEWEST_PAGE_ROWS = 100;

/** Wait after a failure, and while the libraries are not known yet. */
const RETRY_MS = 60_000;
const LIBRARIES_WAIT_MS = 1_000;

/**
 * The share of an item from which on a stop may come with a view: Plex counts from 90 % on, and the
 * list that the progress is taken from may be some seconds old.
 */
const NEAR_END_SHARE = 0.8;

/** Plex writes a view some moments after the stop that it comes with. */
const VIEW_WRITTEN_AFTER_MS = 5_000;

/** Least time between two looks for what is new, however many plays end. */
const MIN_POLL_INTERVAL_MS = 30_000;

/** Least time between two readings of the whole history, where rows seem to be missing. */
const MIN_WHOLE_INTERVAL_MS = 24 * 3_600_000;

export interface HistoryCollector {
  /** Asks for one page at most. */
  readonly read: Collect;
  /** Takes a notification; whether a play has stopped near its end, so that a view is due soon. */
  readonly onPlayback: (notification: StoppedPlay & { readonly state: string }) => boolean;
}

type StoppedPlay = Pick<PlaybackNotification, "sessionKey" | "ratingKey" | "playerId">;

interface WholeReading {
  readonly cursor: HistoryCursor;
  readonly tally: ViewTally;
}

interface NewestReading {
  readonly cursor: HistoryCursor;
  readonly rows: WireHistoryRow[];
}

export function createHistoryCollector(context: CollectorContext): HistoryCollector {
  const { client, clock, dispatch, hide, state } = context;
  const logFailure = createFailureLog(context, "Plex's history of views");
  const isMissing = createUnsupportedDetector(state, "history");
  let accounts: ReadonlyMap<string, string> | undefined;
  /** Accounts whose views are in the history and which `/accounts` does not have. */
  const departed = new Set<string>();
  let whole: WholeReading | undefined;
  let newest: NewestReading | undefined;
  let wholeReadAt = -Infinity;
  let polledAt = -Infinity;
  let dueAt = -Infinity;

  const restOf = ({ at }: Answer<unknown>) => restAfter(clock.now() - at);

  /** How long to wait after an answer that is none; the reading goes on where it was. */
  function retryMs(answer: Answer<unknown>): number {
    if (!isMissing(answer)) return Math.max(RETRY_MS, restOf(answer));
    whole = newest = undefined;
    dispatch({ type: "source_missing", at: answer.at, source: "history" });
    return UNSUPPORTED_RETRY_MS;
  }

  async function readAccounts(): Promise<number> {
    const answer = logFailure(await client.accounts());
    if (!answer.ok) return retryMs(answer);
    accounts = answer.value;
    return restOf(answer);
  }

  function viewsOf(rows: readonly WireHistoryRow[]) {
    const { libraries = new Map() } = state();
    return mapViews(rows, { accounts: accounts ?? new Map(), libraries }, hide);
  }

  function beginWhole(): WholeReading {
    newest = undefined;
    wholeReadAt = clock.now();
    return {
      cursor: createHistoryCursor(client, { size: WHOLE_PAGE_ROWS, newestFirst: false }),
      tally: new ViewTally(clock.now() / 1000),
    };
  }

  async function readWhole(): Promise<number> {
    whole ??= beginWhole();
    const { cursor, tally } = whole;
    const answer = logFailure(await cursor.next());
    if (!answer.ok) return retryMs(answer);
    const { rows, total, isLast } = answer.value;
    // It was cleared meanwhile, or is another server's.
    if (total < tally.rows) whole = undefined;
    else viewsOf(rows).forEach((view) => tally.add(view));
    if (whole === undefined || !isLast) return restOf(answer);
    whole = undefined;
    polledAt = clock.now();
    dispatch({ type: "history_read", at: answer.at, tally });
    return POLL_INTERVALS_MS.history;
  }

  async function readNewest(overlapFromS: number): Promise<number> {
    newest ??= {
      cursor: createHistoryCursor(client, { size: NEWEST_PAGE_ROWS, newestFirst: true }),
      rows: [],
    };
    const { cursor, rows } = newest;
    const answer = logFailure(await cursor.next());
    if (!answer.ok) return retryMs(answer);
    rows.push(...answer.value.rows);
    const oldestS = answer.value.rows.at(-1)?.viewedAt ?? -Infinity;
    if (!answer.value.isLast && oldestS >= overlapFromS) return restOf(answer);
    if (findNewAccounts(rows)) accounts = undefined;
    newest = undefined;
    return accounts === undefined ? restOf(answer) : takeNewest(rows, answer);
  }

  /** Whether there are accounts that have not been looked for; each is looked for once. */
  function findNewAccounts(rows: readonly WireHistoryRow[]): boolean {
    const unknown = rows.flatMap(({ accountID: id }) =>
      id === undefined || accounts?.has(id) || departed.has(id) ? [] : [id]
    );
    unknown.forEach((id) => departed.add(id));
    return unknown.length > 0;
  }

  function takeNewest(
    rows: readonly WireHistoryRow[],
    { at, value: { total } }: Extract<Answer<HistoryStep>, { ok: true }>,
  ): number {
    polledAt = clock.now();
    dispatch({ type: "history_listed", at, views: viewsOf(rows), total });
    const { viewHistory } = state();
    const isBehind = viewHistory !== undefined && viewHistory.rows < total;
    if (isBehind && clock.now() - wholeReadAt >= MIN_WHOLE_INTERVAL_MS) whole = beginWhole();
    // Without a history it was cleared: the whole of it is read at once.
    const isWholeDue = whole !== undefined || viewHistory === undefined;
    return isWholeDue ? restAfter(clock.now() - at) : POLL_INTERVALS_MS.history;
  }

  async function readPage(): Promise<number> {
    if (accounts === undefined) return await readAccounts();
    const { libraries, viewHistory } = state();
    if (libraries === undefined) return LIBRARIES_WAIT_MS;
    if (viewHistory === undefined || whole !== undefined) return await readWhole();
    return await readNewest(historyOverlapFromS(viewHistory));
  }

  return {
    async read() {
      const { availability } = state();
      if (!isUp(state())) return NEVER;
      if (availability.tokenOwner === false) {
        // A guest is shown the guest's own views, which would pass for everyone's.
        whole = newest = undefined;
        dispatch({ type: "source_missing", at: clock.now(), source: "history" });
        return NEVER;
      }
      const startedAt = clock.now();
      if (startedAt < dueAt) return dueAt - startedAt;
      const restMs = await readPage();
      dueAt = clock.now() + restMs;
      // A wait counts from the beginning of the work, a rest from its end.
      return dueAt - startedAt;
    },
    onPlayback(notification) {
      if (notification.state !== "stopped" || !isNearEnd(state(), notification)) return false;
      if (whole !== undefined || newest !== undefined || accounts === undefined) return false;
      const at = Math.max(clock.now() + VIEW_WRITTEN_AFTER_MS, polledAt + MIN_POLL_INTERVAL_MS);
      dueAt = Math.min(dueAt, at);
      return true;
    },
  };
}

/** Whether the play that a `stopped` has just ended was near its end when it was last listed. */
function isNearEnd({ recentlyEnded }: ServerState, stopped: StoppedPlay): boolean {
  const ended = recentlyEnded.findLast(({ play }) => matchesSession(stopped, play.session));
  const { progressMs, durationMs } = ended?.play.session ?? {};
  return progressMs !== undefined && durationMs !== undefined &&
    progressMs >= durationMs * NEAR_END_SHARE;
}
