/** Shows the progress of `login`. On a terminal, the countdown is one line that is rewritten. */

/** Where progress is shown. */
export interface Display {
  /** Prints a line. */
  line(text: string): void;
  /** Shows how much time is left, with a remark. */
  countdown(leftMs: number, remark: string): void;
}

/** Interval of the lines of the countdown without a terminal. */
const LINE_INTERVAL_MS = 60_000;

/** Returns to the beginning of the line and erases it. */
const ERASE = "\r\x1b[K";

/** Creates a display on `write`, which gets whole lines unless it is a terminal. */
export function createDisplay(write: (text: string) => void, isTerminal: boolean): Display {
  /** The text of the countdown's line on the terminal; empty if the cursor is on a new line. */
  let shown = "";
  /** The time left when the last line of the countdown was printed. */
  let printedMs = Infinity;

  return {
    line(text) {
      write(`${shown === "" ? "" : ERASE}${text}\n`);
      shown = "";
      printedMs = Infinity;
    },
    countdown(leftMs, remark) {
      const text = `Waiting for the code: ${formatTimeLeft(leftMs)} left${remark}`;
      if (isTerminal) {
        if (text !== shown) write(`${ERASE}${text}`);
        shown = text;
      } else if (leftMs <= printedMs - LINE_INTERVAL_MS) {
        write(`${text}\n`);
        printedMs = leftMs;
      }
    },
  };
}

/** Minutes and seconds, such as "14:05". */
function formatTimeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
