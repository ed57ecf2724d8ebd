/**
 * Counters of the past as text: each increment becomes the samples that the counter needs. A series
 * keeps only its last sample, so that memory does not grow with the time span.
 */
import { DAY_MS, type Grid, sampleTimes } from "./sample_times.ts";

/** The time span of the samples. */
export interface Span {
  readonly grid: Grid;
  /** Samples before are left out; the values of later ones include what came before. */
  readonly fromMs: number;
  /** Samples end before this time; every series has one just before it. */
  readonly untilMs: number;
}

interface Series {
  /** The time up to which its samples are written. */
  doneMs: number;
  /** When it last grew. */
  changedMs: number;
  value: number;
}

/** The series of one family, by their text: the name and the labels. */
export class CounterWriter {
  readonly #span: Span;
  readonly #series = new Map<string, Series>();

  constructor(span: Span) {
    this.#span = span;
  }

  /**
   * Adds `amount` to a series at `atMs`; returns the lines up to there. Increments of a series come
   * in the order of their times; one that does not counts at the time of the one before.
   */
  add(text: string, atMs: number, amount: number): string {
    if (atMs >= this.#span.untilMs) return "";
    const series = this.#series.get(text) ?? this.#begin(text, atMs);
    const timeMs = Math.max(atMs, series.doneMs + 1);
    const lines = this.#linesUpTo(text, series, timeMs, timeMs);
    series.value += amount;
    series.changedMs = timeMs;
    series.doneMs = timeMs - 1;
    return lines;
  }

  /** The remaining lines, with a last sample of every series at the end of the span. */
  *end(): Generator<string> {
    const lastMs = this.#span.untilMs - 1;
    for (const [text, series] of this.#series) {
      yield this.#linesUpTo(text, series, lastMs, Infinity) + lineOf(text, series, lastMs);
    }
    this.#series.clear();
  }

  /** It shows 0 for a day before its first increment: `increase()` ignores a first value of 1. */
  #begin(text: string, atMs: number): Series {
    const doneMs = Math.max(atMs - DAY_MS, this.#span.fromMs) - 1;
    const series = { doneMs, changedMs: -Infinity, value: 0 };
    this.#series.set(text, series);
    return series;
  }

  #linesUpTo(text: string, series: Series, beforeMs: number, nextMs: number): string {
    const afterMs = Math.max(series.doneMs, this.#span.fromMs - 1);
    const times = sampleTimes(this.#span.grid, {
      afterMs,
      beforeMs,
      lastMs: series.changedMs,
      nextMs,
    });
    let lines = "";
    for (const timeMs of times) lines += lineOf(text, series, timeMs);
    return lines;
  }
}

function lineOf(text: string, { value }: Series, timeMs: number): string {
  return `${text} ${value} ${timeMs / 1000}\n`;
}
