import assert from "node:assert/strict";
import fc from "fast-check";
import { Registry } from "prom-client";
import { NO_RECORDINGS } from "../../../src/core/dvr.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import type { ServerState } from "../../../src/core/state.ts";
import { reduce } from "../../../src/core/reduce.ts";
import { families } from "../../../src/metrics/families.ts";
import { createRenderer, type Snapshot } from "../../../src/metrics/exposition.ts";
import { readPage, textOf } from "../../testing/exposition.ts";
import { manySessions } from "../../bench/busy_state.ts";
import { renderWithPromClient, samplesOf } from "../../bench/prom_client.ts";
import { later, up } from "../../testing/page_states.ts";
import { listing, walkedItem, walkTally } from "../../testing/walk_builders.ts";
import { after, listed, SERVER, session, START } from "../../testing/core_builders.ts";
import { arbitraryEvents } from "../../testing/arbitrary_events.ts";

const FAMILIES = families({ legacy: true });

const PROCESS = {
  version: "1.0.0",
  denoVersion: "2.9.6",
  cpuSeconds: 1.5,
  residentBytes: 1e6,
  startedAt: START,
};

function snapshotOf(...servers: ServerState[]): Snapshot {
  return { servers, at: START + 30_000, process: PROCESS };
}

/** A state and one of another server, which has a name that needs escaping. */
function withAnother(state: ServerState): Snapshot {
  const named = reduce(state, {
    type: "server_described",
    at: START,
    server: { ...SERVER, id: "other", name: 'quoted "\\\n name' },
  });
  return snapshotOf(state, { ...named, address: "other.example:32400" });
}

for (const format of ["text", "openmetrics"] as const) {
  Deno.test(`createRenderer writes ${format} byte for byte as prom-client itself does`, async () => {
    const render = createRenderer(FAMILIES.filter(({ type }) => type !== "histogram"));
    const contentType = format === "text"
      ? Registry.PROMETHEUS_CONTENT_TYPE
      : Registry.OPENMETRICS_CONTENT_TYPE;
    await fc.assert(
      fc.asyncProperty(arbitraryEvents, async (events) => {
        const snapshot = withAnother(after(listed(START, session()), ...events));
        assert.equal(
          textOf(await render(snapshot, format)),
          await renderWithPromClient(FAMILIES, snapshot, contentType),
        );
      }),
      { numRuns: 30 },
    );
  });
}

Deno.test("invariant 9: no two samples of a family share labels", () => {
  fc.assert(fc.property(arbitraryEvents, (events) => {
    const snapshot = withAnother(after(...events));
    for (const family of FAMILIES) {
      const seen = new Set<string>();
      for (const { labels, suffix = "" } of samplesOf(family, snapshot)) {
        const key = suffix + JSON.stringify(Object.entries(labels).toSorted());
        assert.ok(!seen.has(key), `${family.name}${key}`);
        seen.add(key);
      }
    }
  }));
});

Deno.test("every sample has the labels that its family declares, and a finite value", () => {
  fc.assert(
    fc.property(arbitraryEvents, (events) => {
      const state = after(listed(START, session()), ...events);
      for (const family of FAMILIES) {
        const samples = family.identity === "none"
          ? family.samples(PROCESS)
          : family.samples(state, START + 30_000);
        for (const { labels, value, suffix } of samples) {
          const names = Object.keys(labels).filter((name) => suffix !== "_bucket" || name !== "le");
          assert.deepEqual(names, family.labels, family.name);
          assert.ok(Number.isFinite(value), family.name);
        }
      }
    }),
    { numRuns: 50 },
  );
});

Deno.test("createRenderer renders a changed state exactly as a new renderer does", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(arbitraryEvents, fc.constantFrom("text", "openmetrics")), {
        minLength: 2,
        maxLength: 4,
      }),
      async (steps) => {
        const render = createRenderer(FAMILIES);
        let state = after(listed(START, session()));
        for (const [events, format] of steps) {
          state = events.reduce(reduce, state);
          const shown = withAnother(state);
          assert.deepEqual(
            await render(shown, format),
            await createRenderer(FAMILIES)(shown, format),
          );
        }
      },
    ),
    { numRuns: 15 },
  );
});

Deno.test("createRenderer does not mix pages that are rendered at the same time", async () => {
  const states = [1, 2, 3].map((count) =>
    snapshotOf(
      after(listed(START, ...manySessions(count)), { type: "scrape_begun", at: START + count }),
    )
  );
  const alone = await Promise.all(
    states.map((shown) => createRenderer(FAMILIES)(shown, "text")),
  );
  const render = createRenderer(FAMILIES);
  for (let round = 0; round < 2; round++) {
    assert.deepEqual(await Promise.all(states.map((shown) => render(shown, "text"))), alone);
  }
});

Deno.test("every family gives the same label objects for the same state", () => {
  const at = START + 1_000;
  const bandwidth = (bytes: number): ServerEvent => ({
    type: "bandwidth_read",
    at,
    sinceS: START / 1000 - 30,
    rows: [{ atS: START / 1000, accountId: "1", deviceId: "1", lan: true, bytes }],
    accounts: new Map([["1", "bob"]]),
    devices: new Map([["1", "Den"]]),
  });
  const sizes = { durationMs: 1, storageBytes: 1, scannedS: START / 1000 };
  const state = later(
    up(session({
      videoDecision: "transcode",
      transcode: { key: "k", hardware: "full", speed: 2, throttled: false },
    })),
    {
      type: "libraries_listed",
      at,
      withSizes: false,
      libraries: [listing(sizes), listing({ ...sizes, id: "2", type: "show" })],
    },
    { type: "libraries_listed", at, withSizes: true, libraries: [listing(sizes)] },
    { type: "library_counted", at, libraryId: "2", contentType: "episodes", count: 5 },
    {
      type: "library_walked",
      at,
      libraryId: "1",
      startedAt: START,
      contentRevision: 1,
      tally: walkTally([walkedItem("1")]),
    },
    bandwidth(5),
    bandwidth(12),
    {
      type: "dvr_read",
      at,
      dvr: { tuners: { online: 1, offline: 0 }, recordings: NO_RECORDINGS },
    },
    { type: "releases_listed", at, releases: [{ version: "9.9.9", state: "available" }] },
  );
  for (const family of FAMILIES) {
    if (family.identity === "none") continue;
    const [first = [], second = []] = [1, 2].map(() => family.samples(state, at));
    assert.ok(first.length > 0, `${family.name} has samples`);
    assert.ok(first.every(({ labels }, index) => labels === second[index]?.labels), family.name);
  }
});

Deno.test("createRenderer shows a renamed server under its new name in the next page", async () => {
  const render = createRenderer(FAMILIES);
  const before = after({ type: "server_described", at: START, server: SERVER }, listed(START));
  assert.match(textOf(await render(snapshotOf(before), "text")), /plex_up\{server="home"/);
  const renamed = reduce(before, {
    type: "server_described",
    at: START + 1,
    server: { ...SERVER, name: "attic" },
  });
  const page = textOf(await render(snapshotOf(renamed), "text"));
  assert.doesNotMatch(page, /server="home"/);
  assert.equal(page.match(/^server_info\{/gm)?.length, 1);
});

Deno.test("createRenderer counts the samples of a page in either format", async () => {
  const render = createRenderer(FAMILIES);
  const snapshot = withAnother(after(listed(START, session())));
  for (const format of ["text", "openmetrics"] as const) {
    const page = await render(snapshot, format);
    assert.equal(page.samples, readPage(textOf(page)).size);
  }
});

Deno.test("createRenderer can switch between the formats without losing _total", async () => {
  const render = createRenderer(FAMILIES);
  const snapshot = snapshotOf(after(listed(START, session())));
  const first = await render(snapshot, "text");
  await render(snapshot, "openmetrics");
  assert.deepEqual(await render(snapshot, "text"), first);
});
