/** A server with as much of everything as its limits allow, as the state file saves it. */
import { type SavedServer, type SavedVec, saveEmpty } from "../../src/core/saved_server.ts";
import { LIMITS } from "../../src/core/cardinality.ts";
import type { SeriesKey } from "../../src/core/counter_vec.ts";
import type { LegacyPlayKey } from "../../src/core/play_keys.ts";
import { after, SERVER, START } from "./core_builders.ts";

/** Values by label, of the length that they usually have. */
const VALUES = {
  user: (index: number) => `viewer-${index % LIMITS.users}@example.com`,
  mediaType: () => "episode",
  library: (index: number) => `Television ${index % 40}`,
  platform: (index: number) => `Platform ${index % LIMITS.platforms}`,
  location: () => "wan",
  decision: () => "transcode",
  hardware: () => "nvdec",
  sourceResolution: () => "2160p",
  resolution: () => "1080p",
  videoCodec: (index: number) => `hevc ${index}`,
  title: (index: number) => `A series with a title of the usual length, part ${index}`,
};

type Field = keyof typeof VALUES;

/** As many series as a vector may have. */
function series<Key extends SeriesKey>(...fields: readonly Field[]): SavedVec<Key> {
  return Array.from({ length: LIMITS.series }, (_, index) => ({
    key: Object.fromEntries(fields.map((field) => [field, VALUES[field](index)])) as Key,
    value: 12_345_678 + index,
    shown: true,
  }));
}

function names(field: Field, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => VALUES[field](index));
}

const PLAY_FIELDS = ["user", "mediaType", "library", "platform"] as const;

const DROPPED = [
  "sessions",
  "plays",
  "playMs",
  "streamMs",
  "titleMs",
  "bufferingMs",
  "userBytes",
  "deviceBytes",
  "libraryFiles",
  "views",
  "titleViews",
] as const;

/** The largest server, with `rows` rows of bytes. */
export function largestServer(rows: number): SavedServer {
  const empty = saveEmpty(after(), SERVER);
  const legacyKey = Object.fromEntries(
    ["libraryType", "library", "libraryId", "mediaType", "title", "childTitle", "grandchildTitle"]
      .concat("partDecision", "resolution", "sourceResolution", "bitrateKbps", "device", "product")
      .concat("user", "sessionKey", "transcodeType", "subtitleAction")
      .map((field) => [field, VALUES.title(1)]),
  ) as LegacyPlayKey;
  return {
    ...empty,
    plays: Array.from({ length: LIMITS.sessions }, (_, index) => ({
      id: `${index}\u0000${100_000 + index}\u0000${SERVER.id}\u0000${index}`,
      startedAt: START,
      legacyKey,
      playedMs: { value: 12_345_678, shown: true },
    })),
    playCounters: {
      ...empty.playCounters,
      plays: series(...PLAY_FIELDS),
      playMs: series(...PLAY_FIELDS, "location", "decision"),
      streamMs: series("decision", "hardware", "sourceResolution", "resolution", "videoCodec"),
      titleMs: series("mediaType", "library", "title"),
      bufferingMs: series("platform", "location"),
    },
    bandwidth: {
      ...empty.bandwidth,
      rows: Array.from(
        { length: rows },
        (_, index) => [`${1_700_000_000 + index}/12345678/1234/true`, 1_700_000_000, 1_234_567],
      ),
    },
    cardinality: {
      users: names("user", LIMITS.users),
      platforms: names("platform", LIMITS.platforms),
      titles: names("title", LIMITS.titles),
      devices: names("title", LIMITS.devices),
      dropped: Object.fromEntries(
        DROPPED.map((family) => [family, names("title", LIMITS.dropped)]),
      ),
    },
    views: {
      views: series("user", "mediaType", "library"),
      titleViews: series("mediaType", "library", "title"),
      users: names("user", LIMITS.users),
      titles: names("title", LIMITS.titles),
      rows: 1_000_000,
    },
  };
}
