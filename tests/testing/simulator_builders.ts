/** Parts of the simulated server for their own tests: a film, a session, what a viewer needs. */
import type { ListLag } from "../../src/simulator/clients.ts";
import { createRandom } from "../../src/simulator/random.ts";
import type { Item, Version } from "../../src/simulator/item.ts";
import type { Notification } from "../../src/simulator/notification.ts";
import type { Play } from "../../src/simulator/ground_truth.ts";
import type { Session } from "../../src/simulator/session.ts";
import { SessionList } from "../../src/simulator/session_list.ts";
import { Timers } from "../../src/simulator/timers.ts";
import type { Player, User } from "../../src/simulator/users.ts";
import type { ViewerContext } from "../../src/simulator/viewer_context.ts";
import { DrivenClock } from "./driven_clock.ts";
import type { AnyJson } from "./simulator_client.ts";

/** A film of 100 minutes in one file, 10,000 kbit/s. */
export const VERSION: Version = {
  id: 11,
  partId: 12,
  container: "mkv",
  bitrateKbps: 10_000,
  resolution: "1080",
  width: 1920,
  height: 1080,
  durationMs: 6_000_000,
  file: "/media/films/1.11.mkv",
  sizeBytes: 7_500_000_000,
  video: {
    id: 13,
    codec: "h264",
    profile: "high",
    bitrateKbps: 9_168,
    width: 1920,
    height: 1080,
    framesPerSecond: 24,
    range: "sdr",
  },
  audio: [
    { id: 14, codec: "eac3", channels: 6, bitrateKbps: 640, language: "English" },
    { id: 15, codec: "aac", channels: 2, bitrateKbps: 192, language: "Deutsch" },
  ],
  subtitles: [{ id: 16, codec: "srt", language: "English" }],
};

/** A film with one version. */
export const FILM: Item = {
  type: "movie",
  ratingKey: "1001",
  title: "Two Spoons",
  guid: "plex://movie/1001",
  libraryId: "1",
  durationMs: 6_000_000,
  addedAtS: 1_700_000_000,
  updatedAtS: 1_700_000_060,
  versions: [VERSION],
};

/** A user who is not the owner. */
export const USER: User = { id: 20_117_301, name: "wren" };

/** A phone. */
export const PLAYER: Player = {
  deviceId: 4,
  machineIdentifier: "player4exampleclient",
  title: "Phone",
  product: "Plex for iOS",
  version: "8.4.1",
  platform: "iOS",
  platformVersion: "14",
  address: "192.168.20.104",
};

/** A film that has been playing directly since 0 ms, changed as needed. */
export function newTestSession(changes: Partial<Session> = {}): Session {
  return {
    key: "7",
    id: "session7",
    item: FILM,
    version: VERSION,
    stream: { method: "direct play" },
    user: USER,
    player: PLAYER,
    location: "lan",
    secure: true,
    state: "playing",
    offsetMs: 0,
    sinceMs: 0,
    withoutSessionElement: false,
    playQueueId: 3_001,
    playQueueItemId: 60_001,
    ...changes,
  };
}

/** The context of a viewer on a server that is up, with what the viewer reports to it. */
export interface TestContext extends ViewerContext {
  readonly clock: DrivenClock;
  readonly announced: Notification[];
  readonly plays: Play[];
  readonly views: Session[];
  plexNowS(): number;
  /** How often a viewer has ended. */
  readonly ended: number;
  /** Sessions in the list now. */
  listed(): readonly Session[];
}

/** No delay of the list behind the frames. */
export const NO_LAG: ListLag = { startMs: 0, changeMs: 0, stopMs: 0 };

/** Opens a context whose list is behind the frames by exactly this lag. */
export function openContext({ lag = NO_LAG, seed = 1 } = {}): TestContext {
  const clock = new DrivenClock();
  const sessionList = new SessionList();
  const announced: Notification[] = [];
  const plays: Play[] = [];
  const views: Session[] = [];
  let lastKey = 0;
  let ended = 0;
  return {
    clock,
    announced,
    plays,
    views,
    get ended() {
      return ended;
    },
    timers: new Timers(clock),
    random: createRandom(seed),
    sessionList,
    now: () => clock.now(),
    plexNowS: () => Math.floor(clock.now() / 1000),
    isUp: () => true,
    recordUsage: () => {},
    announce: (notification) => void announced.push(notification),
    nextSessionKey: () => String(++lastKey),
    recordPlay: (play) => void plays.push(play),
    recordView: (session) => void views.push(session),
    lagMs: (change) => lag[`${change}Ms`],
    onEnd: () => void (ended += 1),
    listed: () => sessionList.at(clock.now()),
  };
}

/** An element as a client reads it: without the attributes that are absent. */
export function asJson(element: unknown): AnyJson {
  return JSON.parse(JSON.stringify(element));
}

/**
 * Notifications in short: the state of a play, the event of a transcode or activity, or the kind.
 */
export function inShort(notifications: readonly Notification[]): string[] {
  return notifications.map((notification) => {
    if (notification.kind === "playing") return notification.state;
    if (notification.kind === "transcode" || notification.kind === "activity") {
      return `${notification.kind} ${notification.event}`;
    }
    return notification.kind;
  });
}
