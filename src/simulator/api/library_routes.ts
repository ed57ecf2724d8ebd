/** The paths of libraries and their items, which every valid token may read. */
import type { ItemType } from "../item.ts";
import { holdsOtherVideos, type Library } from "../library.ts";
import type { Simulation } from "../simulation.ts";
import {
  type Below,
  belowDocument,
  everyLibraryDocument,
  listingDocument,
  recentlyAddedDocument,
} from "./listing.ts";
import { metadataDocument } from "./metadata.ts";
import { container, type Element } from "./plex_document.ts";
import type { Query } from "./query.ts";
import type { ApiRequest, Route } from "./route.ts";
import { searchDocument } from "./search.ts";
import { collectionsDocument } from "./section_meta.ts";
import { libraryDocument, sectionsDocument } from "./sections.ts";
import { TYPE_NUMBERS } from "./selection.ts";

/** A route below `/library/sections/{id}`; 404 for a library that does not exist. */
function ofLibrary(
  segment: string,
  document: (simulation: Simulation, library: Library, request: ApiRequest) => Element,
): Route {
  return {
    template: `/library/sections/{id}/${segment}`,
    audience: "users",
    document: (simulation, request, id) => {
      const library = simulation.libraries.find(id);
      return library && document(simulation, library, request);
    },
  };
}

/** The libraries of a hub, by type; with `personal=1` those of "other videos". */
function librariesOfHub({ libraries }: Simulation, query: Query): readonly Library[] {
  const type = query.value("type");
  return libraries.all.filter((library) =>
    library.type !== "photo" &&
    (type === undefined || String(TYPE_NUMBERS[library.type]) === type) &&
    holdsOtherVideos(library) === (query.value("personal") === "1")
  );
}

/** The query, for items of another type. */
function withType(query: Query, type: ItemType): Query {
  return {
    ...query,
    value: (name) => name === "type" ? String(TYPE_NUMBERS[type]) : query.value(name),
  };
}

/** The routes below `/library` and of the hubs. */
export const libraryRoutes: readonly Route[] = [
  { template: "/library", audience: "users", document: libraryDocument },
  { template: "/library/sections", audience: "users", document: sectionsDocument },
  { template: "/library/sections/all", audience: "users", document: sectionsDocument },
  {
    template: "/library/all",
    audience: "users",
    document: (simulation, { query, ignoreFilters }) =>
      everyLibraryDocument(simulation, query, ignoreFilters),
  },
  {
    template: "/library/recentlyAdded",
    audience: "users",
    document: (simulation, { query }) =>
      recentlyAddedDocument(simulation, simulation.libraries.all, query),
  },
  {
    template: "/hubs/home/recentlyAdded",
    audience: "users",
    document: (simulation, { query }) =>
      recentlyAddedDocument(simulation, librariesOfHub(simulation, query), query),
  },
  ofLibrary(
    "all",
    (simulation, library, { query, ignoreFilters }) =>
      listingDocument(simulation, library, query, ignoreFilters),
  ),
  ofLibrary(
    "albums",
    (simulation, library, { query, ignoreFilters }) =>
      listingDocument(simulation, library, withType(query, "album"), ignoreFilters),
  ),
  ofLibrary(
    "recentlyAdded",
    (simulation, library, { query }) => recentlyAddedDocument(simulation, [library], query),
  ),
  ofLibrary("collections", (_simulation, library) => collectionsDocument(library)),
  // No item is in progress, has a label or is in a playlist.
  ...["/library/onDeck", "/hubs/continueWatching/items", "/playlists"].map((template): Route => ({
    template,
    audience: "users",
    document: () => container("Metadata", []),
  })),
  ofLibrary("onDeck", () => container("Metadata", [])),
  ofLibrary("label", () => container("Directory", [])),
  {
    template: "/library/metadata/{id}",
    audience: "users",
    document: (simulation, { query }, id) => metadataDocument(simulation, id, query),
  },
  ...(["children", "grandchildren", "allLeaves"] as const).map((below: Below): Route => ({
    template: `/library/metadata/{id}/${below}`,
    audience: "users",
    document: (simulation, { query }, id) => belowDocument(simulation, id, below, query),
  })),
  {
    template: "/hubs/search",
    audience: "users",
    document: (simulation, { query }) => searchDocument(simulation, query),
  },
];
