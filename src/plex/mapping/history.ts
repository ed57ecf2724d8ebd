/** Wire to domain for Plex's own history: pages of rows, and rows to views. */
import { mediaType } from "../../core/normalize.ts";
import type { View } from "../../core/view.ts";
import { type HiddenLabels, hideValue } from "../redact_labels.ts";
import type { WireHistoryPage, WireHistoryRow } from "../schema.ts";
import { pageTotal } from "./page.ts";

/** Which rows are requested. */
export interface HistoryPageRequest {
  readonly start: number;
  readonly size: number;
  readonly newestFirst: boolean;
}

/** A page of the history. */
export interface HistoryPage {
  readonly rows: readonly WireHistoryRow[];
  /** How many rows the history has in all. */
  readonly total: number;
}

/** The names that rows have only ids of; hidden ones are replaced already. */
export interface HistoryNames {
  /** User names by account id. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Library titles by id. */
  readonly libraries: ReadonlyMap<string, { readonly title: string }>;
}

/** The page; `undefined` if it has no total. */
export function mapHistoryPage(
  page: WireHistoryPage,
  header: number | undefined,
): HistoryPage | undefined {
  const total = pageTotal(page, header);
  return total === undefined ? undefined : { rows: page.Metadata, total };
}

/**
 * The views of rows. A row of a deleted item has no rating key, one of live television has no
 * library either (docs/plex/api.md#history-rows); one without a time is left out.
 */
export function mapViews(
  rows: readonly WireHistoryRow[],
  names: HistoryNames,
  hide: HiddenLabels,
): readonly View[] {
  return rows.flatMap((row): View[] => {
    const { viewedAt: viewedS, librarySectionID, ratingKey, type = "" } = row;
    if (viewedS === undefined) return [];
    const isLive = librarySectionID === undefined && ratingKey === undefined;
    const media = mediaType(type, isLive);
    const title = titleOf(row);
    return [{
      id: rowId(row),
      viewedS,
      user: names.accounts.get(row.accountID ?? "") ?? "unknown",
      mediaType: media,
      library: names.libraries.get(librarySectionID ?? "")?.title ?? "none",
      title: title && !isLive ? hideValue(hide, "title", title) : undefined,
      ratingKeys: [ratingKey, lastSegment(row.grandparentKey)].flatMap(ratingKeyOf),
    }];
  });
}

/** The key of the history itself; otherwise other fields that identify the row. */
export function rowId({ historyKey, ...row }: WireHistoryRow): string {
  return lastSegment(historyKey) ??
    [row.viewedAt, row.accountID, row.ratingKey, row.title].join("/");
}

/** The title of a film, show or artist: photos and clips would use up the limit of titles. */
function titleOf({ type, title, grandparentTitle }: WireHistoryRow): string | undefined {
  if (type === "movie") return title;
  return type === "episode" || type === "track" ? grandparentTitle : undefined;
}

function lastSegment(path: string | undefined): string | undefined {
  return path?.split("/").at(-1) || undefined;
}

function ratingKeyOf(text: string | undefined): number[] {
  return text !== undefined && /^\d{1,15}$/.test(text) ? [Number(text)] : [];
}
