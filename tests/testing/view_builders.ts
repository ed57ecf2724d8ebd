/** Views and histories for tests of the core. */
import { seriesOf } from "../../src/core/counter_vec.ts";
import type { ServerState } from "../../src/core/state.ts";
import type { View } from "../../src/core/view.ts";
import { ViewTally } from "../../src/core/view_tally.ts";

/** The time at which the history is read, in seconds: noon of 5 January 2026. */
export const READ_S = Date.UTC(2026, 0, 5, 12) / 1000;

let lastId = 0;

/** A film that bob viewed an hour before the history is read. */
export function view(changed: Partial<View> = {}): View {
  return {
    id: String(++lastId),
    viewedS: READ_S - 3_600,
    user: "bob",
    mediaType: "movie",
    library: "Films",
    title: "The Long Road",
    ratingKeys: [100],
    ...changed,
  };
}

/** The tally of a history with these views. */
export function tallyOf(views: Iterable<View>): ViewTally {
  const tally = new ViewTally(READ_S);
  for (const each of views) tally.add(each);
  return tally;
}

/** The view counters by their label values, joined by slashes. */
export function viewCounts({ viewHistory }: ServerState): Record<string, number> {
  if (viewHistory === undefined) return {};
  const series = [...seriesOf(viewHistory.views), ...seriesOf(viewHistory.titleViews)];
  return Object.fromEntries(series.map(({ key, value }) => [Object.values(key).join("/"), value]));
}
