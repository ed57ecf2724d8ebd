/**
 * The bytes that a session transfers in one second: in bursts, as clients fetch segments.
 */
import { streamedKbps } from "./stream_output.ts";
import type { Random } from "./random.ts";
import type { Session } from "./session.ts";

/** Bytes sent for a session in the second that begins at `second` of the simulation's clock. */
export function bytesInSecond(session: Session, second: number, random: Random): number {
  if (session.state === "paused") return 0;
  const { item, version, stream } = session;
  if (item.type === "photo") {
    // A photo is fetched once, when it is opened.
    return second === Math.floor(session.sinceMs / 1000) + 1 ? version.sizeBytes : 0;
  }
  // Plex reports no bitrate of live television, but sends it all the same.
  const kbps = streamedKbps(version, stream) ?? version.video?.bitrateKbps ?? 0;
  const everyS = item.type === "track" ? 10 : 3;
  if ((second + (session.player?.deviceId ?? 0)) % everyS !== 0) return 0;
  return Math.round(kbps * 125 * everyS * (0.8 + random.next() * 0.4));
}
