/**
 * The whole exposition after a fixed timeline with as many cases as possible: Plex's raw answers
 * and notifications go through the client, the mapping, the core and the renderer, and the pages
 * are compared byte by byte with files that were written by hand from the contract.
 */
import assert from "node:assert/strict";
import type { ServerEvent } from "../../../src/core/event.ts";
import { initialState } from "../../../src/core/state.ts";
import type { Endpoint } from "../../../src/core/api_stats.ts";
import type { ContentType, LibraryType, Outcome } from "../../../src/core/enums.ts";
import type { Tuners } from "../../../src/core/dvr.ts";
import { lastViewOf } from "../../../src/core/view_history.ts";
import { ViewTally } from "../../../src/core/view_tally.ts";
import { WalkTally } from "../../../src/core/walk_tally.ts";
import { createStore } from "../../../src/core/store.ts";
import { families } from "../../../src/metrics/families.ts";
import type { ProcessInfo } from "../../../src/metrics/family.ts";
import { createRenderer } from "../../../src/metrics/exposition.ts";
import { STORAGE } from "../../../src/metrics/storage.ts";
import { createClient } from "../../../src/plex/client.ts";
import type { Result } from "../../../src/plex/request.ts";
import { NO_HIDDEN_LABELS } from "../../../src/plex/redact_labels.ts";
import { parseSessions } from "../../../src/plex/schema.ts";
import { parseNotification } from "../../../src/plex/mapping/notification.ts";
import { mapViews } from "../../../src/plex/mapping/history.ts";
import { isWalkable } from "../../../src/core/library_walk.ts";
import { mapSessions } from "../../../src/plex/mapping/session.ts";
import type { Version } from "../../../src/plex/mapping/media.ts";
import { allowedValues, setSize } from "../../testing/contract.ts";
import { readPage, textOf } from "../../testing/exposition.ts";

const INPUTS = new URL("../../golden/inputs/", import.meta.url);

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await Deno.readTextFile(new URL(file, INPUTS)));
}

interface Timeline {
  readonly startMs: number;
  readonly zone: string;
  readonly process: Pick<ProcessInfo, "version" | "denoVersion" | "stateSavedAt">;
  readonly steps: readonly {
    readonly atMs: number;
    readonly read?: string;
    readonly sinceS?: number;
    readonly frames?: readonly number[];
    readonly scrape?: number;
    readonly updateAvailable?: boolean;
    readonly request?: {
      readonly endpoint: Endpoint;
      readonly outcome: Outcome;
      readonly durationMs: number;
    };
    readonly socket?: boolean;
  }[];
}

function valueOf<T>(result: Result<T>): T {
  assert.ok(result.ok, result.ok ? "" : result.detail);
  return result.value;
}

/** Plex's numbers of the content types that each type of library has. */
const CONTENT_TYPES: Readonly<Record<LibraryType, Readonly<Record<string, ContentType>>>> = {
  movie: { 1: "movies" },
  show: { 2: "shows", 3: "seasons", 4: "episodes" },
  artist: { 8: "artists", 9: "albums", 10: "tracks" },
  photo: { 14: "albums", 13: "photos", 12: "videos" },
};

/** Runs the timeline. Returns the page of the compatible families, and that of all others. */
async function renderPages(): Promise<{ compatible: string; plex: string }> {
  const { startMs, zone, process, steps } = await readJson("timeline.json") as Timeline;
  const counts = await readJson("counts.json") as Record<string, unknown>;
  const frames = await readJson("frames.json") as Record<string, unknown>[];
  const store = createStore(initialState("plex.example:32400", zone));
  let now = startMs;
  let answer: unknown;
  const client = createClient({
    server: new URL("http://plex.example:32400"),
    token: () => "",
    // Instead of the network: the answers come from the files.
    transport: {
      fetch: (url) => {
        const [, id] = /sections\/(\d+)\/all/.exec(url.pathname) ?? [];
        const body = id === undefined
          ? answer
          : url.searchParams.get("sort") === "id"
          ? (answer as Record<string, unknown>)[id]
          : counts[`${id}/${url.searchParams.get("type")}`] ?? { MediaContainer: { size: 0 } };
        return Promise.resolve(Response.json(body));
      },
      connect: () => () => {},
      close: () => {},
    },
    clock: { now: () => now, after: () => () => {}, timeout: () => () => {} },
    timeoutMs: 1000,
    signal: new AbortController().signal,
    onEvent: () => {},
  });

  let accounts: ReadonlyMap<string, string> = new Map();
  let versions: ReadonlyMap<string, readonly Version[]> = new Map();
  let tuners: Tuners | undefined;
  const collectors: Record<string, (at: number, sinceS: number) => Promise<ServerEvent[]>> = {
    root: async (at) => [{
      type: "server_described",
      at,
      server: valueOf(await client.server()),
    }],
    providers: async (at) => [{
      type: "libraries_listed",
      at,
      libraries: valueOf(await client.libraries()),
      withSizes: true,
    }],
    sections: async (at) => [{
      type: "libraries_listed",
      at,
      libraries: valueOf(await client.sections()),
      withSizes: false,
    }],
    counts: (at) =>
      Promise.all(
        Object.keys(counts).flatMap((key) => {
          const [id = "", number = ""] = key.split("/");
          const library = store.state.libraries?.get(id);
          if (library === undefined) return [];
          const contentType = CONTENT_TYPES[library.type][number];
          assert.ok(contentType, key);
          const read = async (): Promise<ServerEvent> => ({
            type: "library_counted",
            at,
            libraryId: library.id,
            contentType,
            count: valueOf(await client.count(library, contentType)),
          });
          return [read()];
        }),
      ),
    resources: async (at) => {
      const { newest } = valueOf(await client.resources());
      assert.ok(newest);
      return [{ type: "resources_sampled", at, resources: newest }];
    },
    bandwidth: async (at, sinceS) => {
      const { rows, accounts, devices } = valueOf(await client.bandwidth(sinceS));
      return [{ type: "bandwidth_read", at, sinceS, rows, accounts, devices }];
    },
    accounts: async (at) => {
      accounts = valueOf(await client.accounts());
      return [{ type: "accounts_listed", at, accounts }];
    },
    jobs: async (at) => [{ type: "jobs_listed", at, jobs: valueOf(await client.jobs()) }],
    history: async (at) => {
      const { rows, total } = valueOf(
        await client.history({ start: 0, size: 20, newestFirst: true }),
      );
      const libraries = store.state.libraries ?? new Map();
      const views = mapViews(rows, { accounts, libraries }, NO_HIDDEN_LABELS);
      if (store.state.viewHistory !== undefined) {
        return [{ type: "history_listed", at, views, total }];
      }
      const tally = new ViewTally(at / 1000);
      views.forEach((view) => tally.add(view));
      return [{ type: "history_read", at, tally }];
    },
    items: (at) =>
      Promise.all(
        Object.keys(answer as object).map(async (id): Promise<ServerEvent> => {
          const { libraries, viewHistory } = store.state;
          const library = libraries?.get(id);
          assert.ok(library && viewHistory && isWalkable(library));
          const page = valueOf(await client.items(library, { start: 0, size: 250 }));
          const tally = new WalkTally({
            nowS: at / 1000,
            isFlat: library.type === "movie",
            lastViewS: (ratingKey) => lastViewOf(viewHistory, ratingKey),
          });
          for (const item of page.items) tally.add(item);
          const { contentRevision } = library;
          return {
            type: "library_walked",
            at,
            libraryId: id,
            startedAt: at,
            contentRevision,
            tally,
          };
        }),
      ),
    activities: async (at) => [
      { type: "activities_listed", at, activities: valueOf(await client.activities()) },
    ],
    dvrs: async () => {
      ({ tuners } = valueOf(await client.tuners()));
      return [];
    },
    subscriptions: async (at) => {
      assert.ok(tuners);
      const recordings = valueOf(await client.recordings());
      return [{ type: "dvr_read", at, dvr: { tuners, recordings } }];
    },
    metadata: async () => {
      versions = valueOf(await client.versions(["1"]));
      return [];
    },
    sessions: (at) => {
      const wire = parseSessions(answer);
      assert.ok(wire);
      const sessions = mapSessions(wire, (key) => versions.get(key), NO_HIDDEN_LABELS);
      return Promise.resolve([{ type: "sessions_listed", at, sessions }]);
    },
  };

  const render = (compatible: boolean) =>
    createRenderer(
      families({ legacy: true }).filter(({ identity, name }) =>
        (identity === "legacy") === compatible && !name.startsWith("process_")
      ),
    )(
      {
        servers: [store.state],
        at: now,
        process: { ...process, cpuSeconds: 0, residentBytes: 0, startedAt: 0 },
      },
      "text",
    );

  for (const step of steps) {
    const { atMs, read, sinceS = 0, frames: indices = [], scrape, request, socket } = step;
    now = startMs + atMs;
    if (request) store.dispatch({ type: "request_ended", at: now, ...request });
    if (socket !== undefined) {
      store.dispatch({ type: "socket_changed", at: now, connected: socket });
    }
    if (read !== undefined) {
      answer = await readJson(read);
      const collect = collectors[read.replace(/(_\d+)?\.json$/, "")];
      assert.ok(collect, read);
      (await collect(now, sinceS)).forEach(store.dispatch);
    }
    if (step.updateAvailable) {
      store.dispatch({
        type: "releases_listed",
        at: now,
        releases: [{ version: "9.9.9", state: "available" }],
      });
    }
    for (const index of indices) {
      const { type, events } = parseNotification(JSON.stringify(frames[index]), now);
      store.dispatch({ type: "notification_received", at: now, notification: type });
      events.forEach(store.dispatch);
    }
    if (scrape !== undefined) {
      store.dispatch({ type: "scrape_begun", at: now });
      const page = { compatible: textOf(await render(true)), plex: textOf(await render(false)) };
      store.dispatch({ type: "scrape_completed", at: now, scrape, client: "::1", series: 0 });
      if (scrape === 2) return page;
    }
  }
  throw new Error("the timeline has no second scrape");
}

for (const name of ["compatible", "plex"] as const) {
  Deno.test(`golden: the page of the ${name} families is the one written by hand`, async () => {
    const expected = await Deno.readTextFile(new URL(`../../golden/${name}.prom`, import.meta.url));
    const page = (await renderPages())[name];
    assert.equal(page, expected);
  });
}

Deno.test("golden: the pages contain every family except those of the process", async () => {
  const { compatible, plex } = await renderPages();
  for (const { name } of families({ legacy: true })) {
    if (name.startsWith("process_")) continue;
    assert.match(compatible + plex, new RegExp(`^${name}(_bucket)?[{ ]`, "m"), name);
  }
});

/** Values that the timeline does not produce, by family and label or by label alone. */
const MISSING_VALUES: Readonly<Record<string, readonly string[]>> = {
  // A server either has Plex Pass or not.
  "plex_server_info plex_pass": ["false", ""],
  // No transcode has just started.
  "plex_session_info hardware": [""],
  // Only films, shows and artists have a title there.
  "plex_title_play_seconds_total media_type": ["photo", "clip", "live_tv", "other"],
  "plex_title_views_total media_type": ["photo", "clip", "live_tv", "other"],
  // No real Plex is known to play another type.
  "media_type": ["other"],
  // Photos are only counted.
  ...Object.fromEntries(
    STORAGE.map(({ name }) => [`${name} library_type`, ["photo"]]),
  ),
  "plex_library_large_item_bytes last_view": ["month", "quarter", "older", "unknown"],
};

Deno.test("golden: the pages have every value of labels with a closed set of values", async () => {
  const { compatible, plex } = await renderPages();
  const page = [...readPage(compatible + plex).values()];
  for (const family of families({ legacy: true })) {
    const { name, labels } = family;
    // The timeline lasts an hour and has few requests.
    if (name.startsWith("plex_exporter_") || name.includes("_by_hour_")) continue;
    const samples = page.filter(({ labels: { __name__ }, value }) =>
      // In a zero-filled set only a value above 0 shows that the timeline produces the labels.
      __name__ === name && (value > 0 || setSize(family) === undefined)
    );
    for (const label of labels) {
      const allowed = allowedValues(name, label) ?? [];
      const found = new Set(samples.map(({ labels }) => labels[label] ?? ""));
      const missing = allowed.filter((value) => !found.has(value));
      const expected = MISSING_VALUES[`${name} ${label}`] ?? MISSING_VALUES[label] ?? [];
      assert.deepEqual(
        missing,
        expected.filter((value) => allowed.includes(value)),
        `${name} ${label}`,
      );
    }
  }
});
