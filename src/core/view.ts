/** A view: one row of Plex's own history, an item that a user watched to the end. */
import type { MediaType } from "./enums.ts";

/** A row of the history, in terms of the domain. */
export interface View {
  /** Identifies the row of the history. */
  readonly id: string;
  /** When the item was viewed, in seconds on Plex's clock. */
  readonly viewedS: number;
  /** The name of the user; `unknown` for an account that has left the server. */
  readonly user: string;
  readonly mediaType: MediaType;
  /** The title of the library; `none` where there is none, or none any more. */
  readonly library: string;
  /** The title of the film, show or artist; absent for everything else. */
  readonly title?: string | undefined;
  /** The rating keys of the item and of its show or artist; none once the item is deleted. */
  readonly ratingKeys: readonly number[];
}

/** The key that views are counted under. */
export type ViewKey = {
  readonly user: string;
  readonly mediaType: string;
  readonly library: string;
};

/** The key that the views of a film, show or artist are counted under. */
export type TitleViewKey = {
  readonly mediaType: string;
  readonly library: string;
  readonly title: string;
};

/** When a user last viewed something, in seconds on Plex's clock. */
export type LastView = { readonly user: string; readonly viewedS: number };

/** The later of a user's last known view and another one; the same object if it is `known`. */
export function laterView(known: LastView | undefined, user: string, viewedS: number): LastView {
  return known !== undefined && known.viewedS >= viewedS ? known : { user, viewedS };
}

/** Records when the items of a view were last viewed: `lastItemViewS` is by rating key. */
export function recordItemViews(
  lastItemViewS: Map<number, number>,
  { ratingKeys, viewedS }: Pick<View, "ratingKeys" | "viewedS">,
): void {
  for (const ratingKey of ratingKeys) {
    lastItemViewS.set(ratingKey, Math.max(viewedS, lastItemViewS.get(ratingKey) ?? 0));
  }
}
