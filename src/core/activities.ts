/** The background activities that Plex is running, from its list and from notifications. */
import { currentValue } from "./availability.ts";
import type { ActivityType } from "./enums.ts";
import type { ServerEvent } from "./event.ts";
import type { Library } from "./libraries.ts";
import type { ServerState } from "./state.ts";

/** A background activity of Plex. */
export interface Activity {
  readonly type: ActivityType;
  /** The library that it is about; `undefined` if it names none. */
  readonly libraryId?: string | undefined;
  /** The id of the account that downloads, empty if unknown; `undefined` if it is no download. */
  readonly downloaderId?: string | undefined;
}

/** Limits memory: Plex runs a handful, but one whose end is missed stays until the next list. */
const MAX_ACTIVITIES = 200;

/** Replaces the activities by a list, unless a notification is newer than the request for it. */
export function applyActivityList(
  state: ServerState,
  { at, activities }: Extract<ServerEvent, { type: "activities_listed" }>,
): ServerState {
  const isOutdated = at < (state.activitiesNotifiedAt ?? -Infinity);
  return isOutdated ? state : { ...state, activities };
}

/** Adds, updates or removes one activity. */
export function applyActivity(
  state: ServerState,
  { at, id, activity, ended }: Extract<ServerEvent, { type: "activity_notified" }>,
): ServerState {
  const activities = new Map(state.activities);
  if (ended) activities.delete(id);
  else if (activities.has(id) || activities.size < MAX_ACTIVITIES) activities.set(id, activity);
  return { ...state, activities, activitiesNotifiedAt: at };
}

/**
 * Whether a library is being scanned: by its own flag, which only the list of libraries updates, or
 * by a running scan of it, which notifications announce at once.
 */
export function isScanning(state: ServerState, { id, scanning }: Library, at: number): boolean {
  const activities = currentValue(state, "activities", at)?.values() ?? [];
  return scanning ||
    [...activities].some(({ type, libraryId }) => type === "library_scan" && libraryId === id);
}
