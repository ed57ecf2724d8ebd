/**
 * What a walk found in a library: sums over all its items and files. The sums of the last complete
 * walk stay until the next one is complete.
 */
import { recordAllDropped } from "./cardinality.ts";
import {
  type AddedPeriod,
  type ItemLastView,
  LAST_VIEW_PERIODS,
  type LastViewPeriod,
  type LibraryType,
} from "./enums.ts";
import type { ServerEvent } from "./event.ts";
import type { Library } from "./libraries.ts";
import type { ServerState } from "./state.ts";
import { type WalkMismatch, walkMismatch } from "./walk_mismatch.ts";

/** The key of a sum over files. */
export type FileKey = { readonly resolution: string; readonly codec: string };

/** Files of one resolution and codec. */
export interface FileTotal {
  readonly key: FileKey;
  readonly files: number;
  readonly bytes: number;
}

/** One of the largest films, shows or artists of a library. */
export interface LargeItem {
  readonly title: string;
  readonly lastView: ItemLastView;
  readonly bytes: number;
}

/** The sums over a library. */
export interface WalkTotals {
  readonly items: number;
  /** Every file once, whatever the number of items that share it. */
  readonly files: readonly FileTotal[];
  /** Bytes of the versions beyond the largest of each item. */
  readonly extraVersionBytes: number;
  readonly multiVersionItems: number;
  /** Bytes by when anyone last viewed the item; `undefined` if the history was not known. */
  readonly bytesByLastView?: Readonly<Record<LastViewPeriod, number>> | undefined;
  /** Items added in the time before the walk; a shorter period is part of a longer one. */
  readonly addedItems: Readonly<Record<AddedPeriod, number>>;
  /** When the newest item was added, in seconds on Plex's clock; `undefined` without items. */
  readonly newestS?: number | undefined;
  /** The largest first. */
  readonly largest: readonly LargeItem[];
  /** Bytes of files that several items share, once for each item beyond the first. */
  readonly sharedBytes: number;
  readonly filesWithoutSize: number;
}

/** The sums of a complete walk, and what it walked. */
export interface LibraryWalk extends WalkTotals {
  /** The type of the library that was walked. */
  readonly type: LibraryType;
  readonly startedAt: number;
  readonly endedAt: number;
  /** The revision of the library's content when the walk began. */
  readonly contentRevision?: number | undefined;
  /**
   * How far its bytes are from those that Plex reports; `undefined` if they agree. A walk during
   * which the library changed cannot be compared, and keeps what the one before found.
   */
  readonly mismatch?: WalkMismatch | undefined;
}

/** How far the walk of a library has come. */
export interface WalkProgress {
  readonly libraryId: string;
  readonly startedAt: number;
  readonly items: number;
  /** The number of items of the library, from the last page. */
  readonly totalItems: number;
}

const DAY_S = 86_400;

/** The end of each period of last views, in seconds. */
const LAST_VIEW_S: Readonly<Record<Exclude<LastViewPeriod, "older" | "never">, number>> = {
  week: 7 * DAY_S,
  month: 30 * DAY_S,
  quarter: 91 * DAY_S,
  year: 365 * DAY_S,
};

/** The length of each period of added items, in seconds. */
export const ADDED_S: Readonly<Record<AddedPeriod, number>> = {
  day: DAY_S,
  week: 7 * DAY_S,
  month: 30 * DAY_S,
};

/** The period that a last view falls into, seen from `nowS`. */
export function lastViewPeriod(viewedS: number | undefined, nowS: number): LastViewPeriod {
  if (viewedS === undefined) return "never";
  const within = (period: LastViewPeriod) =>
    period in LAST_VIEW_S && nowS - viewedS <= LAST_VIEW_S[period as keyof typeof LAST_VIEW_S];
  return LAST_VIEW_PERIODS.find(within) ?? "older";
}

/** Minimum time from the end of a walk to one that a change of the library causes. */
export const MIN_WALK_INTERVAL_MS = 3_600_000;

/** The types of library whose items are walked: photos are only counted. */
export type WalkableType = Exclude<LibraryType, "photo">;

/** Whether the items of a library are walked. */
export function isWalkable<Of extends Pick<Library, "type">>(
  library: Of,
): library is Of & { readonly type: WalkableType } {
  return library.type !== "photo";
}

/**
 * When the next walk of a library is due, in ms since the epoch: -Infinity if it was never walked,
 * Infinity if it is not walkable. `intervalMs` is `WALK_INTERVAL`.
 */
export function nextWalkAt(
  library: Library,
  walk: LibraryWalk | undefined,
  intervalMs: number,
): number {
  if (!isWalkable(library)) return Infinity;
  if (walk === undefined) return -Infinity;
  const changed = library.contentRevision !== walk.contentRevision && !library.scanning;
  const regularAt = walk.startedAt + intervalMs;
  return changed ? Math.min(regularAt, walk.endedAt + MIN_WALK_INTERVAL_MS) : regularAt;
}

/** The walks of a server of which nothing has been walked. */
export const NO_WALKS = { walks: new Map<string, LibraryWalk>(), walkProgress: undefined };

/** Stores the sums of a complete walk, unless its library is no longer listed. */
export function completeWalk(
  state: ServerState,
  { at, libraryId, startedAt, contentRevision, tally }: Extract<
    ServerEvent,
    { type: "library_walked" }
  >,
): ServerState {
  const library = state.libraries?.get(libraryId);
  const next = { ...state, walkProgress: undefined };
  if (library === undefined) return next;
  const totals = tally.totals();
  const isComparable = library.contentRevision === contentRevision;
  const walk: LibraryWalk = {
    ...totals,
    type: library.type,
    startedAt,
    endedAt: at,
    contentRevision,
    mismatch: isComparable
      ? walkMismatch(totals, library.storageBytes)
      : state.walks.get(libraryId)?.mismatch,
  };
  const dropped = [...tally.dropped].map((key) => `${libraryId} ${key}`);
  const cardinality = recordAllDropped(state.cardinality, "libraryFiles", dropped);
  return { ...next, cardinality, walks: new Map(state.walks).set(libraryId, walk) };
}

/** Drops the walks of libraries that are no longer listed, or are listed with another type. */
export function dropUnlistedWalks(state: ServerState): ServerState {
  const { libraries, walks } = state;
  const isCurrent = (id: string, { type }: LibraryWalk) => libraries?.get(id)?.type === type;
  if (walks.entries().every(([id, walk]) => isCurrent(id, walk))) return state;
  return { ...state, walks: new Map([...walks].filter(([id, walk]) => isCurrent(id, walk))) };
}
