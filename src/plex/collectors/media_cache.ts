/**
 * Caches the files behind converted sessions, each looked up in the library once: a session shows
 * what Plex makes of the file, not the file (docs/plex/api.md#media-of-a-transcode).
 */
import type { WireSession } from "../schema.ts";
import type { Version } from "../mapping/media.ts";
import { needsSource, type VersionsOf } from "../mapping/session.ts";
import { MAX_CACHED_ITEMS, MEDIA_RETRY_MS } from "../schedule.ts";
import type { CollectorContext } from "./collector.ts";

/** The files behind sessions, by rating key. */
export interface MediaCache {
  /** Looks up the items that are needed and not cached. It never rejects. */
  prefetch(sessions: readonly WireSession[]): Promise<void>;
  readonly versionsOf: VersionsOf;
}

interface Item {
  readonly versions: readonly Version[];
  /** When it is looked up again; `Infinity` once its files are known. */
  readonly retryAt: number;
  /** Plex's revision of the item: after a change its files may be others. */
  readonly updatedAt: number | undefined;
}

export function createMediaCache({ client, clock }: CollectorContext): MediaCache {
  const items = new Map<string, Item>();
  const pending = new Set<string>();

  function isCached({ ratingKey = "", updatedAt }: WireSession): boolean {
    const item = items.get(ratingKey);
    if (pending.has(ratingKey)) return true;
    return item !== undefined && clock.now() < item.retryAt && item.updatedAt === updatedAt;
  }

  function store(ratingKey: string, item: Item): void {
    items.delete(ratingKey);
    items.set(ratingKey, item);
    const [oldest] = items.keys();
    if (items.size > MAX_CACHED_ITEMS && oldest !== undefined) items.delete(oldest);
  }

  return {
    async prefetch(sessions) {
      const unknown = sessions.filter((session) => needsSource(session) && !isCached(session));
      if (unknown.length === 0) return;
      const keys = new Set(unknown.map(({ ratingKey = "" }) => ratingKey));
      keys.forEach((key) => pending.add(key));
      const answer = await client.versions([...keys]);
      keys.forEach((key) => pending.delete(key));
      for (const { ratingKey = "", updatedAt } of unknown) {
        const versions = answer.ok ? answer.value.get(ratingKey) : undefined;
        const known = items.get(ratingKey)?.versions ?? [];
        const retryAt = versions === undefined ? clock.now() + MEDIA_RETRY_MS : Infinity;
        store(ratingKey, { versions: versions ?? known, retryAt, updatedAt });
      }
    },
    versionsOf: (ratingKey) => items.get(ratingKey)?.versions,
  };
}
