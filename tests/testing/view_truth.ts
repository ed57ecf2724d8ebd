/** The ground truth of views, counted from the rows of a simulated history. */
import type { Simulation } from "../../src/simulator/simulation.ts";
import type { View } from "../../src/simulator/past_views.ts";

/** A view with the label values of the metrics. */
export interface TrueView {
  readonly viewedS: number;
  readonly user: string;
  readonly media_type: string;
  readonly library: string;
  /** Title of the film, show or artist; absent for live television. */
  readonly title: string | undefined;
}

/** Every view of a simulation, the oldest first. */
export function* viewsOf(simulation: Simulation): Generator<TrueView> {
  const users = new Map(simulation.users.map(({ id, name }) => [id, name]));
  const libraries = new Map(simulation.libraries.all.map(({ id, title }) => [id, title]));
  for (const view of simulation.viewHistory) {
    const { libraryId, type } = view.item;
    yield {
      viewedS: view.viewedAtS,
      user: users.get(view.accountId) ?? "unknown",
      media_type: libraryId === undefined ? "live_tv" : type,
      library: libraries.get(libraryId ?? "") ?? "none",
      title: libraryId === undefined ? undefined : titleOf(view),
    };
  }
}

function titleOf({ item }: View): string {
  let top = item;
  while (top.parent !== undefined) top = top.parent;
  return top.title;
}

/** The number of views by label values, joined by slashes. */
export function countViews(
  views: Iterable<TrueView>,
  labels: readonly (keyof TrueView)[],
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const view of views) {
    const key = labels.map((label) => view[label]).join("/");
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
