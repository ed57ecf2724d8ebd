/** How the command `check` marks its findings: what works, what does not, and what is worth knowing. */
export const GOOD = "  ok    ";
export const BAD = "  FAIL  ";
export const NOTE = "  note  ";
