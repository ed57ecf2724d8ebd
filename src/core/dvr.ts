/** The television recorder (DVR): its tuners and its recordings. */
import { currentValue } from "./availability.ts";
import { RECORDING_STATUSES, type RecordingStatus, type TunerState } from "./enums.ts";
import type { ServerState } from "./state.ts";

/** The number of tuners, by whether Plex can use them. */
export interface Tuners {
  readonly online: number;
  readonly offline: number;
}

/** The recordings that Plex lists, and the tuners that they use. */
export interface Recordings {
  readonly byStatus: Readonly<Record<RecordingStatus, number>>;
  /** Tuners that record. */
  readonly recordingTuners: number;
  /** Tuners for live television. Some servers do not list it here: then 0. */
  readonly liveTuners: number;
}

/** What is known of the recorder of a server that has one. */
export interface Dvr {
  readonly tuners: Tuners;
  readonly recordings: Recordings;
}

/** No recordings. */
export const NO_RECORDINGS: Recordings = {
  byStatus: Object.fromEntries(
    RECORDING_STATUSES.map((status) => [status, 0]),
  ) as Record<RecordingStatus, number>,
  recordingTuners: 0,
  liveTuners: 0,
};

/**
 * The tuners by state; `undefined` without a recorder. Plex does not report which tuners are in
 * use: the number is what recordings and live television need. If Plex does not list live
 * television as recordings, each play of it counts as one.
 */
export function tunersByState(
  state: ServerState,
  at: number,
): Readonly<Record<TunerState, number>> | undefined {
  const dvr = currentValue(state, "dvr", at);
  if (dvr === undefined) return undefined;
  const { tuners: { online, offline }, recordings: { recordingTuners, liveTuners } } = dvr;
  const needed = recordingTuners + (liveTuners || countLiveTvPlays(state, at));
  const inUse = Math.min(needed, online);
  return { in_use: inUse, idle: online - inUse, offline };
}

function countLiveTvPlays(state: ServerState, at: number): number {
  const plays = currentValue(state, "plays", at)?.values() ?? [];
  return [...plays].filter(({ session }) => session.live).length;
}
