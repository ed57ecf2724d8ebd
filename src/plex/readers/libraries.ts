/**
 * Reads the libraries: the list whenever it is asked to, sizes rarely, and counts only where Plex
 * says that the content has changed. It does not know why it is asked; that is the monitor's concern.
 */
import { isUp } from "../../core/contact.ts";
import type { Answer } from "../client.ts";
import type { MarkedListing } from "../translate_library.ts";
import { contentTypes } from "../translate_library.ts";
import { UNTIL_WOKEN } from "../loop.ts";
import { createComplaint } from "./complaints.ts";
import { type Read, type ReaderContext } from "./context.ts";

/** Counts under way at once. */
const COUNTS_AT_ONCE = 4;

/** Least time between two readings of the sizes, and between two counts of one library. */
const SPARING_MS = 60_000;

export interface LibraryReader {
  /** Reads the list alone: names and types, so that plays find their library. */
  readonly list: () => Promise<void>;
  /** Reads the list, sizes if they are due, and counts what has changed. */
  readonly read: Read;
  /** A scan is over: sizes are due, as soon as they may be read again. */
  readonly expectNewSizes: () => void;
}

/** What a library held when it was counted. */
interface Counted {
  readonly at: number;
  /** Plex's mark of the content; `undefined` where it has none. */
  readonly mark: number | undefined;
}

export function createLibraryReader(context: ReaderContext, intervalMs: number): LibraryReader {
  const { client, clock, dispatch, signal, state } = context;
  const complainOfList = createComplaint(context, "the list of libraries");
  const complainOfSizes = createComplaint(context, "the sizes of the libraries");
  const complainOfCounts = createComplaint(context, "how much is in the libraries");
  const counted = new Map<string, Counted>();
  let measuredAt = -Infinity;
  let scanned = false;

  async function readList(): Promise<readonly MarkedListing[] | undefined> {
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
  function isDue({ id, contentChangedMark }: MarkedListing): boolean {
    const last = counted.get(id);
    // Where a list lacked the library for a moment, its counts went with it.
    if (last === undefined || !isCounted(id)) return true;
    const ageMs = clock.now() - last.at;
    if (ageMs < SPARING_MS) return false;
    return last.mark === undefined ? ageMs >= intervalMs : last.mark !== contentChangedMark;
  }

  async function countAll(libraries: readonly MarkedListing[]): Promise<boolean> {
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
    await Promise.all(Array.from({ length: COUNTS_AT_ONCE }, work));
    if (told !== undefined) complainOfCounts(told);
    for (const { id, contentChangedMark } of libraries) {
      if (failed.has(id)) counted.delete(id);
      else counted.set(id, { at: clock.now(), mark: contentChangedMark });
    }
    return failed.size === 0;
  }

  function msUntilSizes(): number {
    const waitMs = scanned ? SPARING_MS : intervalMs;
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
      if (!isUp(state())) return UNTIL_WOKEN;
      const libraries = await readList();
      if (libraries === undefined) return SPARING_MS;
      const ids = new Set(libraries.map(({ id }) => id));
      for (const id of counted.keys()) if (!ids.has(id)) counted.delete(id);
      const sized = msUntilSizes() > 0 || await readSizes();
      const whole = await countAll(libraries.filter(isDue));
      if (!sized || !whole) return SPARING_MS;
      const waiting = libraries.some(({ id, contentChangedMark }) =>
        counted.get(id)?.mark !== contentChangedMark
      );
      return Math.max(1, waiting ? Math.min(SPARING_MS, msUntilSizes()) : msUntilSizes());
    },
  };
}
