/**
 * Walks the libraries: reads all their items, one page at each call with a rest after it, one
 * library after the other. It sums up nothing; that is done by the tally and the core.
 */
import { sleep } from "../../clock.ts";
import { isUp } from "../../core/availability.ts";
import { isWalkable, nextWalkAt, type WalkableType } from "../../core/library_walk.ts";
import type { Library } from "../../core/libraries.ts";
import type { ServerState } from "../../core/state.ts";
import { lastViewOf } from "../../core/view_history.ts";
import { WalkTally } from "../../core/walk_tally.ts";
import { createItemCursor, type ItemCursor, type ItemStep } from "../item_cursor.ts";
import { restAfter } from "../pace.ts";
import type { Ok } from "../request.ts";
import { SCHEDULES, WALK_HISTORY_WAIT_MS, WALK_RETRY_MS, WALK_TURN_ITEMS } from "../schedule.ts";
import type { Collector, CollectorContext, CollectResult } from "./collector.ts";

/** The walk of one library. */
interface Walk {
  readonly libraryId: string;
  readonly serverId: string | undefined;
  readonly type: WalkableType;
  readonly startedAt: number;
  readonly contentRevision: number | undefined;
  readonly cursor: ItemCursor;
  readonly tally: WalkTally;
}

export function createWalkCollector(context: CollectorContext): Collector {
  const { client, clock, dispatch, state, walkIntervalMs } = context;
  let walk: Walk | undefined;
  /** When the next page may be requested. */
  let nextPageAt = -Infinity;
  let readySince: number | undefined;

  function begin(library: Library & { readonly type: WalkableType }): Walk {
    const tally = new WalkTally({
      nowS: clock.now() / 1000,
      isFlat: library.type === "movie",
      lastViewS: state().viewHistory && lastViewS,
    });
    return {
      libraryId: library.id,
      serverId: state().server?.id,
      type: library.type,
      startedAt: clock.now(),
      contentRevision: library.contentRevision,
      cursor: createItemCursor({ client, library, isKnown: (item) => tally.has(item) }),
      tally,
    };
  }

  function lastViewS(ratingKey: string): number | undefined {
    const { viewHistory } = state();
    return viewHistory && lastViewOf(viewHistory, ratingKey);
  }

  /** Whether the library that is walked is still there, as what it was. */
  function isCurrent({ libraryId, serverId, type }: Walk): boolean {
    const { libraries, server } = state();
    return server?.id === serverId && libraries?.get(libraryId)?.type === type;
  }

  function giveUp(): void {
    walk = undefined;
    dispatch({ type: "walk_progressed", at: clock.now(), progress: undefined });
  }

  async function readPage(current: Walk): Promise<CollectResult> {
    const answer = await current.cursor.next();
    const restMs = restAfter(clock.now() - answer.at);
    if (answer.ok) {
      await addPage(current, answer);
      return { answer, restMs };
    }
    // The library is gone, or is not shown to this token any more: the next list shows that.
    if (answer.failure === "not_found" || answer.failure === "unauthorized") giveUp();
    return { answer, restMs: Math.max(WALK_RETRY_MS, restMs) };
  }

  async function addPage(
    current: Walk,
    { at, value: { items, total, isLast } }: Ok<ItemStep>,
  ): Promise<void> {
    const { libraryId, startedAt, contentRevision, tally } = current;
    let added = 0;
    for (const item of items) {
      tally.add(item);
      added += 1;
      if (added % WALK_TURN_ITEMS === 0) await sleep(clock, 0);
    }
    // Plex's answer and these turns take time, in which another server may take the address.
    if (!isCurrent(current)) return giveUp();
    if (!isLast) {
      const progress = { libraryId, startedAt, items: tally.items, totalItems: total };
      dispatch({ type: "walk_progressed", at, progress });
      return;
    }
    walk = undefined;
    dispatch({
      type: "library_walked",
      at: clock.now(),
      libraryId,
      startedAt,
      contentRevision,
      tally,
    });
  }

  /** The library whose walk is due first, and the time. */
  function nextDue(): { readonly library?: Library; readonly dueAt: number } {
    const { libraries, walks } = state();
    let next: { library?: Library; dueAt: number } = { dueAt: Infinity };
    for (const library of libraries?.values() ?? []) {
      const dueAt = nextWalkAt(library, walks.get(library.id), walkIntervalMs);
      if (dueAt < next.dueAt) next = { library, dueAt };
    }
    return next;
  }

  /** Whether what was viewed when is known, or will not be known soon. */
  function isHistoryReady(): boolean {
    const { sources, viewHistory } = state();
    readySince ??= clock.now();
    return viewHistory !== undefined || sources.history.unavailable ||
      clock.now() - readySince >= WALK_HISTORY_WAIT_MS;
  }

  async function collect(): Promise<CollectResult> {
    const now = clock.now();
    if (now < nextPageAt) return { restMs: nextPageAt - now };
    if (walk !== undefined && !isCurrent(walk)) giveUp();
    if (walk === undefined) {
      if (!isHistoryReady()) return {};
      const { library, dueAt } = nextDue();
      if (library === undefined || dueAt > now) return { restMs: dueAt - now };
      if (isWalkable(library)) walk = begin(library);
    }
    if (walk === undefined) return {};
    const result = await readPage(walk);
    nextPageAt = clock.now() + (result.restMs ?? 0);
    return result;
  }

  return {
    description: "the items of the libraries",
    schedule: SCHEDULES.walk,
    isReady: (state) => walkIntervalMs > 0 && isUp(state) && state.libraries !== undefined,
    dependsOn: walkReasons,
    collect,
  };
}

/** What may make a walk due. */
function walkReasons({ libraries, sources, viewHistory }: ServerState): string {
  const each = [...libraries?.values() ?? []].map(({ id, type, contentRevision, scanning }) =>
    [id, type, contentRevision, scanning].join(" ")
  );
  return [viewHistory !== undefined, sources.history.unavailable, ...each].join();
}
