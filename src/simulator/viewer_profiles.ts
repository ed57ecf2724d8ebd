/**
 * Who of the household sits where and likes what. What they do there is not known here.
 */
import type { Location, Method } from "./stream_output.ts";
import type { Channel } from "./item.ts";

/** What somebody likes. */
export type Preference = "films" | "series" | "music" | "photos" | "television";

/** Somebody's place, and how things reach it. */
export interface ViewerProfile {
  readonly user: number;
  readonly player: number;
  readonly taste: Preference;
  readonly how: Method;
  readonly location: Location;
}

/** Every way of delivering and every kind of media has its place, so that all are soon seen. */
export const viewerProfiles: readonly ViewerProfile[] = [
  { user: 0, player: 0, taste: "films", how: "direct play", location: "lan" },
  { user: 1, player: 2, taste: "series", how: "hardware transcode", location: "wan" },
  { user: 0, player: 1, taste: "series", how: "direct stream", location: "lan" },
  { user: 2, player: 4, taste: "music", how: "direct play", location: "lan" },
  { user: 4, player: 6, taste: "television", how: "direct stream", location: "lan" },
  { user: 1, player: 3, taste: "films", how: "software transcode", location: "cellular" },
  { user: 2, player: 5, taste: "series", how: "audio transcode", location: "lan" },
  { user: 5, player: 8, taste: "films", how: "subtitle burn", location: "relayed" },
  { user: 3, player: 7, taste: "films", how: "partial hardware transcode", location: "wan" },
  { user: 3, player: 9, taste: "photos", how: "direct play", location: "lan" },
];

/** What is on television. */
export const channels: readonly Channel[] = [
  { number: "5.1", callSign: "HBR", title: "Harbour One" },
  { number: "9.2", callSign: "GULL", title: "Gull News" },
  { number: "12.1", callSign: "KTL", title: "Kettle TV" },
];

export const programmes: readonly string[] = [
  "The Late Weather",
  "Quiz of Quizzes",
  "News at Some Point",
];
