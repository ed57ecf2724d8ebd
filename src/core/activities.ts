/** The background activities that Plex is running, from its list and from notifications. */
import type { ServerEvent } from "./event.ts";
import type { ServerState } from "./state.ts";

/** Limits memory: Plex runs a handful, but an end that is missed would stay until the next list. */
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
