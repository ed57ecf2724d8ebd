/** A session of Plex's list and a notification about a play, in terms of the domain. */
import type {
  Decision,
  DynamicRange,
  Hardware,
  Location,
  MediaType,
  PlayState,
  StreamDecision,
  SubtitleDecision,
} from "./enums.ts";

/** One version of an item: the file, or what the server makes of it for the player. */
export interface Media {
  readonly container: string;
  readonly videoCodec: string;
  readonly audioCodec: string;
  /** As normalised by `resolution`; empty if unknown. */
  readonly resolution: string;
  readonly bitrateKbps?: number | undefined;
  readonly dynamicRange: DynamicRange;
}

/** The transcode of one session. */
export interface Transcode {
  /** The last segment of Plex's key, which session lists and notifications have in common. */
  readonly key: string;
  /** `undefined` until Plex reports it, some seconds after the start. */
  readonly hardware?: Hardware | undefined;
  /** As a multiple of real time; 0 while throttled. */
  readonly speed?: number | undefined;
  readonly throttled: boolean;
}

/** The client that plays a session. */
export interface Player {
  /** The client identifier. */
  readonly id: string;
  readonly name: string;
  readonly device: string;
  readonly product: string;
  readonly platform: string;
}

/** A session that Plex lists. Unknown text is empty. */
export interface Session {
  readonly sessionKey: string;
  readonly ratingKey: string;
  /** Whether it is live television, which is identified by its session key alone. */
  readonly live: boolean;
  readonly state: PlayState;
  readonly userId: string;
  readonly user: string;
  readonly player: Player;
  readonly location: Location;
  readonly relayed: boolean;
  readonly secure: boolean;
  /** `undefined` for an item that is in no library. */
  readonly library?: { readonly id: string; readonly title: string } | undefined;
  readonly mediaType: MediaType;
  /** Plex's own type, for the families of the original exporter. */
  readonly plexType: string;
  /** Film, show or artist; season or album; episode or track. */
  readonly title: string;
  readonly childTitle: string;
  readonly grandchildTitle: string;
  readonly channel: string;
  readonly progressMs?: number | undefined;
  readonly durationMs?: number | undefined;
  /** Plex's decision on the played part, unchanged; empty without one. */
  readonly partDecision: string;
  readonly videoDecision: StreamDecision;
  readonly audioDecision: StreamDecision;
  readonly subtitleDecision: SubtitleDecision;
  /** What is sent to the player. */
  readonly output: Media;
  /** The file; `undefined` while it is unknown. */
  readonly source?: Media | undefined;
  readonly transcode?: Transcode | undefined;
}

/**
 * How a session is delivered, by its streams: `transcode` if one of them is transcoded, else
 * `direct_stream` if one is copied into another container, else `direct_play`.
 */
export function playDecision(
  { videoDecision, audioDecision }: Pick<Session, "videoDecision" | "audioDecision">,
): Decision {
  const decisions = [videoDecision, audioDecision];
  if (decisions.includes("transcode")) return "transcode";
  return decisions.includes("copy") ? "direct_stream" : "direct_play";
}

/**
 * Whether it is not known yet how much of the session's video transcode runs in hardware: at its
 * start the transcode is missing or has no speed.
 */
export function isHardwareUnknown({ videoDecision, transcode }: Session): boolean {
  return videoDecision === "transcode" && transcode?.hardware === undefined;
}

/** A notification of a play: what its player reported just now. */
export interface PlaybackNotification {
  readonly at: number;
  readonly sessionKey: string;
  /** Empty where the notification has none. */
  readonly ratingKey: string;
  /** The client identifier of the player; empty where the notification has none. */
  readonly playerId: string;
  readonly state: PlayState | "stopped";
  /** Where in the item the player is; `undefined` if it is not reported. */
  readonly positionMs?: number | undefined;
}
