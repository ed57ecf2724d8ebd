/**
 * A session as Plex's list has it, in the domain's words. Types only: what is known of a play beyond
 * its list stands in `model`.
 */
import type {
  DynamicRange,
  Hardware,
  Location,
  MediaType,
  PlayState,
  StreamDecision,
  SubtitleDecision,
} from "./enums.ts";

/** One version of a medium: the file, or what is made of it for the player. */
export interface Media {
  readonly container: string;
  readonly videoCodec: string;
  readonly audioCodec: string;
  /** Normalised, see `resolution`; empty if there is none. */
  readonly resolution: string;
  readonly bitrateKbps?: number | undefined;
  readonly dynamicRange: DynamicRange;
}

/** The work of the transcoder on one play. */
export interface Transcode {
  /** The last segment of Plex's key: it joins lists and notifications, compared whole. */
  readonly key: string;
  readonly hardware: Hardware;
  /** Multiple of real time; 0 while throttled. */
  readonly speed?: number | undefined;
  readonly throttled: boolean;
}

export interface Player {
  /** The client identifier. */
  readonly id: string;
  readonly name: string;
  readonly device: string;
  readonly product: string;
  readonly platform: string;
}

/** A session as the list of sessions has it, in the domain's words. Unknown text is empty. */
export interface Session {
  readonly sessionKey: string;
  readonly ratingKey: string;
  /** Live television: the rating key is no identity, one session key is one play. */
  readonly live: boolean;
  readonly state: PlayState;
  readonly userId: string;
  readonly user: string;
  readonly player: Player;
  readonly location: Location;
  readonly relayed: boolean;
  readonly secure: boolean;
  /** The library's id and title; `undefined` for what belongs to none. */
  readonly library?: { readonly id: string; readonly title: string } | undefined;
  readonly mediaType: MediaType;
  /** Plex's own type, for the compatible families. */
  readonly plexType: string;
  /** Film, show or artist; season or album; episode or track. */
  readonly title: string;
  readonly childTitle: string;
  readonly grandchildTitle: string;
  readonly channel: string;
  readonly progressMs?: number | undefined;
  readonly durationMs?: number | undefined;
  /** The played part's decision verbatim; empty without one. */
  readonly partDecision: string;
  readonly videoDecision: StreamDecision;
  readonly audioDecision: StreamDecision;
  readonly subtitleDecision: SubtitleDecision;
  /** What the player gets. */
  readonly output: Media;
  /** The file; `undefined` while it is not known. */
  readonly source?: Media | undefined;
  readonly transcode?: Transcode | undefined;
}
