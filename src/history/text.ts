/** OpenMetrics text of counters that have a time of their own. */
import type { ServerFamily } from "../metrics/family.ts";
import type { Labels } from "../metrics/labels.ts";

/** The end of an exposition. Without it promtool rejects the file, so that no part is imported. */
export const END = "# EOF\n";

/** A counter family; its name ends with `_total`. */
export type CounterFamily = Pick<ServerFamily, "name" | "help">;

/** The samples of one server in one family, as lines; each text has none, one or several. */
export interface FamilyLines {
  readonly family: CounterFamily;
  readonly lines: () => AsyncIterable<string>;
}

/** The HELP and TYPE lines of a counter, where OpenMetrics has its name without `_total`. */
export function familyText({ name, help }: CounterFamily): string {
  const base = name.replace(/_total$/, "");
  return `# HELP ${base} ${escapeText(help)}\n# TYPE ${base} counter\n`;
}

/** The name and labels of a series. */
export function seriesText(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) =>
    `${label}="${escapeText(value).replaceAll('"', '\\"')}"`
  );
  return `${name}{${pairs.join(",")}}`;
}

function escapeText(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
