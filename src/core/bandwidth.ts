/**
 * Bytes sent by Plex, from its statistics: one row per second, account, device and location. Rows
 * are listed again in later answers and may come late or grow; each byte counts once
 * (docs/plex/api.md#late-rows).
 */
import { LIMITS, limitValues } from "./cardinality.ts";
import {
  type CounterVec,
  emptyCounterVec,
  ensureAndIncrement,
  ensureSeries,
} from "./counter_vec.ts";
import { type Location, LOCATIONS } from "./enums.ts";
import type { BandwidthRow, ServerEvent } from "./event.ts";
import type { ServerState } from "./state.ts";

/** Rows of this time before the watermark are requested again: they may be late or have grown. */
const OVERLAP_S = 30;

/** Rows of this time before the watermark are kept: more than is ever requested again. */
const RETENTION_S = 60;

/** With a watermark further ahead of Plex's clock than this, the clock must have been set back. */
const MAX_CLOCK_LEAD_S = 60;

/** Limits the rows kept, and so memory: as many as 25 busy devices have in an hour. */
const MAX_ROWS = 100_000;

const LOCATION_KEYS: Readonly<Record<Location, SentKey>> = {
  lan: { location: "lan" },
  wan: { location: "wan" },
};

/** The keys of bytes sent: of all, by user and by device. */
export type SentKey = { readonly location: Location };
export type UserSentKey = { readonly user: string; readonly location: string };
export type DeviceSentKey = { readonly device: string; readonly location: string };

/** The bytes counted so far, and the rows that they were counted from. */
export interface Bandwidth {
  /** The newest second that was read, on Plex's clock; `undefined` before the baseline. */
  readonly watermarkS?: number | undefined;
  /** The rows of the retention time before the watermark, as they were last read. */
  readonly rows: ReadonlyMap<string, { readonly atS: number; readonly bytes: number }>;
  readonly byLocation: CounterVec<SentKey>;
  readonly byUser: CounterVec<UserSentKey>;
  readonly byDevice: CounterVec<DeviceSentKey>;
}

type BandwidthRead = Extract<ServerEvent, { type: "bandwidth_read" }>;
type Rows = Bandwidth["rows"];

/** Before the first answer. */
export const INITIAL_BANDWIDTH: Bandwidth = {
  rows: new Map(),
  byLocation: emptyCounterVec(LOCATIONS.length),
  // Users and devices within their limits, and `other`.
  byUser: emptyCounterVec((LIMITS.users + 1) * LOCATIONS.length),
  byDevice: emptyCounterVec((LIMITS.devices + 1) * LOCATIONS.length),
};

/** The second from which to request rows; `undefined` while Plex's clock is not known. */
export function bandwidthSince({ bandwidth, resources }: ServerState): number | undefined {
  const from = bandwidth.watermarkS ?? resources?.sampledS;
  return from === undefined ? undefined : from - OVERLAP_S;
}

/** Counts what is new in the rows. Those of the first answer are the baseline and do not count. */
export function applyBandwidth(state: ServerState, event: BandwidthRead): ServerState {
  const { bandwidth, resources } = state;
  const clockS = resources?.sampledS;
  // Rows written while the clock was ahead stay in every answer. They must not move the watermark:
  // what is written now is older.
  const newestS = event.rows.reduce(
    (newest, { atS }) => atS <= (clockS ?? Infinity) ? Math.max(newest, atS) : newest,
    -Infinity,
  );
  if (bandwidth.watermarkS === undefined) {
    const watermarkS = clockS ?? newestS;
    if (!Number.isFinite(watermarkS)) return state;
    // The answer was requested before the clock was set back. It lacks rows that the next answer
    // lists, which would then count as new.
    if (event.sinceS > watermarkS - OVERLAP_S) return state;
    return setBaseline(state, event, watermarkS);
  }
  const watermarkS = Math.max(bandwidth.watermarkS, newestS);
  const fromS = Math.max(event.sinceS, bandwidth.watermarkS - RETENTION_S);
  const rows = new Map(bandwidth.rows);
  let keptRows = rows.size;
  let next = state;
  for (const row of event.rows) {
    const key = rowKey(row);
    const known = rows.get(key);
    // After a long outage most rows are too old to be listed again, and need not be recognised.
    const isNewlyKept = known === undefined && row.atS >= watermarkS - RETENTION_S;
    if (row.atS < fromS || (isNewlyKept && keptRows >= MAX_ROWS)) continue;
    const growth = row.bytes - (known?.bytes ?? 0);
    if (growth <= 0) continue;
    if (isNewlyKept) keptRows += 1;
    rows.set(key, { atS: row.atS, bytes: row.bytes });
    next = countBytes(next, event, row, growth);
  }
  return {
    ...next,
    bandwidth: { ...next.bandwidth, watermarkS, rows: recentRows(rows, watermarkS) },
  };
}

/**
 * Discards the watermark if it is ahead of Plex's clock, which was set back then: rows of the
 * repeated time have been counted already, and the next answer is a new baseline.
 */
export function discardFutureWatermark(state: ServerState): ServerState {
  const { bandwidth, resources } = state;
  if (resources === undefined || bandwidth.watermarkS === undefined) return state;
  if (bandwidth.watermarkS <= resources.sampledS + MAX_CLOCK_LEAD_S) return state;
  const { watermarkS: _, ...rest } = bandwidth;
  return { ...state, bandwidth: { ...rest, rows: new Map() } };
}

function setBaseline(state: ServerState, event: BandwidthRead, watermarkS: number): ServerState {
  const rows = new Map<string, { atS: number; bytes: number }>();
  for (const row of event.rows) {
    const key = rowKey(row);
    if (row.atS < event.sinceS || rows.size >= MAX_ROWS) continue;
    rows.set(key, { atS: row.atS, bytes: Math.max(row.bytes, rows.get(key)?.bytes ?? 0) });
  }
  const byLocation = Object.values(LOCATION_KEYS).reduce(
    (vec, key) => ensureSeries(vec, key, state.scrapes.begun),
    state.bandwidth.byLocation,
  );
  return { ...state, bandwidth: { ...state.bandwidth, watermarkS, rows, byLocation } };
}

function countBytes(
  state: ServerState,
  { accounts, devices }: Pick<BandwidthRead, "accounts" | "devices">,
  { accountId, deviceId, lan }: BandwidthRow,
  bytes: number,
): ServerState {
  const location = lan ? "lan" : "wan";
  const createdAtScrape = state.scrapes.begun;
  const { bandwidth } = state;
  const [withUser, userKey] = limitValues<UserSentKey>(state.cardinality, "userBytes", {
    user: accounts.get(accountId) || "unknown",
    location,
  });
  const [cardinality, deviceKey] = limitValues<DeviceSentKey>(withUser, "deviceBytes", {
    device: devices.get(deviceId) || "unknown",
    location,
  });
  return {
    ...state,
    cardinality,
    bandwidth: {
      ...bandwidth,
      byLocation: ensureAndIncrement(
        bandwidth.byLocation,
        LOCATION_KEYS[location],
        bytes,
        createdAtScrape,
      ),
      byUser: ensureAndIncrement(bandwidth.byUser, userKey, bytes, createdAtScrape),
      byDevice: ensureAndIncrement(bandwidth.byDevice, deviceKey, bytes, createdAtScrape),
    },
  };
}

/** Unique in Plex's database: Plex adds bytes with the same key to the same row. */
function rowKey({ atS, accountId, deviceId, lan }: BandwidthRow): string {
  return `${atS}/${accountId}/${deviceId}/${lan}`;
}

function recentRows(rows: Rows, watermarkS: number): Rows {
  return new Map([...rows].filter(([, { atS }]) => atS >= watermarkS - RETENTION_S));
}
