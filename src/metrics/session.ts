/** What is being played now: totals over closed label sets, and the detail of each session. */
import { currentValue } from "../core/availability.ts";
import { keyText, type SeriesKey } from "../core/counter_vec.ts";
import {
  type Decision,
  DECISIONS,
  HARDWARE,
  type Hardware,
  type Location,
  LOCATIONS,
  PLAY_STATES,
  type PlayState,
  SUBTITLE_ACTIONS,
  type SubtitleAction,
} from "../core/enums.ts";
import type { SessionInfoKey } from "../core/play_keys.ts";
import { playDecision } from "../core/session.ts";
import type { Play, ServerState } from "../core/state.ts";
import { gaugeFamily, type KeyedValue, one, type ServerFamily, type Values } from "./family.ts";
import { labelsOf, NO_LABELS } from "./labels.ts";

const SESSION_LABELS = labelsOf<SessionInfoKey>({ session: "sessionKey" });

const STATE_VALUES = { paused: 0, playing: 1, buffering: 2 } as const;

/** The live plays; `undefined` where they are not known. */
function playsOf(state: ServerState, at: number): readonly Play[] | undefined {
  const plays = currentValue(state, "plays", at);
  return plays && [...plays.values()];
}

/** The sum over the live plays for each key of a closed set, 0 included. */
function zeroFilled<Key extends SeriesKey>(
  keys: readonly Key[],
  keyedValueOf: (play: Play) => KeyedValue<Key> | undefined,
): Values<Key> {
  const texts = keys.map(keyText);
  return (state, at) => {
    const plays = playsOf(state, at);
    if (plays === undefined) return [];
    const sums = new Map(texts.map((text) => [text, 0]));
    for (const play of plays) {
      const [key, value] = keyedValueOf(play) ?? [];
      if (key === undefined || value === undefined) continue;
      const text = keyText(key);
      sums.set(text, (sums.get(text) ?? 0) + value);
    }
    return keys.map((key, index) => [key, sums.get(texts[index] ?? "") ?? 0]);
  };
}

/** A value for each live play of which it is known. */
function perSession(valueOf: (play: Play) => number | undefined): Values<SessionInfoKey> {
  return (state, at) =>
    (playsOf(state, at) ?? []).flatMap((play) => {
      const value = valueOf(play);
      return value === undefined ? [] : [[play.keys.info, value]];
    });
}

const bitsPerSecond = (kbps: number | undefined) => kbps === undefined ? undefined : kbps * 1000;

function progressOf({ session: { progressMs, durationMs } }: Play): number | undefined {
  if (progressMs === undefined || durationMs === undefined || durationMs <= 0) return undefined;
  return Math.min(1, progressMs / durationMs);
}

type SessionsKey = {
  readonly state: PlayState;
  readonly decision: Decision;
  readonly location: Location;
};
type HardwareKey = { readonly hardware: Hardware };
type SubtitleKey = { readonly action: SubtitleAction };
type LocationKey = { readonly location: Location };

const SESSIONS_KEYS: readonly SessionsKey[] = PLAY_STATES.flatMap((state) =>
  DECISIONS.flatMap((decision) => LOCATIONS.map((location) => ({ state, decision, location })))
);

/** The families of the current sessions. */
export const SESSIONS: readonly ServerFamily[] = [
  gaugeFamily(
    "plex_sessions",
    "Current number of sessions by state, decision and location.",
    labelsOf<SessionsKey>({ state: "state", decision: "decision", location: "location" }),
    zeroFilled(SESSIONS_KEYS, (play) => [{
      state: play.state,
      decision: playDecision(play.session),
      location: play.session.location,
    }, 1]),
  ),
  gaugeFamily(
    "plex_video_transcodes",
    "Current number of sessions whose video is transcoded, by use of hardware.",
    labelsOf<HardwareKey>({ hardware: "hardware" }),
    zeroFilled<HardwareKey>(
      HARDWARE.map((hardware) => ({ hardware })),
      (play) => {
        if (play.session.videoDecision !== "transcode") return undefined;
        const { hardware } = play.keys.info;
        // Empty until it is known whether Plex uses hardware: not counted until then.
        const known = HARDWARE.find((value) => value === hardware);
        return known && [{ hardware: known }, 1];
      },
    ),
  ),
  gaugeFamily(
    "plex_audio_transcodes",
    "Current number of sessions whose audio is transcoded.",
    NO_LABELS,
    (state, at) =>
      one(
        playsOf(state, at)
          ?.filter(({ session }) => session.audioDecision === "transcode").length,
      ),
  ),
  gaugeFamily(
    "plex_subtitle_transcodes",
    "Current number of sessions whose subtitles are burned in or transcoded, by action.",
    labelsOf<SubtitleKey>({ action: "action" }),
    zeroFilled<SubtitleKey>(
      SUBTITLE_ACTIONS.map((action) => ({ action })),
      ({ session: { subtitleDecision: action } }) =>
        action === "burn" || action === "transcode" ? [{ action }, 1] : undefined,
    ),
  ),
  gaugeFamily(
    "plex_stream_bandwidth_bits_per_second",
    "Total bitrate of the streams of playing sessions, by location.",
    labelsOf<LocationKey>({ location: "location" }),
    zeroFilled<LocationKey>(
      LOCATIONS.map((location) => ({ location })),
      ({ state, session: { location, output } }) =>
        state === "playing" ? [{ location }, (output.bitrateKbps ?? 0) * 1000] : undefined,
    ),
  ),
  gaugeFamily(
    "plex_session_info",
    "Information about a session; always 1. Join it with other plex_session metrics on session.",
    labelsOf<SessionInfoKey>({
      session: "sessionKey",
      user: "user",
      player: "player",
      product: "product",
      platform: "platform",
      device: "device",
      location: "location",
      relayed: "relayed",
      secure: "secure",
      library: "library",
      media_type: "mediaType",
      title: "title",
      child_title: "childTitle",
      grandchild_title: "grandchildTitle",
      channel: "channel",
      decision: "decision",
      video_decision: "videoDecision",
      audio_decision: "audioDecision",
      subtitle_decision: "subtitleDecision",
      source_container: "sourceContainer",
      container: "container",
      source_video_codec: "sourceVideoCodec",
      video_codec: "videoCodec",
      source_audio_codec: "sourceAudioCodec",
      audio_codec: "audioCodec",
      source_resolution: "sourceResolution",
      resolution: "resolution",
      dynamic_range: "dynamicRange",
      hardware: "hardware",
    }),
    perSession(() => 1),
  ),
  gaugeFamily(
    "plex_session_state",
    "State of the session: 0 paused, 1 playing, 2 buffering.",
    SESSION_LABELS,
    perSession(({ state }) => STATE_VALUES[state]),
  ),
  gaugeFamily(
    "plex_session_progress_ratio",
    "Playback position as a share of the item's duration, 0 to 1.",
    SESSION_LABELS,
    perSession(progressOf),
  ),
  gaugeFamily(
    "plex_session_start_timestamp_seconds",
    "Unix timestamp at which the exporter first saw the session.",
    SESSION_LABELS,
    perSession(({ startedAt }) => startedAt / 1000),
  ),
  gaugeFamily(
    "plex_session_bandwidth_bits_per_second",
    "Bitrate of the stream that is sent to the player.",
    SESSION_LABELS,
    perSession(({ session }) => bitsPerSecond(session.output.bitrateKbps)),
  ),
  gaugeFamily(
    "plex_session_source_bandwidth_bits_per_second",
    "Bitrate of the source file.",
    SESSION_LABELS,
    perSession(({ session }) => bitsPerSecond(session.source?.bitrateKbps)),
  ),
  gaugeFamily(
    "plex_session_transcode_speed_ratio",
    "Speed of the transcode as a multiple of real time; 0 while throttled.",
    SESSION_LABELS,
    perSession(({ session }) => session.transcode?.speed),
  ),
  gaugeFamily(
    "plex_session_transcode_throttled",
    "Whether the transcode is throttled because the player has buffered enough.",
    SESSION_LABELS,
    perSession(({ session: { transcode } }) => transcode && Number(transcode.throttled)),
  ),
];
