/** `/hubs/search`: the items of all libraries by a part of their title. */
import type { Simulation } from "../simulation.ts";
import { itemAttributes } from "./item_attributes.ts";
import { children, container, type Element } from "./plex_document.ts";
import type { Query } from "./query.ts";

const TYPES = ["movie", "show", "episode", "artist", "album", "track"] as const;

/** The limit of a request without `limit`. */
const DEFAULT_LIMIT = 3;

/** A hub for each type, even if it is empty; 400 without a text to search for. */
export function searchDocument(simulation: Simulation, query: Query): Element | number {
  const text = query.value("query")?.toLowerCase();
  if (text === undefined || text === "") return 400;
  // An empty limit counts as absent.
  const limit = Number(query.value("limit") || DEFAULT_LIMIT);
  const found = simulation.libraries.all
    .flatMap(({ items }) => items)
    .filter(({ title }) => title.toLowerCase().includes(text));
  const hubs = TYPES.map((type) => {
    const shown = found.filter((item) => item.type === type).slice(0, limit);
    return {
      title: `${type[0]?.toUpperCase()}${type.slice(1)}s`,
      type,
      hubIdentifier: type,
      context: "hub.search",
      size: shown.length,
      more: false,
      style: "shelf",
      Metadata: children(shown.map((item) => itemAttributes(simulation, item))),
    };
  });
  return container("Hub", hubs);
}
