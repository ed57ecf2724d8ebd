/** How the command `check` marks its findings. */
export const GOOD = "  ok    ";
export const BAD = "  FAIL  ";
export const NOTE = "  note  ";
