/** Chooses the exposition format of a scrape by its `Accept` header. */
import { type AcceptEntry, parseAcceptHeader } from "./accept_header.ts";

/**
 * The format for a client that sent this `Accept` header, or none (null). `contentTypes` has the
 * content type of each format, that of the default first.
 *
 * A client gets another format than the default if it lists it by name with at least the weight of
 * the default. Otherwise it gets the default, as from other exporters: also for wildcards, without
 * a header, and if it lists no known format, since text is more useful than a 406. A range without
 * a version matches any version. A client that lists only OpenMetrics 0.0.1, as older Prometheus
 * servers do, gets the default, because 0.0.1 was a draft with another syntax. `escaping` and
 * `charset` are ignored: no metric name needs escaping, and everything is UTF-8.
 */
export function chooseFormat<Format extends string>(
  accept: string | null,
  contentTypes: Readonly<Record<Format, string>>,
): Format {
  const entries = parseAcceptHeader(accept);
  const [fallback, ...others] = Object.keys(contentTypes) as [Format, ...Format[]];
  let chosen = fallback;
  let best = weightOf(contentTypes[fallback], entries, { wildcards: true });
  for (const format of others) {
    const weight = weightOf(contentTypes[format], entries, { wildcards: false });
    if (weight > 0 && weight >= best) [chosen, best] = [format, weight];
  }
  return chosen;
}

/** The weight of the most specific entry that matches a content type; 0 if none does. */
function weightOf(
  contentType: string,
  entries: readonly AcceptEntry[],
  { wildcards }: { readonly wildcards: boolean },
): number {
  const [{ name = "", parameters = new Map<string, string>() } = {}] = parseAcceptHeader(
    contentType,
  );
  const version = parameters.get("version");
  const ranges = [name, ...(wildcards ? [name.replace(/\/.*/, "/*"), "*/*"] : [])];
  for (const range of ranges) {
    const weights = entries
      .filter((entry) => entry.name === range)
      .filter(({ parameters }) => (parameters.get("version") ?? version) === version)
      .map(({ weight }) => weight);
    if (weights.length > 0) return Math.max(...weights);
  }
  return 0;
}
