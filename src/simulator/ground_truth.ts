/** The plays as they really happened, for tests to compare with. */
import type { Location, Method } from "./stream_output.ts";
import type { ItemType } from "./item.ts";
import type { PlayState } from "./session.ts";

/** A span of a play in which nothing about it changed. */
export interface Span {
  readonly fromMs: number;
  /** Absent while it lasts. */
  toMs?: number;
  readonly state: PlayState;
  readonly method: Method;
  /** Absent where Plex reports no bitrate. */
  readonly bitrateKbps: number | undefined;
  readonly location: Location;
}

/** One play: one item under one session key; live television is one play across programmes. */
export interface Play {
  readonly sessionKey: string;
  readonly ratingKey: string | undefined;
  readonly userId: number | undefined;
  readonly user: string | undefined;
  readonly player: string | undefined;
  readonly mediaType: ItemType;
  readonly live: boolean;
  readonly guid: string;
  readonly title: string;
  readonly libraryId: string | undefined;
  readonly startedAtMs: number;
  /** When the viewer ended; if the client vanished, Plex notices that later. */
  endedAtMs?: number;
  readonly spans: Span[];
}

/** Milliseconds a play has spent in a state until `nowMs`. */
export function timeInState(play: Play, state: PlayState, nowMs: number): number {
  return play.spans
    .filter((span) => span.state === state)
    .reduce((sum, span) => sum + (span.toMs ?? nowMs) - span.fromMs, 0);
}

/** Ends a play and its last span; a play that has ended stays as it is. */
export function endPlay(play: Play, atMs: number): void {
  if (play.endedAtMs !== undefined) return;
  play.endedAtMs = atMs;
  const last = play.spans.at(-1);
  if (last !== undefined) last.toMs ??= atMs;
}

/** Begins a new span and ends the one before. */
export function beginSpan(play: Play, span: Span): void {
  const last = play.spans.at(-1);
  if (last !== undefined) last.toMs ??= span.fromMs;
  play.spans.push(span);
}
