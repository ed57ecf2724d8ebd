/** `/statistics/*`: load and bytes sent, for servers with Plex Pass. */
import type { BandwidthRow } from "../bandwidth_log.ts";
import type { Simulation } from "../simulation.ts";
import { children, container, type Element } from "./plex_document.ts";
import { type Query, rangeOf } from "./query.ts";
import { accountElements, deviceElements } from "./server.ts";

/** docs/plex/api.md#timespans: 6 is the granularity "second"; it alone has load. */
const BY_SECOND = "6";

/** `/statistics/resources`. */
export function resourcesDocument(simulation: Simulation, query: Query): Element {
  simulation.recordUsage();
  const samples = query.value("timespan") === BY_SECOND
    ? simulation.resources.shownAt(simulation.now())
    : [];
  return container(
    "StatisticsResources",
    samples.map((sample) => ({
      timespan: Number(BY_SECOND),
      at: sample.atS,
      hostCpuUtilization: sample.hostCpu,
      processCpuUtilization: sample.processCpu,
      hostMemoryUtilization: sample.hostMemory,
      processMemoryUtilization: sample.processMemory,
    })),
  );
}

/** The rows that a query requests (docs/plex/api.md#bandwidth-bins). */
function matches(query: Query): (row: BandwidthRow) => boolean {
  const at = rangeOf(query, "at");
  const bytes = rangeOf(query, "bytes");
  const [lan, account, device] = ["lan", "accountID", "deviceID"].map((name) => query.value(name));
  return (row) =>
    row.atS >= at.from && row.atS <= at.to &&
    row.bytes >= bytes.from && row.bytes <= bytes.to &&
    (lan === undefined || row.lan === (lan === "1" || lan === "true")) &&
    (account === undefined || String(row.accountId) === account) &&
    (device === undefined || String(row.deviceId) === device);
}

/** `/statistics/bandwidth`; with `ignoreFilters`, all rows, as from some servers. */
export function bandwidthDocument(
  simulation: Simulation,
  query: Query,
  ignoreFilters: boolean,
): Element {
  simulation.recordUsage();
  const { bandwidth } = simulation;
  const timespan = query.value("timespan") ?? "";
  const all = timespan === BY_SECOND
    ? bandwidth.rows(simulation.now(), ignoreFilters ? undefined : rangeOf(query, "at").from)
    : bandwidth.bins.rows(timespan, simulation.plexNowS()) ?? [];
  const rows = ignoreFilters ? all : all.filter(matches(query));
  return {
    MediaContainer: {
      size: rows.length,
      Device: children(deviceElements(simulation)),
      Account: children(accountElements(simulation)),
      StatisticsBandwidth: children(rows.map((row) => ({
        // docs/plex/api.md#late-rows: absent without a user.
        accountID: row.accountId === 0 ? undefined : row.accountId,
        deviceID: row.deviceId === 0 ? undefined : row.deviceId,
        timespan: Number(timespan),
        at: row.atS,
        lan: row.lan,
        bytes: row.bytes,
      }))),
    },
  };
}
