/**
 * Downloads under way, by user. Plex shows them as activities that name an account by its id
 * (docs/plex/api.md#downloads).
 */
import { currentValue } from "./availability.ts";
import { LIMITS, OVERFLOW_VALUE, recordDropped } from "./cardinality.ts";
import type { ServerState } from "./state.ts";

/** The key that downloads are counted under. */
export type DownloadKey = { readonly user: string };

/** The user of a download whose account is not known. */
const UNKNOWN: DownloadKey = { user: "unknown" };

/** All users over the limit together. */
const OTHER: DownloadKey = { user: OVERFLOW_VALUE };

/**
 * Replaces the accounts. Accounts with the same name have the same key, which is the same object as
 * before. Users over the limit are shown as `other`.
 */
export function replaceAccounts(
  state: ServerState,
  names: ReadonlyMap<string, string>,
): ServerState {
  const known = new Set(state.accounts?.values());
  const keyOf = new Map([...known].map((key) => [key.user, key]));
  const accounts = new Map<string, DownloadKey>();
  let { cardinality } = state;
  for (const [id, user] of names) {
    let key = keyOf.get(user);
    if (key === undefined && keyOf.size < LIMITS.users) {
      key = { user };
      keyOf.set(user, key);
    }
    if (key === undefined) cardinality = recordDropped(cardinality, "downloads", user);
    accounts.set(id, key ?? OTHER);
  }
  return { ...state, cardinality, accounts };
}

/** The id of an account that downloads and has no known name; `undefined` if there is none. */
export function unknownDownloader({ accounts, activities }: ServerState): string | undefined {
  for (const { downloaderId } of activities?.values() ?? []) {
    if (downloaderId && !accounts?.has(downloaderId)) return downloaderId;
  }
  return undefined;
}

/**
 * The number of downloads of each user, 0 for users without any. Empty while it is not known, and
 * for a server without Plex Pass, which has no downloads.
 */
export function countDownloads(
  state: ServerState,
  at: number,
): readonly (readonly [DownloadKey, number])[] {
  const activities = currentValue(state, "activities", at);
  const { accounts, server } = state;
  const isKnown = server !== undefined && server.plexPass !== false;
  if (activities === undefined || accounts === undefined || !isKnown) return [];
  const counts = new Map([...accounts.values()].map((key) => [key, 0]));
  for (const { downloaderId } of activities.values()) {
    if (downloaderId === undefined) continue;
    const key = accounts.get(downloaderId) ?? UNKNOWN;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts];
}
