/**
 * How many bytes a session pulls in one second: in bursts, as clients fetch segments. Where they
 * are booked is the world's affair.
 */
import { streamedKbps } from "./stream_output.ts";
import type { Random } from "./random.ts";
import type { Session } from "./session.ts";

/** Bytes sent for a session in the second that begins at `second` of the world's clock. */
export function bytesInSecond(session: Session, second: number, dice: Random): number {
  if (session.state === "paused") return 0;
  const { item, version, delivery } = session;
  if (item.type === "photo") {
    // A photo is fetched once, when it is opened.
    return second === Math.floor(session.sinceMs / 1000) + 1 ? version.sizeBytes : 0;
  }
  // Live television names no bitrate, but it is sent all the same.
  const kbps = streamedKbps(version, delivery) ?? version.video?.bitrateKbps ?? 0;
  const everyS = item.type === "track" ? 10 : 3;
  if ((second + (session.player?.deviceId ?? 0)) % everyS !== 0) return 0;
  return Math.round(kbps * 125 * everyS * (0.8 + dice.roll() * 0.4));
}
