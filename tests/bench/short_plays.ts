/**
 * Measures the share of short plays that are not counted, by length and by the lag of the list. It
 * prints a table for docs/counters.md. `tests/stress/short_plays_test.ts` asserts the limits.
 */
import { printLine } from "../../.ci/build/project.ts";
import { countShortPlays } from "../testing/short_plays.ts";

const LENGTHS = [
  [50, 500],
  [500, 1_000],
  [1_000, 2_000],
  [2_000, 3_500],
  [3_500, 10_000],
  [10_000, 60_000],
] as const;

const CONDITIONS = [
  { listLagMs: 300, withSocket: true },
  { listLagMs: 2_000, withSocket: true },
  { listLagMs: 300, withSocket: false },
] as const;

const columns = await Promise.all(
  CONDITIONS.map((condition) =>
    countShortPlays({ ...condition, lengths: LENGTHS, playsPerLength: 150 })
  ),
);
printLine("| a play of | list up to 0.3 s behind | up to 2 s behind | no notifications |");
printLine("| --- | --- | --- | --- |");
LENGTHS.forEach(([fromMs, toMs], row) => {
  const shares = columns.map((counts) => {
    const { played, counted } = counts[row] ?? { played: 1, counted: 0 };
    return `${(100 * (1 - counted / played)).toFixed(1)} %`;
  });
  printLine(`| ${fromMs / 1000} to ${toMs / 1000} s | ${shares.join(" | ")} |`);
});
