/** What is being played now: totals over closed label sets, and the detail of each session. */
import { currentValue } from "../core/availability.ts";
import type { Labels } from "../core/counter_vec.ts";
import type { Play, ServerState } from "../core/state.ts";
import { DECISIONS, HARDWARE, LOCATIONS, PLAY_STATES, playDecision } from "../core/enums.ts";
import { gaugeFamily, one, type ServerFamily } from "./family.ts";

const DETAIL = [
  "session",
  "user",
  "player",
  "product",
  "platform",
  "device",
  "location",
  "relayed",
  "secure",
  "library",
  "media_type",
  "title",
  "child_title",
  "grandchild_title",
  "channel",
  "decision",
  "video_decision",
  "audio_decision",
  "subtitle_decision",
  "source_container",
  "container",
  "source_video_codec",
  "video_codec",
  "source_audio_codec",
  "audio_codec",
  "source_resolution",
  "resolution",
  "dynamic_range",
  "hardware",
];

const STATE_VALUES = { paused: 0, playing: 1, buffering: 2 } as const;

function decisionOf({ session }: Play) {
  return playDecision(session.videoDecision, session.audioDecision);
}

/** The live plays; `undefined` where they are not known. */
function playsOf(state: ServerState, at: number): readonly Play[] | undefined {
  const plays = currentValue(state, "plays", at);
  return plays && [...plays.values()];
}

/** A sample for each label set of a closed family, zero or not, summed over the live plays. */
function zeroFilled(
  sets: readonly Labels[],
  of: (play: Play) => readonly [labels: Labels, value: number] | undefined,
): ServerFamily["samples"] {
  const keys = sets.map((labels) => Object.values(labels).join());
  return (state, at) => {
    const plays = playsOf(state, at);
    if (plays === undefined) return [];
    const sums = new Map(keys.map((key) => [key, 0]));
    for (const play of plays) {
      const [labels, value] = of(play) ?? [];
      if (labels === undefined || value === undefined) continue;
      const key = Object.values(labels).join();
      sums.set(key, (sums.get(key) ?? 0) + value);
    }
    return sets.map((labels, index) => ({ labels, value: sums.get(keys[index] ?? "") ?? 0 }));
  };
}

/** A sample for each live play of which the value is known. */
function perSession(of: (play: Play) => number | undefined): ServerFamily["samples"] {
  return (state, at) =>
    (playsOf(state, at) ?? []).flatMap((play) => {
      const value = of(play);
      return value === undefined ? [] : [{ labels: play.labels.session, value }];
    });
}

const bitsPerSecond = (kbps: number | undefined) => kbps === undefined ? undefined : kbps * 1000;

function progressOf({ session: { progressMs, durationMs } }: Play): number | undefined {
  if (progressMs === undefined || durationMs === undefined || durationMs <= 0) return undefined;
  return Math.min(1, progressMs / durationMs);
}

const SESSION_SETS = PLAY_STATES.flatMap((state) =>
  DECISIONS.flatMap((decision) => LOCATIONS.map((location) => ({ state, decision, location })))
);

export const SESSIONS: readonly ServerFamily[] = [
  gaugeFamily(
    "plex_sessions",
    "Sessions now, by what they are doing, how they are delivered and where to.",
    ["state", "decision", "location"],
    zeroFilled(SESSION_SETS, (play) => [{
      state: play.state,
      decision: decisionOf(play),
      location: play.session.location,
    }, 1]),
  ),
  gaugeFamily(
    "plex_video_transcodes",
    "Sessions whose video is transcoded, by how much of that runs in hardware.",
    ["hardware"],
    zeroFilled(
      HARDWARE.map((hardware) => ({ hardware })),
      ({ session: { videoDecision, transcode } }) =>
        videoDecision === "transcode"
          ? [{ hardware: transcode?.hardware ?? "none" }, 1]
          : undefined,
    ),
  ),
  gaugeFamily(
    "plex_audio_transcodes",
    "Sessions whose audio is transcoded.",
    [],
    (state, at) =>
      one(
        playsOf(state, at)
          ?.filter(({ session }) => session.audioDecision === "transcode").length,
      ),
  ),
  gaugeFamily(
    "plex_subtitle_transcodes",
    "Sessions whose subtitles are burned into the picture or transcoded.",
    ["action"],
    zeroFilled(
      [{ action: "burn" }, { action: "transcode" }],
      ({ session: { subtitleDecision: action } }) =>
        action === "burn" || action === "transcode" ? [{ action }, 1] : undefined,
    ),
  ),
  gaugeFamily(
    "plex_stream_bandwidth_bits_per_second",
    "Sum of the streamed media's bitrates over playing sessions, by location.",
    ["location"],
    zeroFilled(
      LOCATIONS.map((location) => ({ location })),
      ({ state, session: { location, output } }) =>
        state === "playing" ? [{ location }, (output.bitrateKbps ?? 0) * 1000] : undefined,
    ),
  ),
  gaugeFamily(
    "plex_session_info",
    "What is known of a session; always 1. Join it to the other plex_session_* families.",
    DETAIL,
    (state, at) =>
      (playsOf(state, at) ?? []).map(({ labels }) => ({
        labels: labels.detail,
        value: 1,
      })),
  ),
  gaugeFamily(
    "plex_session_state",
    "What the session is doing: 0 paused, 1 playing, 2 buffering.",
    ["session"],
    perSession(({ state }) => STATE_VALUES[state]),
  ),
  gaugeFamily(
    "plex_session_progress_ratio",
    "How far into the item the session is, 0 to 1.",
    ["session"],
    perSession(progressOf),
  ),
  gaugeFamily(
    "plex_session_start_timestamp_seconds",
    "When the session was first seen.",
    ["session"],
    perSession(({ startedAt }) => startedAt / 1000),
  ),
  gaugeFamily(
    "plex_session_bandwidth_bits_per_second",
    "Bitrate of the streamed media.",
    ["session"],
    perSession(({ session }) => bitsPerSecond(session.output.bitrateKbps)),
  ),
  gaugeFamily(
    "plex_session_source_bandwidth_bits_per_second",
    "Bitrate of the file.",
    ["session"],
    perSession(({ session }) => bitsPerSecond(session.source?.bitrateKbps)),
  ),
  gaugeFamily(
    "plex_session_transcode_speed_ratio",
    "Speed of the session's transcode as a multiple of real time; 0 while throttled.",
    ["session"],
    perSession(({ session }) => session.transcode?.speed),
  ),
  gaugeFamily(
    "plex_session_transcode_throttled",
    "Whether the session's transcode waits because the player has enough.",
    ["session"],
    perSession(({ session: { transcode } }) => transcode && Number(transcode.throttled)),
  ),
];
