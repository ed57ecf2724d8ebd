/** The collectors of a server: everything that is read from Plex. */
import { createAccountsCollector } from "./accounts.ts";
import { createActivitiesCollector } from "./activities.ts";
import { createBandwidthCollector } from "./bandwidth.ts";
import type { Collector, CollectorContext, CreateCollector } from "./collector.ts";
import { createDvrCollector } from "./dvr.ts";
import { createHistoryCollector } from "./history.ts";
import { createJobsCollector } from "./jobs.ts";
import { createLibraryCollector } from "./libraries.ts";
import { createResourcesCollector } from "./resources.ts";
import { createServerCollector } from "./server.ts";
import { createSessionCollector } from "./sessions.ts";
import { createUpdaterCollector } from "./updater.ts";
import { createWalkCollector } from "./walk.ts";

/** In the order of their first runs. */
const COLLECTORS: readonly CreateCollector[] = [
  createSessionCollector,
  createServerCollector,
  createLibraryCollector,
  createResourcesCollector,
  createBandwidthCollector,
  createActivitiesCollector,
  createAccountsCollector,
  createJobsCollector,
  createHistoryCollector,
  createUpdaterCollector,
  createDvrCollector,
  createWalkCollector,
];

/** Creates all collectors of a server. */
export function createCollectors(context: CollectorContext): readonly Collector[] {
  return COLLECTORS.map((create) => create(context));
}
