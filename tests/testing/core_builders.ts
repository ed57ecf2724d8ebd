/** Builds sessions, events and states for tests of the core. */
import assert from "node:assert/strict";
import type { ServerEvent } from "../../src/core/event.ts";
import { seriesOf } from "../../src/core/counter_vec.ts";
import type { ServerInfo } from "../../src/core/server.ts";
import { initialState, type Play, type ServerState } from "../../src/core/state.ts";
import type { Session } from "../../src/core/session.ts";
import { reduce } from "../../src/core/reduce.ts";

/** When tests begin: noon on a Monday, in ms. */
export const START = Date.UTC(2026, 0, 5, 12);

/** A server with Plex Pass. */
export const SERVER: ServerInfo = {
  id: "0123456789abcdef0123456789abcdef01234567",
  name: "home",
  version: "1.42.1",
  platform: "Linux",
  platformVersion: "6.1",
  plexPass: true,
  remoteAccess: true,
  signedIn: true,
};

/** A film of 8 Mbit/s that user bob plays directly on a television in the local network. */
export function session(changed: Partial<Session> = {}): Session {
  const media = {
    container: "mkv",
    videoCodec: "hevc",
    audioCodec: "eac3",
    resolution: "1080",
    bitrateKbps: 8_000,
    dynamicRange: "sdr",
  } as const;
  return {
    sessionKey: "1",
    ratingKey: "100",
    live: false,
    state: "playing",
    userId: "7",
    user: "bob",
    player: { id: "tv-1", name: "Den", device: "TV", product: "Plex for TV", platform: "Tizen" },
    location: "lan",
    relayed: false,
    secure: true,
    library: { id: "1", title: "Films" },
    mediaType: "movie",
    plexType: "movie",
    title: "The Long Road",
    childTitle: "",
    grandchildTitle: "",
    channel: "",
    progressMs: 0,
    durationMs: 7_200_000,
    partDecision: "directplay",
    videoDecision: "direct_play",
    audioDecision: "direct_play",
    subtitleDecision: "none",
    output: media,
    source: media,
    ...changed,
  };
}

/** A list. Where the position of a session is 0, it is as if it had been playing since `START`. */
export function listed(at: number, ...sessions: Session[]): ServerEvent {
  const positioned = sessions.map((one) =>
    one.progressMs === 0 ? { ...one, progressMs: Math.max(0, at - START) } : one
  );
  return { type: "sessions_listed", at, sessions: positioned };
}

/** A notification of the player of `session`, with a position as if it had played since `START`. */
export function notified(
  at: number,
  state: "playing" | "paused" | "buffering" | "stopped",
  sessionKey = "1",
  ratingKey = "100",
): ServerEvent {
  return {
    type: "playback_notified",
    at,
    sessionKey,
    ratingKey,
    playerId: "tv-1",
    state,
    positionMs: Math.max(0, at - START) || undefined,
  };
}

/** The state after the events, from the initial state. */
export function after(...events: readonly ServerEvent[]): ServerState {
  return events.reduce(reduce, initialState("plex.example:32400", "UTC"));
}

/** A state with one play of a session with these changes, and that play. */
export function playing(changed: Partial<Session> = {}): [ServerState, Play] {
  const state = after(listed(START, session(changed)));
  const [play] = state.plays.values();
  assert.ok(play);
  return [state, play];
}

/** Freezes a value deeply, including maps and sets. */
export function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map || value instanceof Set) {
    for (const entry of value.entries()) entry.forEach(freeze);
    const forbid = () => {
      throw new TypeError("a frozen state was changed");
    };
    return Object.freeze(Object.assign(value, { set: forbid, add: forbid, delete: forbid }));
  }
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

/** Sums over all series: plays, milliseconds played, and estimated bits. */
export function totals(state: ServerState): { plays: number; playMs: number; bits: number } {
  const sum = (family: "plays" | "playMs") =>
    seriesOf(state.playCounters[family]).reduce((total, { value }) => total + value, 0);
  return { plays: sum("plays"), playMs: sum("playMs"), bits: state.estimatedBits?.value ?? 0 };
}
