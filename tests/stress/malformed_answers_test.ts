/**
 * A simulation whose responses and frames are mutated at random: pages stay well-formed and
 * bounded, and the state is right again once the mutations stop. `RUNS` sets the number of
 * simulations.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { startViewers } from "../../src/simulator/viewer_simulation.ts";
import { createRandom } from "../../src/simulator/random.ts";
import { families } from "../../src/metrics/families.ts";
import { createRenderer } from "../../src/metrics/exposition.ts";
import { mutate, type Mutation, mutation } from "../testing/mutate.ts";
import { plexSessions, statePlays } from "../testing/actions.ts";
import { type MonitoredSimulation, monitorSimulation } from "../testing/in_memory_monitor.ts";
import { assertContract } from "../testing/contract.ts";
import { readPage as readSeries, textOf } from "../testing/exposition.ts";
import { readPage } from "../testing/harness.ts";
import { silentLog } from "../testing/recording_log.ts";

const FAMILIES = families({ legacy: true });

const PROCESS = {
  version: "0",
  denoVersion: "0",
  cpuSeconds: 0,
  residentBytes: 0,
  startedAt: 0,
};

/** A sample of the text format with a finite value, or the bound +Inf. */
const SAMPLE = /^[a-z_]+(\{([a-z_]+="([^"\\\n]|\\[\\"n])*",?)*\})? (-?\d[\d.e+-]*|\+Inf)$/;

/** Maximum number of samples with ten viewers; mutated responses may add some. */
const MAX_SAMPLES = 60_000;

/** Renders a page as a scrape does, and checks every line. */
async function inspect(
  { clock, monitor }: MonitoredSimulation,
  render: ReturnType<typeof createRenderer>,
) {
  const at = clock.now();
  monitor.dispatch({ type: "scrape_begun", at });
  const text = textOf(await render({ servers: [monitor.state], at, process: PROCESS }, "text"));
  const scrape = monitor.state.scrapes.begun;
  monitor.dispatch({ type: "scrape_completed", at, scrape, client: "test", series: 0 });
  const wrong = text.split("\n").filter((line) =>
    line !== "" && !line.startsWith("#") && !SAMPLE.test(line)
  );
  assert.deepEqual(wrong.slice(0, 3), []);
  // Throws on a duplicate series (invariant 9).
  const page = readPage(text);
  assertContract(readSeries(text).values(), FAMILIES);
  assert.ok(page.size < MAX_SAMPLES, `${page.size} samples`);
  return page;
}

async function runMutated(
  seed: number,
  share: number,
  mutations: readonly Mutation[],
): Promise<void> {
  const errors: string[] = [];
  const log = { ...silentLog, error: (message: string) => void errors.push(message) };
  const monitored = await monitorSimulation({ seed, log });
  const { clock, network, simulation } = monitored;
  const viewers = startViewers(simulation, { clock, seed });
  const render = createRenderer(FAMILIES);
  const random = createRandom(seed);
  try {
    await monitored.pass(20);
    network.mangle = (text) => {
      if (!random.chance(share)) return text;
      const chosen = Array.from({ length: random.integer(1, 3) }, () => random.pick(mutations));
      return text.startsWith("{") ? mutate(JSON.parse(text), chosen) : text;
    };
    let before = await inspect(monitored, render);
    for (let minute = 0; minute < 4; minute++) {
      await monitored.pass(30);
      const page = await inspect(monitored, render);
      for (const [series, value] of before) {
        if (!/^plex_.*_total\{/.test(series) || !page.has(series)) continue;
        assert.ok((page.get(series) ?? 0) >= value, `${series} fell`);
      }
      before = page;
    }
    network.mangle = (text) => text;
    viewers.stop();
    await monitored.pass(200);
    await inspect(monitored, render);
    assert.deepEqual(statePlays(monitored), plexSessions(monitored), "the state is right again");
    assert.deepEqual(errors, [], "no fault of the exporter");
  } finally {
    viewers.stop();
    await monitored.close();
  }
}

Deno.test("pages stay well-formed and bounded if responses and frames are mutated", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(1_000),
      fc.constantFrom(0.02, 0.2, 0.8),
      fc.array(mutation, { minLength: 20, maxLength: 60 }),
      runMutated,
    ),
    { numRuns: Number(Deno.env.get("RUNS") ?? 3), endOnFailure: true },
  );
});
