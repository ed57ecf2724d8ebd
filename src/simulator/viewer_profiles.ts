/** The simulated users: their players, their networks and what they play. */
import type { Location, Method } from "./stream_output.ts";

/** What a user plays. */
export type Preference = "films" | "series" | "music" | "photos" | "television";

/** A user on a player, and how streams are delivered to it. */
export interface ViewerProfile {
  readonly user: number;
  readonly player: number;
  readonly preference: Preference;
  readonly method: Method;
  readonly location: Location;
}

/** Together they use every delivery method and every media type. */
export const viewerProfiles: readonly ViewerProfile[] = [
  { user: 0, player: 0, preference: "films", method: "direct play", location: "lan" },
  { user: 1, player: 2, preference: "series", method: "hardware transcode", location: "wan" },
  { user: 0, player: 1, preference: "series", method: "direct stream", location: "lan" },
  { user: 2, player: 4, preference: "music", method: "direct play", location: "lan" },
  { user: 4, player: 6, preference: "television", method: "direct stream", location: "lan" },
  { user: 1, player: 3, preference: "films", method: "software transcode", location: "cellular" },
  { user: 2, player: 5, preference: "series", method: "audio transcode", location: "lan" },
  { user: 5, player: 8, preference: "films", method: "subtitle burn", location: "relayed" },
  {
    user: 3,
    player: 7,
    preference: "films",
    method: "partial hardware transcode",
    location: "wan",
  },
  { user: 3, player: 9, preference: "photos", method: "direct play", location: "lan" },
];
