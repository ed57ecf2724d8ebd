/** Items as `Metadata`, and the metadata of single items by id. */
import { ancestryOf, type Item } from "../item.ts";
import { childrenOf, leavesOf } from "../library.ts";
import type { Simulation } from "../simulation.ts";
import { sourceMedia } from "./media.ts";
import { itemAttributes, sectionAttributes } from "./item_attributes.ts";
import type { Element } from "./plex_document.ts";
import type { Query } from "./query.ts";

const SUMMARY = "A letter is found in a drawer, and it is not what it seems to be. ".repeat(5);

/** How many items are below a show, a season, an artist or an album. */
function countsOf(simulation: Simulation, item: Item): Element {
  if (item.versions.length > 0) return {};
  const library = simulation.libraries.find(item.libraryId);
  if (library === undefined) return {};
  return {
    childCount: childrenOf(library, item).length,
    leafCount: leavesOf(library, item).length,
    viewedLeafCount: 0,
  };
}

/** The element of an item; only metadata of single items has the streams. */
export function itemElement(
  simulation: Simulation,
  item: Item,
  { withStreams }: { readonly withStreams: boolean },
): Element {
  const key = `/library/metadata/${item.ratingKey}`;
  return {
    ...itemAttributes(simulation, item),
    contentRating: "TV-14",
    summary: SUMMARY,
    tagline: "Nothing is what it seems.",
    thumb: `${key}/thumb/${item.updatedAtS}`,
    art: `${key}/art/${item.updatedAtS}`,
    audienceRating: 7.4,
    audienceRatingImage: "themoviedb://image.rating",
    ...countsOf(simulation, item),
    Media: sourceMedia(item.versions, withStreams),
    Image: [
      { alt: item.title, type: "coverPoster", url: `${key}/thumb/${item.updatedAtS}` },
      { alt: item.title, type: "background", url: `${key}/art/${item.updatedAtS}` },
    ],
    UltraBlurColors: { topLeft: "2b2b2b", topRight: "404040", bottomRight: "101010" },
    Director: [{ tag: "Orla Finch" }],
    Writer: [{ tag: "Brass Halloway" }],
    Genre: [{ tag: "Drama" }, { tag: "Mystery" }],
    Role: [{ tag: "Ada Bellmoor" }, { tag: "Zoë Kettle" }, { tag: "Moth Crown" }],
  };
}

/**
 * What a query leaves out of each item (docs/plex/api.md#item-metadata), as absent attributes.
 * `parameters` are those that have an effect on the path.
 */
export function excludedBy(
  query: Query,
  parameters: readonly string[] = ["excludeFields", "excludeElements"],
): Element {
  const names = parameters.flatMap((name) => query.value(name)?.split(",") ?? []);
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/**
 * An item in a library or, on servers that know them, one that is playing and in none; also the
 * show and the season of such an item.
 */
function findItem(simulation: Simulation, id: string): Item | undefined {
  const inLibrary = simulation.libraries.findItem(id);
  if (inLibrary !== undefined || !simulation.server.hasEphemeralMetadata) return inLibrary;
  return simulation.sessions().flatMap(({ item }) => ancestryOf(item))
    .find(({ ratingKey }) => ratingKey === id);
}

/**
 * `/library/metadata/{id}[,{id}…]`; undefined (a 404) when none of them is found. Ids that are not
 * found are left out.
 */
export function metadataDocument(
  simulation: Simulation,
  ids: string,
  query: Query,
): Element | undefined {
  const items = ids.split(",").flatMap((id) => findItem(simulation, id) ?? []);
  if (items.length === 0) return undefined;
  const library = simulation.libraries.find(items[0]?.libraryId);
  return {
    MediaContainer: {
      size: items.length,
      ...(library === undefined ? {} : sectionAttributes(library)),
      Metadata: items.map((item) => ({
        ...itemElement(simulation, item, { withStreams: true }),
        ...excludedBy(query),
      })),
    },
  };
}
