/**
 * The format of the state file: JSON with a version. A file that does not match it is not used at
 * all: half of the counters would be wrong.
 */
import * as z from "zod";
import { DURATION_BOUNDS_S, type NotificationKey, type RequestKey } from "../core/api_stats.ts";
import type { DeviceSentKey, SentKey, UserSentKey } from "../core/bandwidth.ts";
import type { SeriesKey } from "../core/counter_vec.ts";
import type { HourKey } from "../core/play_counters.ts";
import type {
  BufferingTimeKey,
  LegacyPlayKey,
  PlayCountKey,
  PlayTimeKey,
  StreamTimeKey,
  TitleTimeKey,
} from "../core/play_keys.ts";
import type { SavedCounter, SavedServer, SavedVec } from "../core/saved_server.ts";
import type { TranscodeTimeKey } from "../core/transcode_time.ts";
import type { TitleViewKey, ViewKey } from "../core/view.ts";
import type { SavedState } from "./saved_state.ts";

/** Incremented with every change that an older version of the exporter would misread. */
const VERSION = 1;

const count = z.number().nonnegative();
const names = z.array(z.string());

const counter: z.ZodType<SavedCounter> = z.object({ value: count, shown: z.boolean() });

/** Series whose keys have these fields, in this order: `keyText` joins them in it. */
function vec<Key extends SeriesKey>(...fields: readonly (keyof Key & string)[]) {
  const key = z.object(Object.fromEntries(fields.map((field) => [field, z.string()])));
  const series = z.object({ key, value: count, shown: z.boolean() });
  return z.array(series) as unknown as z.ZodType<SavedVec<Key>>;
}

const PLAY_COUNT_FIELDS = ["user", "mediaType", "library", "platform"] as const;

const legacyKey = z.object(Object.fromEntries(
  ([
    "libraryType",
    "library",
    "libraryId",
    "mediaType",
    "title",
    "childTitle",
    "grandchildTitle",
    "partDecision",
    "resolution",
    "sourceResolution",
    "bitrateKbps",
    "device",
    "product",
    "user",
    "sessionKey",
    "transcodeType",
    "subtitleAction",
  ] satisfies readonly (keyof LegacyPlayKey)[]).map((field) => [field, z.string()]),
)) as unknown as z.ZodType<LegacyPlayKey>;

const durations = z.object({
  buckets: z.array(count).length(DURATION_BOUNDS_S.length + 1),
  totalMs: count,
});

const savedServer: z.ZodType<SavedServer> = z.object({
  address: z.string(),
  server: z.object({
    id: z.string().min(1),
    name: z.string(),
    version: z.string(),
    platform: z.string(),
    platformVersion: z.string(),
    plexPass: z.boolean().optional(),
    remoteAccess: z.boolean().optional(),
    signedIn: z.boolean().optional(),
  }),
  plays: z.array(z.object({ id: z.string(), startedAt: count, legacyKey, playedMs: counter })),
  playCounters: z.object({
    plays: vec<PlayCountKey>(...PLAY_COUNT_FIELDS),
    playMs: vec<PlayTimeKey>(...PLAY_COUNT_FIELDS, "location", "decision"),
    streamMs: vec<StreamTimeKey>(
      "decision",
      "hardware",
      "sourceResolution",
      "resolution",
      "videoCodec",
    ),
    hourMs: vec<HourKey>("weekday", "hour"),
    titleMs: vec<TitleTimeKey>("mediaType", "library", "title"),
    bufferingMs: vec<BufferingTimeKey>("platform", "location"),
    transcodeMs: vec<TranscodeTimeKey>("stream", "hardware"),
  }),
  estimatedBits: counter.optional(),
  bandwidth: z.object({
    watermarkS: count.optional(),
    rows: z.array(z.tuple([z.string(), count, count])),
    byLocation: vec<SentKey>("location"),
    byUser: vec<UserSentKey>("user", "location"),
    byDevice: vec<DeviceSentKey>("device", "location"),
  }),
  cardinality: z.object({
    users: names,
    platforms: names,
    titles: names,
    devices: names,
    dropped: z.record(z.string(), names) as unknown as z.ZodType<
      SavedServer["cardinality"]["dropped"]
    >,
  }),
  views: z.object({
    views: vec<ViewKey>("user", "mediaType", "library"),
    titleViews: vec<TitleViewKey>("mediaType", "library", "title"),
    users: names,
    titles: names,
    rows: count,
  }).optional(),
  apiStats: z.object({
    requests: vec<RequestKey>("endpoint", "outcome"),
    durations: z.record(z.string(), durations),
    notifications: vec<NotificationKey>("type"),
    connections: count,
    shown: z.boolean(),
  }),
});

const savedState = z.object({
  hiddenLabels: names,
  servers: z.array(savedServer),
});

/** Why a state file cannot be used: a sentence for the operator, without its content. */
export class StateFileError extends Error {
  override readonly name = "StateFileError";
}

/** The text of a state file. */
export function formatState(state: SavedState): string {
  return JSON.stringify({ version: VERSION, ...state });
}

/** Reads the text of a state file. Throws a {@link StateFileError}. */
export function parseState(text: string): SavedState {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new StateFileError("It is not JSON, or was cut off");
  }
  const version = z.object({ version: z.number() }).safeParse(content).data?.version;
  if (version === undefined) throw new StateFileError("It is not a state file of this exporter");
  if (version > VERSION) {
    throw new StateFileError(`A newer version of the exporter wrote it (format ${version})`);
  }
  const { data, error } = savedState.safeParse(content);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new StateFileError(`It is damaged at ${issue?.path.join(".")}`);
}
