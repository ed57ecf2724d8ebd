/**
 * The files behind converted sessions, looked up in the library once and remembered. Plex shows in
 * a session what it makes of the file, not the file (Plex API notes §7).
 */
import type { WireSession } from "../schema.ts";
import type { Version } from "../mapping/media.ts";
import { needsSource, type VersionsOf } from "../mapping/session.ts";
import type { CollectorContext } from "./collector.ts";

/** Items remembered; the oldest go first. More than are ever played at once. */
const MAX_ITEMS = 2_000;

/** Wait before an item that could not be looked up is asked for again. */
const RETRY_MS = 60_000;

export interface MediaCache {
  /** Looks up what is needed, not known and not being looked up; does not fail. */
  prefetch(sessions: readonly WireSession[]): Promise<void>;
  readonly versionsOf: VersionsOf;
}

interface Item {
  readonly versions: readonly Version[];
  /** When it is to be asked for again; never, once it is known. */
  readonly askAt: number;
  /** Plex's mark of the item: another one means that its files may have changed. */
  readonly updatedAt: number | undefined;
}

export function createMediaCache({ client, clock }: CollectorContext): MediaCache {
  const items = new Map<string, Item>();
  const asking = new Set<string>();

  function isKnown({ ratingKey = "", updatedAt }: WireSession): boolean {
    const item = items.get(ratingKey);
    if (asking.has(ratingKey)) return true;
    return item !== undefined && clock.now() < item.askAt && item.updatedAt === updatedAt;
  }

  function remember(ratingKey: string, item: Item): void {
    items.delete(ratingKey);
    items.set(ratingKey, item);
    const [oldest] = items.keys();
    if (items.size > MAX_ITEMS && oldest !== undefined) items.delete(oldest);
  }

  return {
    async prefetch(sessions) {
      const unknown = sessions.filter((session) => needsSource(session) && !isKnown(session));
      if (unknown.length === 0) return;
      const keys = new Set(unknown.map(({ ratingKey = "" }) => ratingKey));
      keys.forEach((key) => asking.add(key));
      const answer = await client.versions([...keys]);
      keys.forEach((key) => asking.delete(key));
      for (const { ratingKey = "", updatedAt } of unknown) {
        const versions = answer.ok ? answer.value.get(ratingKey) : undefined;
        const known = items.get(ratingKey)?.versions ?? [];
        const askAt = versions === undefined ? clock.now() + RETRY_MS : Infinity;
        remember(ratingKey, { versions: versions ?? known, askAt, updatedAt });
      }
    },
    versionsOf: (ratingKey) => items.get(ratingKey)?.versions,
  };
}
