/** The expected metrics of the last minutes, which a page may still show after a change. */
import assert from "node:assert/strict";
import type { Notification } from "../../src/simulator/notification.ts";
import type { Simulation } from "../../src/simulator/simulation.ts";
import { partsOf, type Truth, truthOf } from "./expected_metrics.ts";
import type { Series } from "./exposition.ts";

/** Maximum seconds until a change is known, by group, without the lag of Plex. */
const LAGS_S: Readonly<Record<keyof Truth, number>> = {
  sessions: 0,
  activities: 0,
  server: 120,
  // They are read once a minute at most.
  jobs: 62,
  // Counts and sizes are refreshed once a minute at most.
  libraries: 75,
};

/** Notifications that change sessions only, which are compared with the current truth. */
const SESSION_NOTIFICATIONS: readonly Notification["kind"][] = [
  "playing",
  "transcode",
  "stray stop",
];

/** The expected metrics of the last minutes, which a page may still show. */
export class TruthHistory {
  readonly #simulation: Simulation;
  readonly #stopObserving: () => void;
  #past: { readonly at: number; readonly truth: Truth }[] = [];

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.#stopObserving = simulation.observe({
      notification: ({ kind }) => SESSION_NOTIFICATIONS.includes(kind) || this.#record(),
    });
    this.#record();
  }

  /** Stops recording. */
  close(): void {
    this.#stopObserving();
  }

  /** Records the expected metrics, and how long the previous ones were valid. */
  #record(): void {
    const at = this.#simulation.now();
    const truth = truthOf(this.#simulation);
    const oldest = at - 1000 * Math.max(...Object.values(LAGS_S));
    const last = this.#past.at(-1);
    const past = last === undefined ? [] : [...this.#past, { ...last, at }];
    this.#past = [...past.filter((earlier) => earlier.at >= oldest), { at, truth }];
  }

  /** Throws if a page shows a value that is not valid and was not valid recently. */
  assertPage(page: Iterable<Series>, after: string): void {
    this.#record();
    const now = this.#simulation.now();
    const shown = partsOf(page);
    for (const [name, lagS] of Object.entries(LAGS_S)) {
      const part = name as keyof Truth;
      const lately = lagS === 0
        ? [truthOf(this.#simulation)[part]]
        : this.#past.filter(({ at }) => at >= now - lagS * 1000).map(({ truth }) => truth[part]);
      // Each series has its own delay: counts and sizes are read one by one.
      const possible = Object.keys({ ...shown[part], ...lately.at(-1) }).map((key) => {
        const values = lately.map((truth) => truth[key]);
        return [key, values.includes(shown[part][key]) ? shown[part][key] : values.at(-1)] as const;
      }).filter(([, value]) => value !== undefined);
      assert.deepEqual(shown[part], Object.fromEntries(possible), `${part} after ${after}`);
    }
  }
}
