/**
 * The views of Plex's history as counters of the past. The history is read twice: only after the
 * first time it is known which titles have series of their own, and neither time are rows kept.
 */
import { keyText } from "../core/counter_vec.ts";
import type { View } from "../core/view.ts";
import { ViewTally } from "../core/view_tally.ts";
import { chooseTitles, limitTitle, limitTitles } from "../core/view_titles.ts";
import { overflowKey } from "../core/cardinality.ts";
import type { Labels } from "../metrics/labels.ts";
import { TITLE_VIEW_LABELS, TITLE_VIEWS, VIEW_LABELS, VIEWS } from "../metrics/views.ts";
import { CounterWriter, type Span } from "./series.ts";
import { type FamilyLines, seriesText } from "./text.ts";

/**
 * Views of the last moments are left to the exporter, which reads the history every five minutes: a
 * counter that ends with a view the exporter's first sample does not have would seem to be reset.
 */
const LEFT_TO_EXPORTER_MS = 10 * 60_000;

/** Reads the whole history from the oldest view on, page by page. */
export type ReadViews = () => AsyncIterable<readonly View[]>;

/** Both families, to be written in this order. `labels` are those that every series has. */
export function viewFamilies(
  readViews: ReadViews,
  labels: Labels,
  span: Span,
): readonly FamilyLines[] {
  const tally = new ViewTally(span.untilMs / 1000);
  return [
    {
      family: VIEWS,
      lines: () =>
        counterLines(readViews, span, (view) => {
          const key = tally.add(view);
          return seriesText(VIEWS.name, { ...labels, ...VIEW_LABELS.of(key) });
        }),
    },
    {
      family: TITLE_VIEWS,
      lines: () => counterLines(readViews, span, titleSeries(tally, labels)),
    },
  ];
}

/** Names the series of a view's title, from what the tally of all views has. */
function titleSeries(tally: ViewTally, labels: Labels): (view: View) => string | undefined {
  const titles = chooseTitles(tally);
  const [counts] = limitTitles([...tally.titleViews.values()], titles);
  const known = new Set(counts.map(({ key }) => keyText(key)));
  return ({ mediaType, library, title }) => {
    if (title === undefined) return undefined;
    const key = limitTitle({ mediaType, library, title }, titles);
    const counted = known.has(keyText(key)) ? key : overflowKey(key);
    return seriesText(TITLE_VIEWS.name, { ...labels, ...TITLE_VIEW_LABELS.of(counted) });
  };
}

/** The lines of one family: each view adds 1 to the series that `seriesOf` names for it. */
async function* counterLines(
  readViews: ReadViews,
  span: Span,
  seriesOf: (view: View) => string | undefined,
): AsyncGenerator<string> {
  const writer = new CounterWriter(span);
  for await (const views of readViews()) {
    for (const view of views) {
      const viewedMs = view.viewedS * 1000;
      if (viewedMs > span.untilMs - LEFT_TO_EXPORTER_MS) continue;
      const text = seriesOf(view);
      if (text !== undefined) yield writer.add(text, viewedMs, 1);
    }
  }
  yield* writer.end();
}
