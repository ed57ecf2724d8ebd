/** The wire format of Plex's answers, as far as they are used. Every field may be missing. */
import * as z from "zod";
import { toList } from "./coerce.ts";
import { amount, answer, count, flag, list, number, one, readList, text } from "./schema_fields.ts";

/** `/identity`: the same without a token. */
export const parseIdentity = answer(z.object({ machineIdentifier: text, version: text }));

const server = z.object({
  friendlyName: text,
  machineIdentifier: text,
  version: text,
  platform: text,
  platformVersion: text,
  myPlexMappingState: text,
  myPlexSigninState: text,
  myPlexSubscription: flag,
  ownerFeatures: text,
});
export type WireServer = z.infer<typeof server>;
/** `/`, without `myPlexUsername`, which is an e-mail address. */
export const parseServer = answer(server);

const section = z.object({
  id: text,
  key: text,
  type: text,
  title: text,
  agent: text,
  refreshing: flag,
  scannedAt: amount,
  contentChangedAt: amount,
  storageTotal: amount,
  durationTotal: amount,
});
export type WireSection = z.infer<typeof section>;
/** `/library/sections`. */
export const parseSections = answer(z.object({ Directory: list(section) }));

const provider = z.object({
  identifier: text,
  Feature: list(z.object({ type: text, Directory: list(section) })),
});
export type WireProvider = z.infer<typeof provider>;
/** `/media/providers`. */
export const parseProviders = answer(z.object({ MediaProvider: list(provider) }));

const page = z.object({ size: count, totalSize: count });
export type WirePage = z.infer<typeof page>;
/** `/library/sections/{id}/all` of a page without items. */
export const parsePage = answer(page);

const stream = z.object({
  streamType: number,
  selected: flag,
  decision: text,
  codec: text,
  colorTrc: text,
  DOVIPresent: flag,
});
export type WireStream = z.infer<typeof stream>;

const part = z.object({ selected: flag, decision: text, container: text, Stream: list(stream) });

const media = z.object({
  id: text,
  selected: flag,
  container: text,
  videoCodec: text,
  audioCodec: text,
  videoResolution: text,
  width: amount,
  bitrate: number,
  channelTitle: text,
  channelCallSign: text,
  Part: list(part),
});
export type WireMedia = z.infer<typeof media>;

const item = z.object({ ratingKey: text, Media: list(media) });
export type WireItem = z.infer<typeof item>;
/** `/library/metadata/{ids}`. */
export const parseItems = answer(z.object({ Metadata: list(item) }));

export const transcode = z.object({
  key: text,
  context: text,
  throttled: flag,
  progress: number,
  speed: amount,
  sourceVideoCodec: text,
  sourceAudioCodec: text,
  videoDecision: text,
  audioDecision: text,
  subtitleDecision: text,
  videoCodec: text,
  audioCodec: text,
  transcodeHwDecoding: text,
  transcodeHwEncoding: text,
});
export type WireTranscode = z.infer<typeof transcode>;

const session = z.object({
  sessionKey: text,
  ratingKey: text,
  key: text,
  guid: text,
  type: text,
  subtype: text,
  extraType: number,
  live: flag,
  title: text,
  parentTitle: text,
  grandparentTitle: text,
  originalTitle: text,
  librarySectionID: text,
  librarySectionTitle: text,
  viewOffset: amount,
  /** After a change the item's files may be others. */
  updatedAt: amount,
  duration: amount,
  User: one(z.object({ id: text, title: text })),
  Player: one(z.object({
    machineIdentifier: text,
    title: text,
    device: text,
    product: text,
    platform: text,
    state: text,
    local: flag,
    relayed: flag,
    secure: flag,
  })),
  Session: one(z.object({ location: text })),
  TranscodeSession: one(transcode),
  Media: list(media),
});
export type WireSession = z.infer<typeof session>;

/**
 * `/status/sessions`. A container that counts items and has none, or none with a session key, is
 * rejected: read as that of an idle server, it would end every play.
 */
export const parseSessions = answer(
  z.object({ size: count, Metadata: z.unknown().optional() })
    .transform(({ size, Metadata }) => ({
      listed: toList(Metadata).length || size,
      sessions: readList(session, Metadata),
    }))
    .refine(({ listed, sessions }) => !listed || sessions.some(({ sessionKey }) => sessionKey))
    .transform(({ sessions }) => sessions),
);

const sample = z.object({
  at: count,
  hostCpuUtilization: amount,
  hostMemoryUtilization: amount,
  processCpuUtilization: amount,
  processMemoryUtilization: amount,
});
export type WireSample = z.infer<typeof sample>;
/** `/statistics/resources`. */
export const parseResources = answer(z.object({ StatisticsResources: list(sample) }));

const account = z.object({ id: text, name: text });
export type WireAccount = z.infer<typeof account>;
/** `/accounts`. */
export const parseAccounts = answer(z.object({ Account: list(account) }));

const device = z.object({ id: text, name: text });
export type WireDevice = z.infer<typeof device>;

const bandwidth = z.object({
  Account: list(account),
  Device: list(device),
  StatisticsBandwidth: list(z.object({
    accountID: text,
    deviceID: text,
    timespan: number,
    at: count,
    lan: flag,
    bytes: count,
  })),
});
export type WireBandwidth = z.infer<typeof bandwidth>;
/** `/statistics/bandwidth`. */
export const parseBandwidth = answer(bandwidth);

const historyRow = z.object({
  historyKey: text,
  ratingKey: text,
  grandparentKey: text,
  librarySectionID: text,
  type: text,
  title: text,
  grandparentTitle: text,
  viewedAt: count,
  accountID: text,
});
export type WireHistoryRow = z.infer<typeof historyRow>;
/** A page of `/status/sessions/history/all`. */
export const parseHistory = answer(page.extend({ Metadata: list(historyRow) }));
export type WireHistoryPage = NonNullable<ReturnType<typeof parseHistory>>;

export const activity = z.object({
  uuid: text,
  type: text,
  userID: text,
  Context: one(z.object({ librarySectionID: text })),
});
export type WireActivity = z.infer<typeof activity>;
/** `/activities`. */
export const parseActivities = answer(z.object({ Activity: list(activity) }));

const job = z.object({ type: text });
export type WireJob = z.infer<typeof job>;
/** `/status/sessions/background`. */
export const parseJobs = answer(z.object({ TranscodeJob: list(job) }));

const release = z.object({ version: text, state: text });
export type WireRelease = z.infer<typeof release>;
/** `/updater/status`, without its download address, which holds a token. */
export const parseReleases = answer(z.object({ Release: list(release) }));
