/**
 * Bounds of what an exporter that is killed again and again may have counted of the ground truth:
 * the plays that it must have counted, those that it may, and how much playing time may be missing.
 *
 * A kill loses what was not saved. A play that a list showed is counted again if the next process
 * finds it, so it is lost only if it ends meanwhile. Of a play that is playing, the time since the
 * last confirmation that was saved is lost, and the time until the first list of the next process.
 */
import type { Play } from "../../src/simulator/ground_truth.ts";

interface Span {
  readonly fromMs: number;
  toMs: number;
}

/** The bounds, computed from the lists that the exporter has read and from its kills. */
export class KillBounds {
  readonly #plays: readonly Play[];
  readonly #confirmedEveryMs: number;
  readonly #appliedWithinMs: number;
  /** Plays that a list of the running process has shown, and when first. */
  readonly #seen = new Map<Play, number>();
  readonly #certain = new Set<Play>();
  readonly #possible = new Set<Play>();
  readonly #lost: Span[] = [];
  #kills = 0;

  /**
   * `confirmedEveryMs` is the longest time between two reports of a player, and `appliedWithinMs`
   * that from the request of a list until its plays are counted.
   */
  constructor(plays: readonly Play[], confirmedEveryMs: number, appliedWithinMs: number) {
    this.#plays = plays;
    this.#confirmedEveryMs = confirmedEveryMs;
    this.#appliedWithinMs = appliedWithinMs;
  }

  get kills(): number {
    return this.#kills;
  }

  /** The running process reads a list of these plays. */
  listed(atMs: number, plays: readonly Play[]): void {
    for (const span of this.#lost) if (span.toMs === Infinity) span.toMs = atMs;
    for (const play of plays) {
      if (!this.#seen.has(play)) this.#seen.set(play, atMs);
      this.#possible.add(play);
    }
  }

  /** The process is killed; its state of `savedMs` is on disk. */
  killed(savedMs: number): void {
    this.#kills += 1;
    for (const [play, firstMs] of this.#seen) {
      if (firstMs + this.#appliedWithinMs < savedMs) this.#certain.add(play);
    }
    this.#seen.clear();
    this.#lost.push({ fromMs: savedMs - this.#confirmedEveryMs, toMs: Infinity });
  }

  /** The least and the greatest number of plays counted at the end, of a user or of all. */
  plays(user?: string): { readonly least: number; readonly most: number } {
    const count = (plays: Iterable<Play>) =>
      [...plays].filter((play) => user === undefined || play.user === user).length;
    return {
      least: count(new Set([...this.#certain, ...this.#seen.keys()])),
      most: count(this.#possible),
    };
  }

  /** Playing time until `nowMs`, and how much of it kills may have lost. */
  playing(
    nowMs: number,
  ): { readonly allMs: number; readonly lostMs: number; readonly plays: number } {
    const lost = mergeSpans(this.#lost);
    let [allMs, lostMs] = [0, 0];
    for (const { spans } of this.#plays) {
      for (const { state, fromMs, toMs = nowMs } of spans) {
        if (state !== "playing") continue;
        allMs += toMs - fromMs;
        for (const span of lost) {
          lostMs += Math.max(0, Math.min(toMs, span.toMs) - Math.max(fromMs, span.fromMs));
        }
      }
    }
    return { allMs, lostMs, plays: this.#plays.length };
  }
}

/** The same time in spans that do not overlap. */
function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const { fromMs, toMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else merged.push({ fromMs, toMs });
  }
  return merged;
}
