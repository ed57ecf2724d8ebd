/**
 * The exporter without a network: monitors, core and renderer on simulated servers, in memory. A
 * restart loses all state.
 */
import type { Simulation } from "../../../src/simulator/simulation.ts";
import { families } from "../../../src/metrics/families.ts";
import { createRenderer } from "../../../src/metrics/exposition.ts";
import { textOf } from "../../testing/exposition.ts";
import type { Monitor } from "../../../src/plex/monitor.ts";
import type { DrivenClock } from "../../testing/driven_clock.ts";
import { monitorInMemory } from "../../testing/in_memory_monitor.ts";
import { WALKED_SERVER } from "./truth.ts";

const FAMILIES = families({ legacy: true });

/** The exporter on all simulations, which can be stopped and started again. */
export class Exporter {
  readonly #simulations: readonly Simulation[];
  readonly #clock: DrivenClock;
  #monitors: readonly Monitor[] = [];
  #render = createRenderer(FAMILIES);
  #startedAt = 0;

  constructor(simulations: readonly Simulation[], clock: DrivenClock) {
    this.#simulations = simulations;
    this.#clock = clock;
  }

  get isRunning(): boolean {
    return this.#monitors.length > 0;
  }

  /** Starts with an empty state. */
  start(): void {
    this.#startedAt = this.#clock.now();
    this.#render = createRenderer(FAMILIES);
    this.#monitors = this.#simulations.map((simulation, index) =>
      monitorInMemory(simulation, this.#clock, {
        host: `plex${index + 1}.example:32400`,
        ...(index === WALKED_SERVER ? {} : { walkIntervalMs: 0 }),
      })
    );
  }

  async stop(): Promise<void> {
    const monitors = this.#monitors;
    this.#monitors = [];
    await Promise.all(monitors.map((monitor) => monitor.stop()));
  }

  /** A completed scrape in OpenMetrics, as `app.ts` serves it. */
  async scrape(): Promise<string> {
    const at = this.#clock.now();
    for (const { dispatch } of this.#monitors) dispatch({ type: "scrape_begun", at });
    const servers = this.#monitors.map(({ state }) => state);
    const uptimeS = (at - this.#startedAt) / 1000;
    const process = {
      version: "1.0.0",
      denoVersion: Deno.version.deno,
      // Invented, so that two runs give the same page.
      cpuSeconds: uptimeS * 0.004,
      residentBytes: 72e6 + 2e6 * Math.sin(uptimeS / 5_000),
      startedAt: this.#startedAt,
    };
    const page = await this.#render({ servers, at, process }, "openmetrics");
    servers.forEach(({ scrapes }, index) =>
      this.#monitors[index]?.dispatch({
        type: "scrape_completed",
        at,
        scrape: scrapes.begun,
        client: "127.0.0.1",
        series: page.samples,
      })
    );
    return textOf(page);
  }
}
