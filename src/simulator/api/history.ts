/**
 * `/status/sessions/history/all`: the watch history, with the sorting, filters and paging of Plex.
 * Rows are made only for the page that is requested.
 */
import { ancestryOf, type Item } from "../item.ts";
import type { View } from "../past_views.ts";
import type { Simulation } from "../simulation.ts";
import { pathOf } from "./item_attributes.ts";
import { excludedBy } from "./metadata.ts";
import { pageDocument, type Selection } from "./page.ts";
import type { Element } from "./plex_document.ts";
import { type Query, rangeOf } from "./query.ts";

type Order = "asc" | "desc";

/** The fields that can be sorted by; anything else is a bad request (seen with 1.43.3). */
const SORT_FIELDS = ["viewedAt", "accountID", "librarySectionID", "deviceID"];

/**
 * The direction of the first field, which has to be `viewedAt` here; undefined for what Plex
 * rejects. Without a sort the oldest view comes first.
 */
function orderOf(sort: string | undefined): Order | undefined {
  if (sort === undefined) return "asc";
  const orders = sort.split(",").map((part) => {
    const [field = "", order = "asc"] = part.split(":");
    const isKnown = SORT_FIELDS.includes(field) && (order === "asc" || order === "desc");
    return isKnown ? { field, order } as const : undefined;
  });
  const [first] = orders;
  return orders.includes(undefined) || first?.field !== "viewedAt" ? undefined : first.order;
}

/** The views that the filters leave. */
function select(
  { viewHistory }: Simulation,
  query: Query,
  accountId: number | undefined,
  order: Order,
): Selection<View> {
  const { from: sinceS, to: untilS } = rangeOf(query, "viewedAt");
  const from = viewHistory.positionOf(sinceS);
  const end = viewHistory.positionOf(untilS + 1);
  const positions = positionsOf(viewHistory, from, end, {
    accountId: accountId ?? query.integer("accountID"),
    libraryId: query.value("librarySectionID"),
    ratingKey: query.value("metadataItemID"),
  });
  const size = positions?.length ?? Math.max(0, end - from);
  return {
    size,
    at(place) {
      const position = order === "asc" ? place : size - 1 - place;
      return viewHistory.at(positions?.[position] ?? from + position);
    },
  };
}

/** The positions of the views that match; undefined where all do. */
function positionsOf(
  history: Simulation["viewHistory"],
  from: number,
  end: number,
  { accountId, libraryId, ratingKey }: {
    readonly accountId: number | undefined;
    readonly libraryId: string | undefined;
    readonly ratingKey: string | undefined;
  },
): readonly number[] | undefined {
  if (accountId === undefined && libraryId === undefined && ratingKey === undefined) {
    return undefined;
  }
  const positions: number[] = [];
  for (let position = from; position < end; position += 1) {
    const view = history.at(position);
    const { item } = view;
    const matches = (accountId === undefined || view.accountId === accountId) &&
      (libraryId === undefined || item.libraryId === libraryId) &&
      (ratingKey === undefined || ancestryOf(item).some((each) => each.ratingKey === ratingKey));
    if (matches) positions.push(position);
  }
  return positions;
}

/** A row; without keys if its item is no longer in a library. */
function rowElement(view: View, isPresent: (item: Item) => boolean): Element {
  const { item, viewedAtS } = view;
  const key = isPresent(item) ? pathOf(item) : undefined;
  const parent = key === undefined ? undefined : item.parent;
  const grandparent = parent?.parent;
  const thumb = (of: Item | undefined, kind = "thumb") =>
    of?.ratingKey === undefined ? undefined : `${pathOf(of)}/${kind}/${of.updatedAtS}`;
  return {
    historyKey: `/status/sessions/history/${view.id}`,
    key,
    ratingKey: key === undefined ? undefined : item.ratingKey,
    librarySectionID: item.libraryId,
    parentKey: pathOf(parent),
    grandparentKey: pathOf(grandparent),
    title: item.title,
    parentTitle: item.type === "track" ? item.parent?.title : undefined,
    grandparentTitle: item.parent?.parent?.title,
    type: item.type,
    thumb: key === undefined ? undefined : thumb(item),
    parentThumb: thumb(parent),
    grandparentThumb: thumb(grandparent),
    grandparentArt: thumb(grandparent, "art"),
    index: item.index,
    parentIndex: item.parent?.index,
    originallyAvailableAt: item.year === undefined ? undefined : `${item.year}-06-01`,
    viewedAt: viewedAtS,
    accountID: view.accountId,
    deviceID: view.deviceId,
  };
}

/** The page of the history that a query requests; 400 for a sort that Plex rejects. */
export function historyDocument(
  simulation: Simulation,
  query: Query,
  options: {
    /** Whose views are shown; absent: everyone's. */
    readonly accountId?: number | undefined;
    readonly ignoreFilters: boolean;
  },
): Element | 400 {
  const order = orderOf(query.value("sort"));
  if (order === undefined) return 400;
  const filters = options.ignoreFilters
    ? { ...query, value: () => undefined, integer: () => undefined }
    : query;
  const selection = select(simulation, filters, options.accountId, order);
  const keys = new Set(
    simulation.libraries.all.flatMap(({ items }) => items.map((item) => item.ratingKey)),
  );
  const isPresent = ({ ratingKey }: Item) =>
    ratingKey !== undefined &&
    (keys.has(ratingKey) ||
      simulation.libraries.all.some(({ generated }) => generated?.find(ratingKey) !== undefined));
  const excluded = excludedBy(query, ["excludeFields"]);
  return pageDocument(selection, query, (view) => ({
    ...rowElement(view, isPresent),
    ...excluded,
  }));
}
