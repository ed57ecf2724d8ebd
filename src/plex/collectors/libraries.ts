/**
 * Reads the libraries: the list whenever it is asked to, sizes rarely, and counts only where Plex
 * says that the content has changed. It does not know why it is asked; that is the monitor's concern.
 */
import { isUp } from "../../core/availability.ts";
import type { Answer } from "../client.ts";
import type { LibraryListingWithRevision } from "../mapping/library.ts";
import { contentTypes } from "../mapping/library.ts";
import { NEVER } from "../scheduler.ts";
import { createFailureLog } from "./failure_log.ts";
import { type Collect, type CollectorContext } from "./collector.ts";

/** Counts under way at once. */
const MAX_CONCURRENT_COUNTS = 4;

/** Least time between two readings of the sizes, and between two counts of one library. */
const MIN_REFRESH_MS = 60_000;

export interface LibraryCollector {
  /** Reads the list alone: names and types, so that plays find their library. */
  readonly list: () => Promise<void>;
  /** Reads the list, sizes if they are due, and counts what has changed. */
  readonly read: Collect;
  /** A scan is over: sizes are due, as soon as they may be read again. */
  readonly expectNewSizes: () => void;
}

/** What a library held when it was counted. */
interface Counted {
  readonly at: number;
  /** Plex's mark of the content; `undefined` where it has none. */
  readonly mark: number | undefined;
}

export function createLibraryCollector(
  context: CollectorContext,
  intervalMs: number,
): LibraryCollector {
  const { client, clock, dispatch, signal, state } = context;
  const complainOfList = createFailureLog(context, "the list of libraries");
  const complainOfSizes = createFailureLog(context, "the sizes of the libraries");
  const complainOfCounts = createFailureLog(context, "how much is in the libraries");
  const counted = new Map<string, Counted>();
  let measuredAt = -Infinity;
  let scanned = false;

  async function readList(): Promise<readonly LibraryListingWithRevision[] | undefined> {
    const answer = complainOfList(await client.sections());
    if (!answer.ok) return undefined;
    const { at, value } = answer;
    dispatch({ type: "libraries_listed", at, libraries: value, measured: false });
    return value;
  }

  async function readSizes(): Promise<boolean> {
    const wasScanned = scanned;
    // A scan that ends while Plex answers may be missing in what it says.
    scanned = false;
    const answer = complainOfSizes(await client.libraries());
    if (!answer.ok) {
      scanned ||= wasScanned;
      return false;
    }
    dispatch({
      type: "libraries_listed",
      at: answer.at,
      libraries: answer.value,
      measured: true,
    });
    measuredAt = clock.now();
    return true;
  }

  function isCounted(id: string): boolean {
    const library = state().libraries?.get(id);
    return library !== undefined &&
      contentTypes(library).every((contentType) => library.counts[contentType] !== undefined);
  }

  /** Whether a library is to be counted: never yet, or changed, or too long ago to be sure. */
  function isDue({ id, contentChangedMark }: LibraryListingWithRevision): boolean {
    const last = counted.get(id);
    // Where a list lacked the library for a moment, its counts went with it.
    if (last === undefined || !isCounted(id)) return true;
    const ageMs = clock.now() - last.at;
    if (ageMs < MIN_REFRESH_MS) return false;
    return last.mark === undefined ? ageMs >= intervalMs : last.mark !== contentChangedMark;
  }

  async function countAll(libraries: readonly LibraryListingWithRevision[]): Promise<boolean> {
    const questions = libraries.flatMap((library) =>
      contentTypes(library).map((contentType) => ({ library, contentType }))
    );
    const failed = new Set<string>();
    const next = questions.values();
    /** Of them all: a failure, if there is one. */
    let told: Answer<number> | undefined;
    const work = async () => {
      for (const { library, contentType } of next) {
        if (signal.aborted) return;
        const answer = await client.count(library, contentType);
        if (told === undefined || !answer.ok) told = answer;
        if (!answer.ok) failed.add(library.id);
        else {
          const { at, value: count } = answer;
          dispatch({ type: "library_counted", at, libraryId: library.id, contentType, count });
        }
      }
    };
    await Promise.all(Array.from({ length: MAX_CONCURRENT_COUNTS }, work));
    if (told !== undefined) complainOfCounts(told);
    for (const { id, contentChangedMark } of libraries) {
      if (failed.has(id)) counted.delete(id);
      else counted.set(id, { at: clock.now(), mark: contentChangedMark });
    }
    return failed.size === 0;
  }

  function msUntilSizes(): number {
    const waitMs = scanned ? MIN_REFRESH_MS : intervalMs;
    return Math.max(0, measuredAt + waitMs - clock.now());
  }

  return {
    list: async () => {
      await readList();
    },
    expectNewSizes: () => {
      scanned = true;
    },
    read: async () => {
      if (!isUp(state())) return NEVER;
      const libraries = await readList();
      if (libraries === undefined) return MIN_REFRESH_MS;
      const ids = new Set(libraries.map(({ id }) => id));
      for (const id of counted.keys()) if (!ids.has(id)) counted.delete(id);
      const sized = msUntilSizes() > 0 || await readSizes();
      const whole = await countAll(libraries.filter(isDue));
      if (!sized || !whole) return MIN_REFRESH_MS;
      const waiting = libraries.some(({ id, contentChangedMark }) =>
        counted.get(id)?.mark !== contentChangedMark
      );
      return Math.max(1, waiting ? Math.min(MIN_REFRESH_MS, msUntilSizes()) : msUntilSizes());
    },
  };
}
