/** Random events of the core, for tests of what holds after any of them. */
import fc from "fast-check";
import { NO_RECORDINGS } from "../../src/core/dvr.ts";
import {
  DATA_SOURCES,
  HARDWARE,
  STREAM_DECISIONS,
  SUBTITLE_DECISIONS,
} from "../../src/core/enums.ts";
import type { ServerEvent } from "../../src/core/event.ts";
import type { Session } from "../../src/core/session.ts";
import type { View } from "../../src/core/view.ts";
import { SERVER, session, START } from "./core_builders.ts";
import { READ_S, tallyOf, view } from "./view_builders.ts";
import { walkedItem, walkTally } from "./walk_builders.ts";

const arbitrarySession: fc.Arbitrary<Session> = fc.record({
  sessionKey: fc.constantFrom("1", "2", "3"),
  ratingKey: fc.constantFrom("100", "200", ""),
  live: fc.boolean(),
  state: fc.constantFrom("playing" as const, "paused" as const, "buffering" as const),
  user: fc.constantFrom("bob", "eve", ""),
  location: fc.constantFrom("lan" as const, "wan" as const),
  videoDecision: fc.constantFrom("direct_play" as const, "transcode" as const, "none" as const),
  audioDecision: fc.constantFrom(...STREAM_DECISIONS),
  subtitleDecision: fc.constantFrom(...SUBTITLE_DECISIONS),
  mediaType: fc.constantFrom("movie" as const, "track" as const, "other" as const),
  title: fc.constantFrom("The Long Road", "Harbour"),
  transcode: fc.option(
    fc.record({
      key: fc.constantFrom("abc", "def"),
      hardware: fc.constantFrom(...HARDWARE),
      throttled: fc.boolean(),
    }),
    { nil: undefined },
  ),
}).map((changed) => session({ ...changed, userId: changed.user }));

const arbitraryView: fc.Arbitrary<View> = fc.record({
  id: fc.nat(30).map(String),
  viewedS: fc.integer({ min: READ_S - 20_000, max: READ_S + 1_000 }),
  user: fc.constantFrom("bob", "eve"),
  title: fc.constantFrom("The Long Road", undefined),
}).map(view);

const arbitraryPayload: fc.Arbitrary<Omit<ServerEvent, "at">> = fc.oneof(
  fc.array(arbitrarySession, { maxLength: 4 })
    .map((sessions) => ({ type: "sessions_listed", sessions })),
  fc.record({
    type: fc.constant("playback_notified"),
    sessionKey: fc.constantFrom("1", "2", "3", "9"),
    ratingKey: fc.constantFrom("100", "200", ""),
    playerId: fc.constantFrom("tv-1", "phone-2", ""),
    state: fc.constantFrom("playing", "paused", "buffering", "stopped"),
    positionMs: fc.option(fc.nat(900_000), { nil: undefined }),
  }),
  fc.record({
    type: fc.constant("poll_failed"),
    failure: fc.constantFrom("refused", "unauthorized"),
  }),
  fc.constant({ type: "sessions_denied" }),
  fc.record({ type: fc.constant("server_described"), server: fc.constant(SERVER) }),
  fc.record({
    type: fc.constant("releases_listed"),
    releases: fc.constantFrom([], [{ version: "1.43.0" }]),
  }),
  fc.integer({ min: 900, max: 1_400 }).map((sampledS) => ({
    type: "resources_sampled",
    resources: {
      sampledS,
      hostCpuPercent: 1,
      hostMemoryPercent: 2,
      processCpuPercent: 1,
      processMemoryPercent: 1,
    },
  })),
  fc.record({
    type: fc.constant("bandwidth_read"),
    sinceS: fc.integer({ min: 900, max: 1_200 }),
    accounts: fc.constant(new Map([["1", "bob"]])),
    devices: fc.constantFrom(new Map([["5", "Den"]]), new Map()),
    rows: fc.array(fc.record({
      atS: fc.integer({ min: 900, max: 1_400 }),
      accountId: fc.constantFrom("1", "2"),
      deviceId: fc.constantFrom("5", "6"),
      lan: fc.boolean(),
      bytes: fc.nat(1_000_000),
    })),
  }),
  fc.record({
    type: fc.constant("libraries_listed"),
    withSizes: fc.boolean(),
    libraries: fc.constantFrom([], [{
      id: "1",
      title: "Films",
      type: "movie",
      otherVideos: false,
      storageBytes: 10,
      durationMs: 20,
      scanning: false,
    }]),
  }),
  fc.record({
    type: fc.constant("request_ended"),
    endpoint: fc.constantFrom("/", "/status/sessions"),
    outcome: fc.constantFrom("ok", "timeout"),
    durationMs: fc.nat(20_000),
  }),
  fc.record({
    type: fc.constant("notification_received"),
    notification: fc.constantFrom("playing", "other"),
  }),
  fc.record({ type: fc.constant("socket_changed"), connected: fc.boolean() }),
  fc.record({
    type: fc.constant("transcode_notified"),
    key: fc.constantFrom("abc", "def", "ghi"),
    speed: fc.option(fc.nat(9), { nil: undefined }),
    throttled: fc.boolean(),
  }),
  fc.record({
    type: fc.constant("library_counted"),
    libraryId: fc.constantFrom("1", "9"),
    contentType: fc.constant("movies"),
    count: fc.nat(9),
  }),
  fc.array(arbitraryView, { maxLength: 8 })
    .map((views) => ({ type: "history_read", tally: tallyOf(views) })),
  fc.record({
    type: fc.constant("history_listed"),
    views: fc.array(arbitraryView, { maxLength: 8 }),
    total: fc.nat(20),
  }),
  fc.array(fc.nat(9), { maxLength: 6 }).map((keys) => ({
    type: "library_walked",
    libraryId: keys.includes(9) ? "9" : "1",
    startedAt: START,
    contentRevision: undefined,
    tally: walkTally(keys.map((key) => walkedItem(String(key + 1)))),
  })),
  fc.option(fc.nat(500), { nil: undefined }).map((items) => ({
    type: "walk_progressed",
    progress: items === undefined
      ? undefined
      : { libraryId: "1", startedAt: START, items, totalItems: 500 },
  })),
  fc.record({
    online: fc.nat(4),
    offline: fc.nat(2),
    recordingTuners: fc.nat(5),
    failed: fc.nat(3),
  })
    .map(({ online, offline, recordingTuners, failed }) => ({
      type: "dvr_read",
      dvr: {
        tuners: { online, offline },
        recordings: {
          ...NO_RECORDINGS,
          byStatus: { ...NO_RECORDINGS.byStatus, failed },
          recordingTuners,
        },
      },
    })),
  fc.record({ type: fc.constant("source_unavailable"), source: fc.constantFrom(...DATA_SOURCES) }),
  fc.constantFrom(
    new Map(),
    new Map([["a", { type: "analysis" }], ["b", { type: "library_scan", libraryId: "1" }]]),
  ).map((activities) => ({
    type: "activities_listed",
    activities,
  })),
  fc.record({
    type: fc.constant("activity_notified"),
    id: fc.string(),
    activity: fc.constant({ type: "library_scan", libraryId: "1" }),
    ended: fc.boolean(),
  }),
  fc.record({
    type: fc.constant("accounts_listed"),
    accounts: fc.array(fc.tuple(fc.constantFrom("1", "2", "3"), fc.constantFrom("bob", "eve")))
      .map((accounts) => new Map(accounts)),
  }),
  fc.record({
    type: fc.constant("activity_notified"),
    id: fc.constantFrom("x", "y"),
    activity: fc.constantFrom("", "1", "2", "9")
      .map((downloaderId) => ({ type: "download", downloaderId })),
    ended: fc.boolean(),
  }),
  fc.record({
    type: fc.constant("jobs_listed"),
    jobs: fc.record({ transcode: fc.nat(3), other: fc.nat(3) }),
  }),
  fc.constant({ type: "scrape_begun" }),
  fc.record({
    type: fc.constant("scrape_completed"),
    scrape: fc.nat(10),
    client: fc.nat(20).map((host) => `10.0.0.${host}`),
    series: fc.nat(),
  }),
) as fc.Arbitrary<Omit<ServerEvent, "at">>;

/** Events of every type in any order, with times that jump back and forth. */
export const arbitraryEvents: fc.Arbitrary<readonly ServerEvent[]> = fc.array(
  fc.tuple(arbitraryPayload, fc.integer({ min: -60_000, max: 600_000 }))
    .map(([payload, offsetMs]) => ({ ...payload, at: START + offsetMs }) as ServerEvent),
  { maxLength: 60 },
);

/** The same in the order of their times, so that few are stale. */
export const orderedEvents: fc.Arbitrary<readonly ServerEvent[]> = arbitraryEvents
  .map((events) => events.toSorted((a, b) => a.at - b.at));
