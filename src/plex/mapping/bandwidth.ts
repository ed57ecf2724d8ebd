/** Wire to domain for the bytes sent: rows, and the names of the accounts and devices in them. */
import type { BandwidthRow } from "../../core/event.ts";
import { type HiddenLabels, hideValue } from "../redact_labels.ts";
import type { WireAccount, WireBandwidth, WireDevice } from "../schema.ts";

/** Bytes sent by time, account and device, with the names of accounts and devices. */
export interface BandwidthReading {
  readonly rows: readonly BandwidthRow[];
  /** User names by account id. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Device names by device id. */
  readonly devices: ReadonlyMap<string, string>;
}

/**
 * Plex's numbers of the timespans of rows; rows of longer timespans contain the same bytes again.
 */
const TIMESPANS = { month: 1, day: 3, hour: 4, second: 6 } as const;
/** The span of time that a row covers. */
export type Timespan = keyof typeof TIMESPANS;

/**
 * The query for rows of a timespan, from `sinceS` on if it is given. The operator is part of the
 * name, and Plex may ignore it (docs/plex/api.md#filter-operators).
 */
export function timespanQuery(timespan: Timespan, sinceS?: number): string {
  const filter = sinceS === undefined ? "" : `&at%3E=${Math.floor(sinceS)}`;
  return `timespan=${TIMESPANS[timespan]}${filter}`;
}

/** All rows of a timespan that can be read, of any age. */
export function mapBandwidth(
  bandwidth: WireBandwidth,
  hide: HiddenLabels,
  requested: Timespan = "second",
): BandwidthReading {
  const rows = bandwidth.StatisticsBandwidth.flatMap((row) => {
    const { at, bytes, lan = false, accountID = "0", deviceID = "0", timespan } = row;
    if (at === undefined || bytes === undefined) return [];
    if (timespan !== undefined && timespan !== TIMESPANS[requested]) return [];
    return [{ atS: at, accountId: accountID, deviceId: deviceID, lan, bytes }];
  });
  return {
    rows,
    accounts: mapAccounts(bandwidth.Account, hide),
    devices: mapDevices(bandwidth.Device, hide),
  };
}

/** User names by account id. */
export function mapAccounts(
  accounts: readonly WireAccount[],
  hide: HiddenLabels,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { id, name } of accounts) {
    // Account 0 is a placeholder without a name (docs/plex/api.md#accounts).
    if (id && name) names.set(id, hideValue(hide, "user", name));
  }
  return names;
}

/**
 * Names of devices by their id. Plex names a device as the player on it, so that hiding either
 * hides both (docs/plex/api.md#devices).
 */
function mapDevices(
  devices: readonly WireDevice[],
  hide: HiddenLabels,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { id, name } of devices) {
    if (id && name) names.set(id, hideValue(hide, "device", hideValue(hide, "player", name)));
  }
  return names;
}
