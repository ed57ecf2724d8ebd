/** The rules that all families keep, on pages after random events. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { isFresh } from "../../../src/core/availability.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import { type LimitedFamily, LIMITS, recordDropped } from "../../../src/core/cardinality.ts";
import { initialState, type ServerState } from "../../../src/core/state.ts";
import { reduce } from "../../../src/core/reduce.ts";
import type { DataSource } from "../../../src/core/enums.ts";
import { families } from "../../../src/metrics/families.ts";
import { NO_HIDDEN_LABELS } from "../../../src/plex/redact_labels.ts";
import { parseSessions } from "../../../src/plex/schema.ts";
import { mapSessions } from "../../../src/plex/mapping/session.ts";
import { samplesOf } from "../../bench/prom_client.ts";
import { listed, notified, SERVER, session, START } from "../../testing/core_builders.ts";
import { arbitraryEvents, orderedEvents } from "../../testing/arbitrary_events.ts";
import { fixture, versions } from "../../testing/plex_fixture.ts";
import { mutate, mutation } from "../../testing/mutate.ts";
import { keyOf, type Series, seriesOf } from "../../testing/exposition.ts";
import { assertContract, setSize } from "../../testing/contract.ts";

const FAMILIES = families({ legacy: true });

const PROCESS = {
  version: "1.0.0",
  denoVersion: "2.9.6",
  cpuSeconds: 1.5,
  residentBytes: 1e6,
  startedAt: START,
};

/** The families with one series per play: the only counters that may end and restart at 0. */
const OF_A_PLAY = /^play(s|_seconds)_total\{/;

/** The only counter whose series begin at 1: dashboards count its series. */
const BEGINS_AT_1 = /^plays_total\{/;

/**
 * The counters of Plex's own watch history: they appear at their full values and end when Plex's
 * history is cleared. They have tests of their own.
 */
const OF_THE_HISTORY = /^plex_(title_)?views_total\{/;

/** The source of each family with a closed set of series: they appear when it is first read. */
const SOURCE_OF: Readonly<Record<string, DataSource>> = {
  plex_sessions: "sessions",
  plex_video_transcodes: "sessions",
  plex_subtitle_transcodes: "sessions",
  plex_stream_bandwidth_bits_per_second: "sessions",
  plex_play_seconds_by_hour_total: "sessions",
  plex_transcode_seconds_total: "sessions",
  plex_activities: "activities",
  plex_background_jobs: "jobs",
  plex_recordings: "dvr",
  plex_tuners: "dvr",
};

/** A page as a scraper reads it, without the server's name: it may change. */
function pageOf(state: ServerState, at: number): ReadonlyMap<string, Series> {
  const snapshot = { servers: [state], at, process: PROCESS };
  const page = new Map<string, Series>();
  for (const family of FAMILIES) {
    for (const { labels, suffix = "", value } of samplesOf(family, snapshot)) {
      const { server: _, server_id: __, ...rest } = labels;
      const series = seriesOf({ __name__: family.name + suffix, ...rest }, String(value));
      page.set(keyOf(series), series);
    }
  }
  return page;
}

/** Applies events, scrapes after every few of them, and calls `onPage` with each page. */
function scrape(
  events: readonly ServerEvent[],
  every: number,
  onPage: (page: ReadonlyMap<string, Series>, state: ServerState, at: number) => void,
): ServerState {
  let state = initialState("plex.example:32400", "UTC");
  let at = START;
  events.filter(({ type }) => !type.startsWith("scrape_")).forEach((event, index) => {
    state = reduce(state, event);
    at = Math.max(at, event.at);
    if (index % every !== every - 1) return;
    state = reduce(state, { type: "scrape_begun", at });
    onPage(pageOf(state, at), state, at);
    const { begun: scrape } = state.scrapes;
    state = reduce(state, { type: "scrape_completed", at, scrape, client: "a", series: 1 });
  });
  return state;
}

const COUNTER = new RegExp(
  `^(${
    FAMILIES.filter(({ type }) => type !== "gauge").map(({ name }) => name).join("|")
  })(_bucket|_sum|_count)?\\{`,
);

const interval = fc.integer({ min: 1, max: 8 });

/** Few runs are enough, since each renders many large pages. */
const RUNS = { numRuns: 40 };

Deno.test("invariant 3: no rendered counter decreases, and each begins at 0", () => {
  fc.assert(
    fc.property(fc.oneof(arbitraryEvents, orderedEvents), interval, (events, every) => {
      let before: ReadonlyMap<string, Series> = new Map();
      const exposed = new Set<string>();
      scrape(events, every, (page) => {
        for (const [key, { value }] of before) {
          if (!COUNTER.test(key) || OF_THE_HISTORY.test(key)) continue;
          const now = page.get(key)?.value;
          // A play that begins under labels that were there before begins at 0.
          if (OF_A_PLAY.test(key) && (now === undefined || now === 0)) continue;
          assert.ok(now !== undefined && now >= value, `${key} fell from ${value} to ${now}`);
        }
        for (const [key, { value }] of page) {
          if (!COUNTER.test(key) || exposed.has(key) || key.startsWith("process_")) continue;
          exposed.add(key);
          if (OF_THE_HISTORY.test(key)) continue;
          assert.equal(value, BEGINS_AT_1.test(key) ? 1 : 0, `${key} begins at ${value}`);
        }
        before = page;
      });
    }),
    RUNS,
  );
});

Deno.test("every counter is 0 on its first page, and shows what was counted on the next", () => {
  const resources = {
    sampledS: 1_000,
    hostCpuPercent: 1,
    hostMemoryPercent: 1,
    processCpuPercent: 1,
    processMemoryPercent: 1,
  };
  const read = (bytes: number): ServerEvent => ({
    type: "bandwidth_read",
    at: START,
    sinceS: 970,
    accounts: new Map([["1", "bob"]]),
    devices: new Map([["1", "Den"]]),
    rows: [true, false].map((lan) => ({ atS: 1_000, accountId: "1", deviceId: "1", lan, bytes })),
  });
  const sessions = Array.from(
    { length: LIMITS.sessions + 1 },
    (_, index) =>
      session({
        sessionKey: String(index),
        title: "The Long Road",
        audioDecision: index === 0 ? "direct_play" : "transcode",
      }),
  );
  const events: ServerEvent[] = [
    { type: "request_ended", at: START, endpoint: "/", outcome: "ok", durationMs: 7 },
    { type: "notification_received", at: START, notification: "playing" },
    ...[true, false, true].map((connected) => ({
      type: "socket_changed" as const,
      at: START,
      connected,
    })),
    { type: "resources_sampled", at: START, resources },
    read(5),
    read(12),
    listed(START, ...sessions),
    notified(START + 10_000, "buffering"),
    notified(START + 20_000, "playing"),
  ];
  const pages: ReadonlyMap<string, Series>[] = [];
  const state = scrape(events, events.length, (page) => pages.push(page));
  pages.push(pageOf(state, START + 20_000));
  const [first, second] = pages;
  assert.ok(first && second);
  for (const { name, type } of FAMILIES) {
    if (type === "gauge" || name === "plays_total" || name.startsWith("process_")) continue;
    if (OF_THE_HISTORY.test(`${name}{`)) continue;
    const values = (page: ReadonlyMap<string, Series>) =>
      [...page.values()].filter(({ labels: { __name__ = "" } }) =>
        __name__ === name || __name__ === `${name}_sum`
      ).map(({ value }) => value);
    assert.ok(values(first).length > 0, `${name} is there`);
    assert.deepEqual(values(first).filter((value) => value !== 0), [], `${name} begins at 0`);
    assert.ok(values(second).some((value) => value > 0), `${name} has what was counted`);
  }
});

Deno.test("plex_exporter_dropped_series_total counts by the family with the limit", () => {
  const families = {
    plays: "plex_plays_total",
    playMs: "plex_play_seconds_total",
    streamMs: "plex_stream_seconds_total",
    titleMs: "plex_title_play_seconds_total",
    bufferingMs: "plex_buffering_seconds_total",
    sessions: "plex_session_info",
    userBytes: "plex_user_transmit_bytes_total",
    deviceBytes: "plex_device_transmit_bytes_total",
    downloads: "plex_downloads",
    libraryFiles: "plex_library_file_bytes",
    views: "plex_views_total",
    titleViews: "plex_title_views_total",
  } as const satisfies Readonly<Record<LimitedFamily, string>>;
  const state = scrape([listed(START)], 1, () => {});
  // Another number of dropped series for each family.
  let { cardinality } = state;
  (Object.keys(families) as LimitedFamily[]).forEach((family, index) => {
    for (let nth = 0; nth <= index; nth++) {
      cardinality = recordDropped(cardinality, family, String(nth));
    }
  });
  const page = pageOf({ ...state, cardinality }, START);
  Object.values(families).forEach((family, index) => {
    const key = `plex_exporter_dropped_series_total{family="${family}"}`;
    assert.equal(page.get(key)?.value, index + 1, family);
  });
});

Deno.test("invariant 7: closed sets of series are complete and closed after any events", () => {
  assert.deepEqual(
    FAMILIES.filter((family) => setSize(family)).map(({ name }) => name).sort(),
    [
      ...Object.keys(SOURCE_OF),
      "plex_transmit_bytes_total",
      "plex_exporter_websocket_events_total",
      "plex_exporter_api_requests_total",
      "plex_exporter_api_request_duration_seconds",
      "plex_exporter_dropped_series_total",
    ].sort(),
  );
  fc.assert(
    fc.property(fc.oneof(arbitraryEvents, orderedEvents), interval, (events, every) => {
      scrape(events, every, (page, state, at) => {
        assertContract(page.values(), FAMILIES);
        const names = new Set([...page.values()].map(({ labels }) => labels["__name__"]));
        for (const [name, source] of Object.entries(SOURCE_OF)) {
          if (isFresh(state, source, at)) assert.ok(names.has(name), `${name} is not there`);
        }
      });
    }),
    RUNS,
  );
});

Deno.test("closed sets stay closed whatever is wrong with Plex's session list", () => {
  const documents = ["hardware_transcode", "direct_stream", "live_television", "strings_only"]
    .map((name) => fixture(`sessions_${name}`));
  const files = versions("metadata_two_versions");
  fc.assert(
    fc.property(
      fc.constantFrom(...documents),
      fc.array(mutation, { minLength: 1, maxLength: 8 }),
      (document, mutations) => {
        let wire;
        try {
          wire = parseSessions(JSON.parse(mutate(document, mutations)));
        } catch {
          return; // It is no JSON any more, or too deep.
        }
        if (wire === undefined) return;
        const sessions = mapSessions(wire, (key) => files.get(key), NO_HIDDEN_LABELS);
        const events = [
          { type: "server_described", at: START, server: SERVER } as const,
          listed(START, ...sessions.slice(0, 50)),
          listed(START + 10_000, ...sessions.slice(0, 50)),
        ];
        scrape(events, events.length, (page) => assertContract(page.values(), FAMILIES));
      },
    ),
    RUNS,
  );
});
