/** The views of Plex's own history, which began before the exporter was installed. */
import { currentValue } from "../core/availability.ts";
import type { LastView, TitleViewKey, ViewKey } from "../core/view.ts";
import { counterVecFamily, gaugeFamily, type ServerFamily } from "./family.ts";
import { labelsOf } from "./labels.ts";

/** The labels of `plex_views_total`. */
export const VIEW_LABELS = labelsOf<ViewKey>({
  user: "user",
  media_type: "mediaType",
  library: "library",
});

/** The labels of `plex_title_views_total`. */
export const TITLE_VIEW_LABELS = labelsOf<TitleViewKey>({
  media_type: "mediaType",
  library: "library",
  title: "title",
});

/** Views by user. `history` writes the same family. */
export const VIEWS = counterVecFamily(
  "plex_views_total",
  "Total number of items watched to the end, from Plex's own watch history.",
  VIEW_LABELS,
  ({ viewHistory }) => viewHistory?.views,
);

/** Views by title. `history` writes the same family. */
export const TITLE_VIEWS = counterVecFamily(
  "plex_title_views_total",
  "Total number of items watched to the end, by film, show or artist, from Plex's own watch history.",
  TITLE_VIEW_LABELS,
  ({ viewHistory }) => viewHistory?.titleViews,
);

/** The families of Plex's own history. */
export const VIEW_FAMILIES: readonly ServerFamily[] = [
  VIEWS,
  TITLE_VIEWS,
  gaugeFamily(
    "plex_user_last_view_timestamp_seconds",
    "Unix timestamp at which the user last watched an item to the end, by Plex's clock.",
    labelsOf<LastView>({ user: "user" }),
    (state, at) => {
      const history = currentValue(state, "viewHistory", at);
      return [...history?.lastViews.values() ?? []].map((last) => [last, last.viewedS]);
    },
  ),
];
