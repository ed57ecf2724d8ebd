/**
 * Which of the two exposition formats a scrape gets, by its `Accept` header. It does not write
 * either of them.
 */
import { type AcceptEntry, parseAcceptHeader } from "./accept_header.ts";

/** The Prometheus text format 0.0.4, or OpenMetrics 1.0.0. */
export type Format = "text" | "openmetrics";

/** The `Content-Type` of each format. */
export const contentTypes: Readonly<Record<Format, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** What each format is called in `Accept`, from the most to the least specific name. */
const offers = {
  text: { names: ["text/plain", "text/*", "*/*"], version: "0.0.4" },
  openmetrics: { names: ["application/openmetrics-text"], version: "1.0.0" },
};

/**
 * The format for an `Accept` header; null stands for an absent one.
 *
 * OpenMetrics is for those who ask for it by name and put it no lower than the text format;
 * wildcards, an absent header, and a list without anything we have all get the text format, as from
 * every other exporter: a scraper can do more with it than with a 406. A range without a version
 * takes any. A client that knows OpenMetrics 0.0.1 alone, as older Prometheus servers do, gets the
 * text format: 0.0.1 was a draft, and an answer must not claim to be what it is not.
 * `escaping` and `charset` change nothing: our names need no escaping and all is UTF-8.
 */
export function chooseFormat(accept: string | null): Format {
  const preferences = parseAcceptHeader(accept);
  const openmetrics = weightOf("openmetrics", preferences);
  return openmetrics > 0 && openmetrics >= weightOf("text", preferences) ? "openmetrics" : "text";
}

/** The weight of the most specific name the list has for a format; 0 if it has none. */
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
