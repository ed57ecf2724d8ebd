/**
 * A history of pages for a real Prometheus: the renderer's pages with the time of each scrape,
 * written as one OpenMetrics file and turned into blocks. It scrapes nothing itself.
 */
import assert from "node:assert/strict";
import type { ServerState } from "../../src/core/model.ts";
import type { ServerEvent } from "../../src/core/event.ts";
import type { Family } from "../../src/metrics/define.ts";
import { createRenderer } from "../../src/metrics/render.ts";
import { findTool } from "./tools.ts";

/** What is scraped: a monitor, or anything else that keeps a state. */
export interface Scraped {
  readonly state: ServerState;
  dispatch(event: ServerEvent): void;
}

/** Collects scrapes in memory, by family, as OpenMetrics wants them. */
export class Backfill {
  readonly #render;
  /** Head lines and samples, by the head. */
  readonly #families = new Map<string, string[]>();

  constructor(families: readonly Family[]) {
    this.#render = createRenderer(families);
  }

  /** One scrape of all servers at `at`, completed. */
  async scrape(servers: readonly Scraped[], at: number): Promise<void> {
    for (const { dispatch } of servers) dispatch({ type: "scrape_begun", at });
    const process = { version: "", denoVersion: "", cpuSeconds: 0, residentBytes: 0, startedAt: 0 };
    const states = servers.map(({ state }) => state);
    const page = await this.#render({ servers: states, at, process }, "openmetrics");
    let samples: string[] = [];
    for (const line of page.split("\n")) {
      if (line === "# EOF" || line === "") continue;
      if (line.startsWith("# HELP")) continue;
      if (line.startsWith("# TYPE")) {
        samples = this.#families.get(line) ?? [];
        this.#families.set(line, samples);
      } else samples.push(`${line} ${at / 1000}`);
    }
    for (const { dispatch, state } of servers) {
      const scrape = state.scrapes.begun;
      dispatch({ type: "scrape_completed", at, scrape, client: "test", series: 0 });
    }
  }

  /** Writes everything as blocks that a Prometheus can be started on. */
  async write(folder: string): Promise<void> {
    const text = [...this.#families].flatMap(([head, samples]) => [head, ...samples]);
    const file = `${folder}/pages.txt`;
    await Deno.writeTextFile(file, `${text.join("\n")}\n# EOF\n`);
    const { success, stderr } = await new Deno.Command(findTool("promtool"), {
      args: ["tsdb", "create-blocks-from", "openmetrics", file, `${folder}/data`],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
  }
}
