/**
 * Reads the libraries: the list at every collection, sizes rarely, and counts only where Plex
 * reports that the content has changed.
 */
import type { Hint } from "../hint.ts";
import { contentTypes, type LibraryListing } from "../../core/libraries.ts";
import type { Result } from "../request.ts";
import { LIBRARY_MIN_REFRESH_MS, MAX_CONCURRENT_COUNTS, SCHEDULES } from "../schedule.ts";
import type { Collector, CollectorContext } from "./collector.ts";
import { createFailureLog } from "./failure_log.ts";

/** The last count of a library. */
interface Counted {
  readonly at: number;
  /** Plex's revision of the content; `undefined` if it has none. */
  readonly revision: number | undefined;
}

export function createLibraryCollector(context: CollectorContext): Collector {
  const { client, clock, dispatch, signal, state, libraryIntervalMs: intervalMs } = context;
  const logSizesFailure = createFailureLog(context, "the sizes of the libraries");
  const logCountsFailure = createFailureLog(context, "the item counts of the libraries");
  const counted = new Map<string, Counted>();
  let sizesReadAt = -Infinity;
  let sizesFailedAt = -Infinity;
  /** A scan ended since the sizes were read. */
  let scanned = false;
  /** Plex has no cheap list, which is undocumented: then the list with the sizes replaces it. */
  let isCheapListMissing = false;

  async function readList(): Promise<Result<readonly LibraryListing[]>> {
    const answer = await client.sections();
    isCheapListMissing = !answer.ok && answer.failure === "not_found";
    if (answer.ok) {
      const { at, value: libraries } = answer;
      dispatch({ type: "libraries_listed", at, libraries, withSizes: false });
    }
    return answer;
  }

  async function readSizes(): Promise<void> {
    const wasScanned = scanned;
    // A scan that ends while Plex answers may be missing in the response.
    scanned = false;
    const answer = await client.libraries();
    logSizesFailure(answer);
    if (!answer.ok) {
      scanned ||= wasScanned;
      sizesFailedAt = clock.now();
      return;
    }
    const { at, value: libraries } = answer;
    if (isCheapListMissing) dispatch({ type: "libraries_listed", at, libraries, withSizes: false });
    dispatch({ type: "libraries_listed", at, libraries, withSizes: true });
    sizesReadAt = clock.now();
  }

  function isCounted(id: string): boolean {
    const library = state().libraries?.get(id);
    return library !== undefined &&
      contentTypes(library).every((contentType) => library.counts[contentType] !== undefined);
  }

  /** Whether a library is to be counted: never yet, or changed, or too long ago to be sure. */
  function isDue({ id, contentRevision }: LibraryListing): boolean {
    const last = counted.get(id);
    // Where a list lacked the library for a moment, its counts went with it.
    if (last === undefined || !isCounted(id)) return true;
    const ageMs = clock.now() - last.at;
    if (ageMs < LIBRARY_MIN_REFRESH_MS) return false;
    return last.revision === undefined ? ageMs >= intervalMs : last.revision !== contentRevision;
  }

  async function countAll(libraries: readonly LibraryListing[]): Promise<boolean> {
    const requests = libraries.flatMap((library) =>
      contentTypes(library).map((contentType) => ({ library, contentType }))
    );
    const failed = new Set<string>();
    const next = requests.values();
    /** One result for all of them: a failure, if there is one. */
    let reported: Result<number> | undefined;
    const work = async () => {
      for (const { library, contentType } of next) {
        if (signal.aborted) return;
        const answer = await client.count(library, contentType);
        if (reported === undefined || !answer.ok) reported = answer;
        if (!answer.ok) failed.add(library.id);
        else {
          const { at, value: count } = answer;
          dispatch({ type: "library_counted", at, libraryId: library.id, contentType, count });
        }
      }
    };
    await Promise.all(Array.from({ length: MAX_CONCURRENT_COUNTS }, work));
    if (reported !== undefined) logCountsFailure(reported);
    for (const { id, contentRevision } of libraries) {
      if (failed.has(id)) counted.delete(id);
      else counted.set(id, { at: clock.now(), revision: contentRevision });
    }
    return failed.size === 0;
  }

  function msUntilSizes(): number {
    const dueAt = sizesReadAt + (scanned ? LIBRARY_MIN_REFRESH_MS : intervalMs);
    return Math.max(0, Math.max(dueAt, sizesFailedAt + LIBRARY_MIN_REFRESH_MS) - clock.now());
  }

  /** After counting: ms until counts are to be read again. */
  function msUntilCounts(libraries: readonly LibraryListing[]): number {
    const isAnyDue = libraries.some(({ id, contentRevision }) =>
      !counted.has(id) || counted.get(id)?.revision !== contentRevision
    );
    return isAnyDue ? LIBRARY_MIN_REFRESH_MS : Infinity;
  }

  return {
    description: "the list of libraries",
    source: "libraries",
    schedule: { ...SCHEDULES.libraries, intervalMs },
    async prepare() {
      await readList();
      if (isCheapListMissing && msUntilSizes() === 0) await readSizes();
    },
    onHint({ type }) {
      if (type === "scan_finished") scanned = true;
      return HINTS.has(type) ? 0 : undefined;
    },
    async collect() {
      const answer = await readList();
      if (!answer.ok && !isCheapListMissing) return { answer, nextMs: LIBRARY_MIN_REFRESH_MS };
      if (msUntilSizes() === 0) await readSizes();
      const libraries = [...state().libraries?.values() ?? []];
      const ids = new Set(libraries.map(({ id }) => id));
      for (const id of counted.keys()) if (!ids.has(id)) counted.delete(id);
      const areCountsRead = await countAll(libraries.filter(isDue));
      return {
        answer,
        isPartial: !areCountsRead,
        nextMs: Math.min(msUntilCounts(libraries), msUntilSizes()),
      };
    },
  };
}

/** Hints after which the list may have changed. */
const HINTS: ReadonlySet<Hint["type"]> = new Set([
  "scan_started",
  "scan_finished",
  "library_changed",
  "socket_opened",
]);
