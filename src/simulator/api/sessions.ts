/**
 * `/status/sessions`, `/transcode/sessions` and `/status/sessions/background`.
 */
import { networkOf, reservedKbps } from "../stream_output.ts";
import { progressAt, type Session } from "../session.ts";
import type { Simulation } from "../simulation.ts";
import { container, type Element } from "./plex_document.ts";
import { sessionMedia } from "./media.ts";
import { itemAttributes } from "./item_attributes.ts";
import { transcodeElement } from "./transcode.ts";

function playerElement(session: Session): Element {
  const { player, location, state, secure, user } = session;
  // docs/plex/api.md#sessions-without-user-or-player
  if (player === undefined) return {};
  const relayed = location === "relayed";
  const local = location === "lan";
  return {
    address: local ? player.address : relayed ? "127.0.0.1" : "203.0.113.7",
    device: player.device,
    machineIdentifier: player.machineIdentifier,
    model: player.model,
    platform: player.platform,
    platformVersion: player.platformVersion,
    product: player.product,
    profile: player.product,
    remotePublicAddress: relayed ? "127.0.0.1" : local ? "198.51.100.4" : "203.0.113.7",
    state,
    title: player.title,
    vendor: player.vendor,
    version: player.version,
    local,
    relayed,
    secure,
    // docs/plex/api.md#ids: a number here, a string in User.
    userID: user?.id,
  };
}

/** One entry of `/status/sessions` at `nowMs`. */
export function sessionElement(simulation: Simulation, session: Session, nowMs: number): Element {
  const { item, user, transcode, stream, version, offsetMs } = session;
  const { librarySectionID, ...attributes } = itemAttributes(simulation, item);
  return {
    ...attributes,
    // docs/plex/api.md#ids: a string in sessions, a number in metadata.
    librarySectionID: librarySectionID === undefined ? undefined : String(librarySectionID),
    sessionKey: session.key,
    // docs/plex/api.md#progress: missing at 0, and moves only when the player reports.
    viewOffset: offsetMs === 0 || item.type === "photo" ? undefined : offsetMs,
    // docs/plex/api.md#ids: strings in sessions, numbers elsewhere.
    Media: sessionMedia(session, String),
    User: user === undefined ? {} : {
      id: String(user.id),
      thumb: `https://plex.tv/users/${user.id}/avatar?c=1`,
      title: user.name,
    },
    Player: playerElement(session),
    Session: session.withoutSessionElement ? undefined : {
      id: session.id,
      bandwidth: reservedKbps(item, version, stream),
      location: networkOf(session.location),
    },
    TranscodeSession: transcode === undefined
      ? undefined
      : transcodeElement(session, transcode, nowMs, { offsets: true }),
  };
}

/** `/status/sessions`. */
export function sessionsDocument(simulation: Simulation): Element {
  const nowMs = simulation.now();
  return container(
    "Metadata",
    simulation.sessions().map((session) => sessionElement(simulation, session, nowMs)),
  );
}

/** `/status/sessions/background` (docs/plex/api.md#background-transcodes). */
export function backgroundDocument(simulation: Simulation): Element {
  const nowMs = simulation.now();
  return container(
    "TranscodeJob",
    simulation.backgroundJobs.running.flatMap((session) => {
      const { item, transcode } = session;
      if (transcode === undefined) return [];
      const { percent, remainingS, speed } = progressAt(session, transcode, nowMs);
      return [{
        generatorID: 1,
        key: `/transcode/sessions/${transcode.id}`,
        progress: percent,
        ratingKey: item.ratingKey,
        remaining: remainingS,
        size: -22,
        speed,
        targetTagID: 1,
        thumb: `/library/metadata/${item.ratingKey}/thumb/${item.updatedAtS}`,
        title: item.title,
        type: "transcode",
      }];
    }),
  );
}

/** `/transcode/sessions`, with the jobs that belong to no session. */
export function transcodesDocument(simulation: Simulation): Element {
  const nowMs = simulation.now();
  const element = (session: Session, context: "streaming" | "static") =>
    session.transcode === undefined ? [] : [
      transcodeElement(session, session.transcode, nowMs, {
        offsets: true,
        bareKey: true,
        context,
      }),
    ];
  return container("TranscodeSession", [
    ...simulation.sessions().flatMap((session) => element(session, "streaming")),
    ...simulation.backgroundJobs.running.flatMap((session) => element(session, "static")),
  ]);
}
