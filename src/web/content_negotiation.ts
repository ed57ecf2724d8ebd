/** Chooses the exposition format of a scrape by its `Accept` header. */
import { type AcceptEntry, parseAcceptHeader } from "./accept_header.ts";

/** The Prometheus text format 0.0.4, or OpenMetrics 1.0.0. */
export type Format = "text" | "openmetrics";

/** The `Content-Type` of each format. */
export const contentTypes: Readonly<Record<Format, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** The names of each format in `Accept`, most specific first. */
const offers = {
  text: { names: ["text/plain", "text/*", "*/*"], version: "0.0.4" },
  openmetrics: { names: ["application/openmetrics-text"], version: "1.0.0" },
};

/**
 * The format for an `Accept` header; null if it is absent.
 *
 * A client gets OpenMetrics if it lists it by name with at least the weight of the text format.
 * Otherwise it gets the text format, as from other exporters: also for wildcards, without a header,
 * and if it lists no known format, since text is more useful than a 406. A range without a version
 * matches any version. A client that lists only OpenMetrics 0.0.1, as older Prometheus servers do,
 * gets the text format, because 0.0.1 was a draft with another syntax. `escaping` and `charset` are
 * ignored: no metric name needs escaping, and everything is UTF-8.
 */
export function chooseFormat(accept: string | null): Format {
  const preferences = parseAcceptHeader(accept);
  const openmetrics = weightOf("openmetrics", preferences);
  return openmetrics > 0 && openmetrics >= weightOf("text", preferences) ? "openmetrics" : "text";
}

/** The weight of the most specific listed name of a format; 0 if none is listed. */
function weightOf(format: Format, preferences: readonly AcceptEntry[]): number {
  const { names, version } = offers[format];
  for (const name of names) {
    const weights = preferences
      .filter((each) => each.name === name)
      .filter(({ parameters }) => (parameters.get("version") ?? version) === version)
      .map(({ weight }) => weight);
    if (weights.length > 0) return Math.max(...weights);
  }
  return 0;
}
