/**
 * The load of the machine, sampled every five seconds and shown some seconds later.
 */
import type { Random } from "./random.ts";

/** Seconds between two samples. */
export const SAMPLE_INTERVAL_S = 5;

/** docs/plex/api.md#host-load: about 2.5 minutes are kept. */
const MAX_SAMPLES = 30;

/**
 * How long after its second a sample is shown. Plex shows finished samples only
 * (docs/plex/api.md#host-load), and writes its statistics every few seconds.
 */
const STORED_AFTER_MS = 1_200;

/** One sample; percentages of the whole machine. `atS` is of Plex's clock. */
export interface ResourceSample {
  readonly atS: number;
  readonly hostCpu: number;
  readonly processCpu: number;
  readonly hostMemory: number;
  readonly processMemory: number;
}

/** What causes the load. */
export interface Load {
  readonly sessions: number;
  readonly softwareTranscodes: number;
  readonly otherTranscodes: number;
  readonly activities: number;
}

interface StoredSample extends ResourceSample {
  readonly shownFromMs: number;
}

/** The last samples, oldest first. */
export class Resources {
  readonly #random: Random;
  #samples: readonly StoredSample[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** The samples Plex still has, shown or not yet. */
  get samples(): readonly ResourceSample[] {
    return this.#samples;
  }

  /** The samples that are shown at `nowMs` of the simulation's clock. */
  shownAt(nowMs: number): readonly ResourceSample[] {
    return this.#samples.filter(({ shownFromMs }) => shownFromMs <= nowMs);
  }

  /** Takes a sample in the second that began at `secondMs` of the simulation's clock. */
  sample(atS: number, load: Load, secondMs: number): void {
    const processCpu = Math.min(
      92,
      0.2 + load.sessions * 0.4 + load.softwareTranscodes * 19 + load.otherTranscodes * 3 +
        load.activities * 11 + this.#random.next() * 2,
    );
    const processMemory = 3.5 + load.sessions * 0.3 + load.softwareTranscodes * 1.2;
    this.#samples = [...this.#samples, {
      atS,
      shownFromMs: secondMs + STORED_AFTER_MS,
      hostCpu: Math.min(100, processCpu + 1.5 + this.#random.next() * 3),
      processCpu,
      hostMemory: 31 + processMemory + this.#random.next(),
      processMemory,
    }].slice(-MAX_SAMPLES);
  }
}
