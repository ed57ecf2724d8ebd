/** How the command `check` marks the lines of its report. */

/** What works. */
export const GOOD = "  ok    ";

/** What keeps the exporter from working. */
export const BAD = "  FAIL  ";

/** What is worth knowing. */
export const NOTE = "  note  ";
