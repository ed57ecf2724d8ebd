/** Compares the bytes that a walk found with the size of the library that Plex reports. */
import type { WalkTotals } from "./library_walk.ts";

/** A larger difference is a mismatch; as a share of the larger size. */
const MAX_DIFFERENCE = 0.05;

/** A difference between a walk and Plex. */
export interface WalkMismatch {
  readonly walkBytes: number;
  readonly plexBytes: number;
  /** The likely reason, as a sentence. */
  readonly reason: string;
}

/** How far a walk and Plex are apart; `undefined` where they agree or Plex reports nothing. */
export function walkMismatch(
  walk: WalkTotals,
  plexBytes: number | undefined,
): WalkMismatch | undefined {
  if (plexBytes === undefined) return undefined;
  const walkBytes = walk.files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (agree(walkBytes, plexBytes)) return undefined;
  return { walkBytes, plexBytes, reason: reasonOf(walk, walkBytes, plexBytes) };
}

function agree(a: number, b: number): boolean {
  return Math.abs(a - b) <= MAX_DIFFERENCE * Math.max(a, b);
}

function reasonOf(walk: WalkTotals, walkBytes: number, plexBytes: number): string {
  if (agree(walkBytes + walk.sharedBytes, plexBytes)) {
    return "Plex counts a file that several items share for each of them";
  }
  if (walk.filesWithoutSize > 0) {
    return "Plex does not know the size of some files: it has not analysed them, or they are gone";
  }
  return walkBytes < plexBytes
    ? "Plex counts files that belong to no item of the library, such as trailers, or that the " +
      "token does not see"
    : "Plex computed the size before the last changes of the library";
}
