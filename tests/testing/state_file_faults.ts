/**
 * The faults of the state file: what the log says, what becomes of the counters, and how the
 * exporter recovers. Tests run every row, and docs/faults.md prints them.
 */

/** What a fault of the state file means. */
export interface StateFileFault {
  /** The beginning of the log line; absent if nothing is logged. */
  readonly logged?: string;
  /** For docs/faults.md. */
  readonly counters: string;
  readonly recovery: string;
}

const NOT_KEPT = "it keeps no counters over a restart";
const OUTDATED = "remove it before a restart, because it is out of date";
const CONTINUE = "They continue in this process, and begin at 0 after a restart";
const FROM_ZERO = "They begin at 0";
const NEXT_SAVE = "With the next save that succeeds, every second at most";
const UNUSABLE = {
  logged: "Cannot use the state file: counters begin at 0",
  counters: FROM_ZERO,
  recovery: "The file is kept as `….unusable`; the next save writes a new one",
};

/** The list, in the order of the table. */
export const STATE_FILE_FAULTS = {
  "full disk": {
    logged: `Cannot write the state file: ${NOT_KEPT}`,
    counters: `${CONTINUE}: the old file is removed`,
    recovery: NEXT_SAVE,
  },
  "disk becomes read-only": {
    logged: `Cannot write the state file: ${OUTDATED}`,
    counters: `${CONTINUE}, if the old file has been removed`,
    recovery: NEXT_SAVE,
  },
  "disk is read-only at start": {
    logged: `Cannot use STATE_FILE: ${OUTDATED}`,
    counters: FROM_ZERO,
    recovery: NEXT_SAVE,
  },
  "another user's file": {
    logged: `Cannot use STATE_FILE: ${OUTDATED}`,
    counters: FROM_ZERO,
    recovery: NEXT_SAVE,
  },
  "missing folder": {
    logged: `Cannot use STATE_FILE: ${NOT_KEPT}`,
    counters: FROM_ZERO,
    recovery: NEXT_SAVE,
  },
  "a folder in place of the file": {
    logged: `Cannot write the state file: ${NOT_KEPT}`,
    counters: FROM_ZERO,
    recovery: NEXT_SAVE,
  },
  "file cut off or damaged": UNUSABLE,
  "file of a newer version": UNUSABLE,
  "file with values that are hidden now": {
    logged: "The state file has values of labels that are hidden now: counters begin at 0",
    counters: FROM_ZERO,
    recovery: "The file is removed at once; the next save writes a new one",
  },
  "file in use by another process": {
    logged: "Another process uses STATE_FILE",
    counters: "Those of the other process are not affected",
    recovery: "The exporter ends with code 1",
  },
  "file removed while the exporter runs": {
    counters: "They continue",
    recovery: "With the next save",
  },
  "files left behind by a kill": { counters: "They continue", recovery: "–" },
  "another server at the address": {
    counters: "Those of the other server begin at 0, or continue from when it was last there",
    recovery: "The first server's counters continue when it is back",
  },
  "the exporter's clock set back": { counters: "They continue", recovery: "–" },
} as const satisfies Readonly<Record<string, StateFileFault>>;
