/**
 * Bytes that Plex sent, from its rows per second, each counted once however often and however late
 * it is delivered, its growth included (docs/plex/api.md#late-rows). It decides what to ask for
 * next; it asks nobody.
 */
import type { BandwidthRow, ServerEvent } from "./event.ts";
import { LIMITS, limitValues } from "./cardinality.ts";
import { emptyCounterVec, ensureSeries, inc } from "./counter_vec.ts";
import type { Bandwidth, SentKey, ServerState, UserSentKey } from "./state.ts";
import { type Location, LOCATIONS } from "./enums.ts";

/** How far behind the watermark rows are asked for again: they may come late or have grown. */
export const OVERLAP_S = 30;

/** How far behind the watermark rows are remembered: more than is ever asked for again. */
const MEMORY_S = 60;

/** How far ahead of Plex's clock the watermark may be before that clock must have gone back. */
const CLOCK_LEAD_S = 60;

/** Rows remembered at most, so that no answer can fill the memory: an hour of 25 busy devices. */
const MAX_ROWS = 100_000;

const LOCATION_KEYS: Readonly<Record<Location, SentKey>> = {
  lan: { location: "lan" },
  wan: { location: "wan" },
};

type BandwidthRead = Extract<ServerEvent, { type: "bandwidth_read" }>;
type Rows = Bandwidth["rows"];

export const INITIAL_BANDWIDTH: Bandwidth = {
  rows: new Map(),
  byLocation: emptyCounterVec(LOCATIONS.length),
  // Those within the cap, and `other`.
  byUser: emptyCounterVec((LIMITS.users + 1) * LOCATIONS.length),
};

/** The second from which to ask for rows; `undefined` while Plex's clock is not known. */
export function bandwidthSince({ bandwidth, resources }: ServerState): number | undefined {
  const from = bandwidth.watermarkS ?? resources?.sampledS;
  return from === undefined ? undefined : from - OVERLAP_S;
}

/** Takes rows: the first reading is the baseline, uncounted; then what is new in them counts. */
export function applyBandwidth(state: ServerState, event: BandwidthRead): ServerState {
  const { bandwidth, resources } = state;
  const clockS = resources?.sampledS;
  // What Plex wrote while its clock was wrong stays in every answer, ahead of all that comes.
  const limitS = clockS === undefined ? Infinity : clockS + CLOCK_LEAD_S;
  const newestS = event.rows.reduce(
    (newest, { atS }) => atS <= limitS ? Math.max(newest, atS) : newest,
    -Infinity,
  );
  if (bandwidth.watermarkS === undefined) {
    const watermarkS = clockS ?? newestS;
    if (!Number.isFinite(watermarkS)) return state;
    return setBaseline(state, event, watermarkS);
  }
  const fromS = Math.max(event.sinceS, bandwidth.watermarkS - MEMORY_S);
  const rows = new Map(bandwidth.rows);
  let next = state;
  for (const row of event.rows) {
    const key = rowKey(row);
    const known = rows.get(key);
    if (row.atS < fromS || (known === undefined && rows.size >= MAX_ROWS)) continue;
    const grown = row.bytes - (known?.bytes ?? 0);
    if (grown <= 0) continue;
    rows.set(key, { atS: row.atS, bytes: row.bytes });
    next = countBytes(next, event.accounts.get(row.accountId), row.lan, grown);
  }
  const watermarkS = Math.max(bandwidth.watermarkS, newestS);
  return {
    ...next,
    bandwidth: { ...next.bandwidth, watermarkS, rows: recentRows(rows, watermarkS) },
  };
}

/**
 * Begins again from a new baseline where Plex's clock has gone back behind the watermark: the rows
 * of the time that comes twice are already counted.
 */
export function checkWatermark(state: ServerState): ServerState {
  const { bandwidth, resources } = state;
  if (resources === undefined || bandwidth.watermarkS === undefined) return state;
  if (bandwidth.watermarkS <= resources.sampledS + CLOCK_LEAD_S) return state;
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
  account: string | undefined,
  lan: boolean,
  bytes: number,
): ServerState {
  const location = lan ? "lan" : "wan";
  const createdAtScrape = state.scrapes.begun;
  const { bandwidth } = state;
  const requested: UserSentKey = { user: account || "unknown", location };
  const [cardinality, key] = limitValues(state.cardinality, "userBytes", requested);
  return {
    ...state,
    cardinality,
    bandwidth: {
      ...bandwidth,
      byLocation: inc(
        bandwidth.byLocation,
        LOCATION_KEYS[location],
        bytes,
        createdAtScrape,
      ),
      byUser: inc(bandwidth.byUser, key, bytes, createdAtScrape),
    },
  };
}

/** What Plex keeps apart: it adds to a row of the same key (a unique key of its database). */
function rowKey({ atS, accountId, deviceId, lan }: BandwidthRow): string {
  return `${atS}/${accountId}/${deviceId}/${lan}`;
}

function recentRows(rows: Rows, watermarkS: number): Rows {
  return new Map([...rows].filter(([, { atS }]) => atS >= watermarkS - MEMORY_S));
}
