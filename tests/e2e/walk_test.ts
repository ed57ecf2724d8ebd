/** Walks of simulated libraries, from Plex's pages to the metrics. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { families } from "../../src/metrics/families.ts";
import { createRenderer } from "../../src/metrics/exposition.ts";
import type { Item } from "../../src/simulator/item.ts";
import type { Library } from "../../src/simulator/library.ts";
import type { Simulation } from "../../src/simulator/simulation.ts";
import { keyOf, readPage, textOf } from "../testing/exposition.ts";
import { type MonitoredSimulation, monitorSimulation } from "../testing/in_memory_monitor.ts";
import { arbitraryShape, itemOf, type ItemShape } from "../testing/random_library.ts";
import { leavesOf, WALK_FAMILIES, walkTruth } from "../testing/walk_truth.ts";

const HOUR_S = 3_600;

/** The exported samples of walks, without the labels of the server. */
async function shown({ monitor, clock }: MonitoredSimulation): Promise<Record<string, number>> {
  const render = createRenderer(families({ legacy: false }));
  const process = { version: "", denoVersion: "", cpuSeconds: 0, residentBytes: 0, startedAt: 0 };
  const page = await render({ servers: [monitor.state], at: clock.now(), process }, "text");
  const samples: Record<string, number> = {};
  for (
    const { labels: { server: _, server_id: __, ...labels }, value } of readPage(textOf(page))
      .values()
  ) {
    if (!WALK_FAMILIES.includes(labels.__name__ ?? "")) continue;
    samples[keyOf({ labels, value })] = value;
  }
  return samples;
}

/** The samples that the walks must have. */
function truthOf({ simulation, monitor }: MonitoredSimulation): Record<string, number> {
  return walkTruth(
    simulation,
    (id) => (monitor.state.walks.get(id)?.startedAt ?? NaN) / 1000,
  );
}

/** Advances the clock until every library but photos has been walked since `sinceMs`. */
async function passUntilWalked(monitored: MonitoredSimulation, sinceMs = 0): Promise<void> {
  const walkable = monitored.simulation.libraries.all.filter(({ type }) => type !== "photo");
  for (let step = 0; step < 600; step += 1) {
    const { walks } = monitored.monitor.state;
    if (walkable.every(({ id }) => (walks.get(id)?.startedAt ?? -1) >= sinceMs)) return;
    await monitored.pass(10);
  }
  assert.fail("a library was not walked");
}

Deno.test("a walk counts all files of the libraries, and the items that were never viewed", async () => {
  const monitored = await monitorSimulation({ pastViews: { count: 2_000 } });
  try {
    assert.deepEqual(await shown(monitored), {});
    await passUntilWalked(monitored);
    assert.deepEqual(await shown(monitored), truthOf(monitored));
  } finally {
    await monitored.close();
  }
});

/** Fills a library with items of these shapes. */
function fill(simulation: Simulation, library: Library, shapes: readonly ItemShape[]): void {
  const nowS = simulation.plexNowS();
  const items: Item[] = [];
  for (const [index, shape] of shapes.entries()) {
    const key = Number(library.id) * 10_000 + index + 1;
    items.push(itemOf(library, shape, key, { nowS, before: items.at(-1) }));
  }
  library.items = items;
}

const TYPES = ["movie", "show", "artist"] as const;

Deno.test("a walk is exact for any library that does not change meanwhile", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(...TYPES.map(() => fc.array(arbitraryShape, { maxLength: 700, size: "max" }))),
      fc.nat(500),
      async (shapes, views) => {
        const monitored = await monitorSimulation({
          libraries: TYPES.map((type) => ({ title: `A ${type}`, type })),
        });
        try {
          const { simulation } = monitored;
          simulation.libraries.all.forEach((library, index) =>
            fill(simulation, library, shapes[index] ?? [])
          );
          addViews(simulation, views);
          await passUntilWalked(monitored);
          assert.deepEqual(await shown(monitored), truthOf(monitored));
        } finally {
          await monitored.close();
        }
      },
    ),
    { numRuns: 8 },
  );
});

/** Adds views of items of all libraries, over the last three years. */
function addViews(simulation: Simulation, count: number): void {
  const items = simulation.libraries.all.flatMap(leavesOf);
  if (items.length === 0) return;
  for (let index = 0; index < count; index += 1) {
    const item = items[(index * 7_919) % items.length];
    const viewedAtS = simulation.plexNowS() - ((index * 104_729) % (3 * 365 * 86_400));
    if (item) simulation.viewHistory.add({ viewedAtS, accountId: 1, deviceId: 1, item });
  }
}

/** Advances the clock until a running walk has read this many items. */
async function passUntilRead(monitored: MonitoredSimulation, items: number): Promise<void> {
  for (let step = 0; step < 3_600; step += 1) {
    if ((monitored.monitor.state.walkProgress?.items ?? 0) >= items) return;
    await monitored.pass(0.5);
  }
  assert.fail("no walk has read so many items");
}

function oneLibrary(generated: number) {
  return { libraries: [{ title: "Films", type: "movie" as const, generated }] };
}

function fileCount(samples: Record<string, number>): number {
  return Object.entries(samples).filter(([key]) => key.startsWith("plex_library_files"))
    .reduce((sum, [, value]) => sum + value, 0);
}

Deno.test("items that are added, removed or moved during a walk are counted at most once, and others once", async () => {
  const arbitraryChange = fc.record({
    removed: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 80 }),
    added: fc.nat(80),
    reversed: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(arbitraryShape, { minLength: 900, maxLength: 1_500, size: "max" }),
      fc.array(arbitraryChange, { minLength: 1, maxLength: 6 }),
      async (shapes, changes) => {
        const monitored = await monitorSimulation({ ...oneLibrary(0), walkIntervalMs: 60_000 });
        try {
          const { simulation } = monitored;
          const [library] = simulation.libraries;
          assert.ok(library);
          fill(simulation, library, shapes.map((shape) => ({ ...shape, shares: false })));
          const staying = new Set(library.items);
          let total = library.items.length;
          await passUntilRead(monitored, 1);
          for (const { removed, added, reversed } of changes) {
            const items = reversed ? library.items.toReversed() : [...library.items];
            for (const share of removed) {
              for (const item of items.splice(Math.floor(share * items.length), 1)) {
                staying.delete(item);
              }
            }
            for (const shape of shapes.slice(0, added)) {
              total += 1;
              items.push(itemOf(library, { ...shape, shares: false }, 90_000 + total, {
                nowS: simulation.plexNowS(),
              }));
            }
            library.items = items;
            library.contentChangedAt += 1;
            await monitored.pass(0.6);
          }
          await passUntilWalked(monitored);
          const items = monitored.monitor.state.walks.get("1")?.items ?? 0;
          assert.ok(items >= staying.size && items <= total, `${staying.size}, ${items}, ${total}`);
          await passUntilWalked(monitored, monitored.clock.now());
          assert.deepEqual(await shown(monitored), truthOf(monitored));
        } finally {
          await monitored.close();
        }
      },
    ),
    { numRuns: 4 },
  );
});

Deno.test("a walk continues after a restart of Plex, and exports nothing before its end", async () => {
  const monitored = await monitorSimulation(oneLibrary(1_000));
  try {
    await passUntilRead(monitored, 400);
    monitored.simulation.restart({ goneMs: 120_000, startingMs: 60_000 });
    await monitored.pass(150);
    const read = monitored.monitor.state.walkProgress?.items;
    await monitored.pass(20);
    assert.equal(monitored.monitor.state.walkProgress?.items, read, "nothing is read meanwhile");
    assert.deepEqual(await shown(monitored), {});
    await passUntilWalked(monitored);
    assert.deepEqual(await shown(monitored), truthOf(monitored));
    assert.ok(
      (monitored.monitor.state.walks.get("1")?.startedAt ?? Infinity) <
        monitored.clock.now() - 150_000,
    );
  } finally {
    await monitored.close();
  }
});

Deno.test("an interrupted walk leaves the values of the one before", async () => {
  const monitored = await monitorSimulation(oneLibrary(1_000));
  try {
    await passUntilWalked(monitored);
    const before = await shown(monitored);
    const [library] = monitored.simulation.libraries;
    assert.ok(library);
    const added = monitored.simulation.generator.addition(library);
    monitored.simulation.scan("1", { added });
    await monitored.pass(HOUR_S - 600);
    await passUntilRead(monitored, 300);
    monitored.network.faults.set({ kind: "server error" }, { path: "/library/sections/{id}/all" });
    await monitored.pass(900);
    assert.deepEqual(await shown(monitored), before);
    monitored.network.faults.clear();
    await passUntilWalked(monitored, monitored.clock.now() - 1_000_000);
    assert.equal(
      fileCount(await shown(monitored)),
      fileCount(before) + (added[0]?.versions.length ?? 0),
    );
    assert.deepEqual(await shown(monitored), truthOf(monitored));
  } finally {
    await monitored.close();
  }
});

Deno.test("a walk is exact if Plex ignores the requested order", async () => {
  const monitored = await monitorSimulation(oneLibrary(600));
  try {
    const [library] = monitored.simulation.libraries;
    assert.ok(library);
    library.items = library.items.toReversed();
    monitored.network.faults.set({ kind: "filter ignored" }, {
      path: "/library/sections/{id}/all",
    });
    await passUntilWalked(monitored);
    assert.deepEqual(await shown(monitored), truthOf(monitored));
  } finally {
    await monitored.close();
  }
});
