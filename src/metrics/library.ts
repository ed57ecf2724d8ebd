/** The libraries: what is in them, how large they are, when they were scanned. */
import { currentValue } from "../core/availability.ts";
import type { Labels } from "../core/counter_vec.ts";
import { sizeOf } from "../core/libraries.ts";
import type { Library, ServerState } from "../core/state.ts";
import { CONTENT_TYPES, type ContentType } from "../core/enums.ts";
import { gaugeFamily, type Sample, type ServerFamily } from "./family.ts";

const LIBRARY = ["library", "library_id", "library_type"];

function labelsOf({ title, id, type }: Library) {
  return { library: title, library_id: id, library_type: type };
}

/** A sample for each library of which the value is known. */
export function perLibrary(
  labels: (library: Library) => Labels,
  value: (library: Library) => number | undefined,
): ServerFamily["samples"] {
  return (state, at) =>
    [...currentValue(state, "libraries", at)?.values() ?? []].flatMap((library) => {
      const known = value(library);
      return known === undefined ? [] : [{ labels: labels(library), value: known }];
    });
}

function figure(of: (library: Library) => number | undefined): ServerFamily["samples"] {
  return perLibrary(labelsOf, of);
}

function itemsOf(state: ServerState, at: number): readonly Sample[] {
  return [...currentValue(state, "libraries", at)?.values() ?? []].flatMap((library) => {
    const contents: readonly ContentType[] = CONTENT_TYPES[library.type];
    return contents.flatMap((content_type) => {
      const value = library.counts[content_type];
      if (value === undefined) return [];
      return [{ labels: { ...labelsOf(library), content_type }, value }];
    });
  });
}

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

export const LIBRARIES: readonly ServerFamily[] = [
  gaugeFamily(
    "plex_library_media_items",
    "Items in the library at each of its levels.",
    [...LIBRARY, "content_type"],
    itemsOf,
  ),
  gaugeFamily(
    "plex_library_storage_bytes",
    "Size of the library's files.",
    LIBRARY,
    figure((library) => sizeOf(library, "storageBytes")),
  ),
  gaugeFamily(
    "plex_library_duration_seconds",
    "Playing time of everything in the library.",
    LIBRARY,
    figure((library) => toSeconds(sizeOf(library, "durationMs"))),
  ),
  gaugeFamily(
    "plex_library_last_scan_timestamp_seconds",
    "When the library was last scanned, on Plex's clock.",
    LIBRARY,
    figure(({ scannedS }) => scannedS),
  ),
  gaugeFamily(
    "plex_library_scanning",
    "Whether the library is being scanned.",
    LIBRARY,
    figure(({ scanning }) => Number(scanning)),
  ),
];
