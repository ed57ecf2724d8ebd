/** Wire to domain for `/status/sessions`: user, item, player and location of every play. */
import type { Player, Session } from "../../core/session.ts";
import { location, mediaType, playState } from "../../core/normalize.ts";
import { type HiddenLabels, hideValue } from "../redact_labels.ts";
import type { WireSession } from "../schema.ts";
import {
  isConverted,
  isLive,
  mapSourceAndOutput,
  mapTranscode,
  streamDecisions,
} from "./decisions.ts";
import type { Version } from "./media.ts";

/** The files of a library item by its rating key; `undefined` for one that was not looked up. */
export type VersionsOf = (ratingKey: string) => readonly Version[] | undefined;

/** Prefixes of the `guid` of items that are in no library: prerolls and streamed trailers. */
const EPHEMERAL = ["prerolls://", "analyzed.prerolls://", "iva://"] as const;

/**
 * Ids of libraries and their items. -2 and -3 mean prerolls and unknown
 * (docs/plex/api.md#library-of-a-session).
 */
const POSITIVE = /^[1-9]\d*$/;

/**
 * The rating key, or "" if it is missing, empty or 0
 * (docs/plex/notifications.md#quirk-9-live-television).
 */
export function mapRatingKey(ratingKey: string | undefined): string {
  return ratingKey === undefined || ratingKey === "0" ? "" : ratingKey;
}

/** Whether a state that Plex reports means that the play is over. */
export function isStopped(state: string | undefined): boolean {
  return ["stopped", "error"].includes(state?.toLowerCase() ?? "");
}

/**
 * Whether a session counts as a play. Theme music (`guid` `library://…`) does not, nor does the
 * remainder of a stopped session, without user and player
 * (docs/plex/notifications.md#quirk-3-sessions-of-nobody), nor browsing by DLNA
 * (docs/plex/api.md#sessions-without-user-or-player).
 */
function isPlay(session: WireSession): boolean {
  const { sessionKey, guid, User, Player } = session;
  if (!sessionKey || guid?.startsWith("library://")) return false;
  // A stopped session in the list is no play any more.
  if (isStopped(Player?.state)) return false;
  if (Player?.product === "DLNA" && !Player.platform) return false;
  return Boolean(
    User?.id || User?.title ||
      Player?.machineIdentifier || Player?.title || Player?.product || Player?.platform,
  );
}

/**
 * Whether the file behind a session has to be looked up in the library: the session is converted
 * and its item is in a library. For live television, prerolls and paths Plex answers 404
 * (docs/plex/api.md#items-without-metadata).
 */
export function needsSource(session: WireSession): boolean {
  const { ratingKey = "", librarySectionID = "", guid = "" } = session;
  return POSITIVE.test(ratingKey) && !librarySectionID.startsWith("-") && !isLive(session) &&
    !EPHEMERAL.some((start) => guid.startsWith(start)) &&
    isPlay(session) && isConverted(streamDecisions(session));
}

/** Trailers belong to no library, even if Plex names that of their film. */
function isTrailer(session: WireSession): boolean {
  return session.extraType === 1 || session.subtype === "trailer" ||
    (session.guid ?? "").startsWith("iva://");
}

function mapLibrary(session: WireSession, hide: HiddenLabels): Session["library"] {
  const id = session.librarySectionID ?? "";
  if (!POSITIVE.test(id) || isLive(session) || isTrailer(session)) return undefined;
  return { id, title: hideValue(hide, "library", session.librarySectionTitle ?? "") };
}

/** Show, season and episode, or artist, album and track; other items have only a title. */
function mapTitles(
  session: WireSession,
  hide: HiddenLabels,
): Pick<Session, "title" | "childTitle" | "grandchildTitle"> {
  const { type, title = "", parentTitle = "", grandparentTitle, originalTitle } = session;
  const top = grandparentTitle || (type === "track" && originalTitle) || "";
  const nested = (type === "episode" || type === "track") && top !== "";
  const shown = (text: string) => hideValue(hide, "title", text);
  return {
    title: shown(nested ? top : title),
    childTitle: shown(nested ? parentTitle : ""),
    grandchildTitle: shown(nested ? title : ""),
  };
}

function mapPlayer(session: WireSession, hide: HiddenLabels): Player {
  const { machineIdentifier, title, device, product, platform } = session.Player ?? {};
  return {
    id: machineIdentifier ?? "",
    name: hideValue(hide, "player", title ?? ""),
    device: hideValue(hide, "device", device ?? ""),
    product: product ?? "",
    platform: platform ?? "",
  };
}

function mapSession(session: WireSession, versionsOf: VersionsOf, hide: HiddenLabels): Session {
  const { User, Player, TranscodeSession, viewOffset, duration } = session;
  const live = isLive(session);
  const decisions = streamDecisions(session);
  const relayed = Player?.relayed ?? false;
  const ratingKey = mapRatingKey(session.ratingKey);
  const durationMs = duration || undefined;
  const channel = decisions.media?.channelTitle || decisions.media?.channelCallSign || "";
  return {
    sessionKey: session.sessionKey ?? "",
    ratingKey,
    live,
    // A session without a state is listed because it plays.
    state: playState((Player?.state ?? "").toLowerCase()) ?? "playing",
    userId: User?.id ?? "",
    user: hideValue(hide, "user", User?.title ?? ""),
    player: mapPlayer(session, hide),
    location: location(session.Session?.location, Player?.local, relayed),
    relayed,
    secure: Player?.secure ?? false,
    library: mapLibrary(session, hide),
    mediaType: mediaType(session.type ?? "", live),
    plexType: session.type ?? "",
    ...mapTitles(session, hide),
    channel: live ? hideValue(hide, "channel", channel) : "",
    // Some players omit the offset at the beginning (docs/plex/api.md#progress).
    progressMs: viewOffset ?? (durationMs === undefined ? undefined : 0),
    durationMs,
    partDecision: decisions.partDecision,
    videoDecision: decisions.videoDecision,
    audioDecision: decisions.audioDecision,
    subtitleDecision: decisions.subtitleDecision,
    ...mapSourceAndOutput(decisions, TranscodeSession, versionsOf(ratingKey)),
    transcode: mapTranscode(decisions, TranscodeSession),
  };
}

/** The plays in a session list, in its order. */
export function mapSessions(
  sessions: readonly WireSession[],
  versionsOf: VersionsOf,
  hide: HiddenLabels,
): readonly Session[] {
  return sessions.filter(isPlay).map((session) => mapSession(session, versionsOf, hide));
}
