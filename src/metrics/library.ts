/** The libraries: what is in them, how large they are, when they were scanned. */
import { isScanning } from "../core/activities.ts";
import { currentValue } from "../core/availability.ts";
import type { ContentType } from "../core/enums.ts";
import { contentTypes, type Library, sizeOf } from "../core/libraries.ts";
import type { ServerState } from "../core/state.ts";
import { gaugeFamily, type KeyedValue, type ServerFamily, type Values } from "./family.ts";
import { labelsOf } from "./labels.ts";

/** The fields of a library that its labels take their values from. */
export const LIBRARY = { library: "title", library_id: "id", library_type: "type" } as const;

/** The labels of a family with one value for each library. */
export const LIBRARY_LABELS = labelsOf<Library>(LIBRARY);

/** A value for each library of which it is known. */
export function perLibrary(
  valueOf: (library: Library, state: ServerState, at: number) => number | undefined,
): Values<Library> {
  return (state, at) =>
    [...currentValue(state, "libraries", at)?.values() ?? []].flatMap((library) => {
      const value = valueOf(library, state, at);
      return value === undefined ? [] : [[library, value]];
    });
}

type ItemsKey = Library & { readonly contentType: ContentType };

/** The keys of each library's counts, always the same objects. */
const ITEMS_KEYS = new WeakMap<Library, readonly ItemsKey[]>();

function itemsKeys(library: Library): readonly ItemsKey[] {
  const cached = ITEMS_KEYS.get(library);
  if (cached !== undefined) return cached;
  const keys = contentTypes(library).map((contentType) => ({ ...library, contentType }));
  ITEMS_KEYS.set(library, keys);
  return keys;
}

function itemCounts(state: ServerState, at: number): readonly KeyedValue<ItemsKey>[] {
  return [...currentValue(state, "libraries", at)?.values() ?? []].flatMap((library) =>
    itemsKeys(library).flatMap((key): readonly KeyedValue<ItemsKey>[] => {
      const count = library.counts[key.contentType];
      return count === undefined ? [] : [[key, count]];
    })
  );
}

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

/** The families of the libraries as Plex lists them. */
export const LIBRARIES: readonly ServerFamily[] = [
  gaugeFamily(
    "plex_library_media_items",
    "Number of items in the library by content type.",
    labelsOf<ItemsKey>({ ...LIBRARY, content_type: "contentType" }),
    itemCounts,
  ),
  gaugeFamily(
    "plex_library_storage_bytes",
    "Size of the library's files in bytes.",
    LIBRARY_LABELS,
    perLibrary((library) => sizeOf(library, "storageBytes")),
  ),
  gaugeFamily(
    "plex_library_duration_seconds",
    "Total duration of the library's media in seconds.",
    LIBRARY_LABELS,
    perLibrary((library) => toSeconds(sizeOf(library, "durationMs"))),
  ),
  gaugeFamily(
    "plex_library_last_scan_timestamp_seconds",
    "Unix timestamp of the library's last scan, by Plex's clock.",
    LIBRARY_LABELS,
    perLibrary(({ scannedS }) => scannedS),
  ),
  gaugeFamily(
    "plex_library_scanning",
    "Whether the library is being scanned.",
    LIBRARY_LABELS,
    perLibrary((library, state, at) => Number(isScanning(state, library, at))),
  ),
];
