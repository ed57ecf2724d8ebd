/** Wire to domain for the server itself: description, load, background work, releases. */
import type { Release, Resources, ServerInfo } from "../../core/server.ts";
import type { Activity } from "../../core/activities.ts";
import type { JobType } from "../../core/enums.ts";
import { activityType, jobType } from "../../core/normalize.ts";
import type { WireActivity, WireJob, WireRelease, WireSample, WireServer } from "../schema.ts";

/** What `/identity` returns to everyone. */
export interface Identity {
  readonly id: string;
  readonly version: string;
}

/** The identity; `undefined` without an id, as Plex always has one. */
export function mapIdentity(
  identity: Pick<WireServer, "machineIdentifier" | "version">,
): Identity | undefined {
  const { machineIdentifier: id, version = "" } = identity;
  return id ? { id, version } : undefined;
}

/** The description of `/`; `undefined` without an id, as Plex always has one. */
export function mapServer(server: WireServer): ServerInfo | undefined {
  const { machineIdentifier: id, friendlyName, version, platform, platformVersion } = server;
  if (!id) return undefined;
  return {
    id,
    name: friendlyName ?? "",
    version: version ?? "",
    platform: platform ?? "",
    platformVersion: platformVersion ?? "",
    plexPass: mapPlexPass(server),
    remoteAccess: mapRemoteAccess(server.myPlexMappingState),
    signedIn: mapSignIn(server.myPlexSigninState),
  };
}

/**
 * The owner's entitlement: a flag, and `pass` among features that are mostly UUIDs
 * (docs/plex/api.md#plex-pass-flag).
 */
function mapPlexPass(server: WireServer): boolean | undefined {
  const { myPlexSubscription, ownerFeatures } = server;
  const listed = ownerFeatures?.split(",").some((feature) => feature.trim() === "pass");
  return myPlexSubscription === undefined ? listed : myPlexSubscription || listed === true;
}

/** `undefined` for Plex's `unknown`, which it also reports while remote access is off. */
function mapRemoteAccess(state: string | undefined): boolean | undefined {
  if (state === "mapped") return true;
  return state === "waiting" || state === "failed" ? false : undefined;
}

function mapSignIn(state: string | undefined): boolean | undefined {
  return state === undefined ? undefined : state === "ok";
}

/**
 * The newest value of each field, in whatever order the samples are, and the time of the newest
 * sample, which is Plex's clock. `undefined` without a sample.
 */
export function mapResources(samples: readonly WireSample[]): Resources | undefined {
  let newest: Resources | undefined;
  for (const { at, ...sample } of samples.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0))) {
    if (at === undefined) continue;
    newest = {
      sampledS: at,
      hostCpuPercent: sample.hostCpuUtilization ?? newest?.hostCpuPercent,
      hostMemoryPercent: sample.hostMemoryUtilization ?? newest?.hostMemoryPercent,
      processCpuPercent: sample.processCpuUtilization ?? newest?.processCpuPercent,
      processMemoryPercent: sample.processMemoryUtilization ?? newest?.processMemoryPercent,
    };
  }
  return newest;
}

/** The running activities by id. */
export function mapActivities(
  activities: readonly WireActivity[],
): ReadonlyMap<string, Activity> {
  return new Map(
    activities.flatMap((activity) =>
      activity.uuid ? [[activity.uuid, mapActivity(activity)] as const] : []
    ),
  );
}

/** The type of a download in Plex's words. */
const DOWNLOAD = "media.download";

/** An activity of the list or of a notification. */
export function mapActivity(activity: WireActivity | undefined): Activity {
  const { type = "", userID = "", Context } = activity ?? {};
  const mapped = { type: activityType(type), libraryId: Context?.librarySectionID };
  return type === DOWNLOAD ? { ...mapped, downloaderId: userID } : mapped;
}

/** The number of background jobs of each type. */
export function mapJobs(jobs: readonly WireJob[]): Readonly<Record<JobType, number>> {
  const counts = { transcode: 0, other: 0 };
  for (const { type = "" } of jobs) counts[jobType(type)] += 1;
  return counts;
}

/** The releases that have a version. */
export function mapReleases(releases: readonly WireRelease[]): readonly Release[] {
  return releases.flatMap(({ version, state = "" }) => version ? [{ version, state }] : []);
}
