/** All families, in the order of the page, and the tables of docs/metrics.md. */
import { LEGACY } from "./legacy.ts";
import { DVR } from "./dvr.ts";
import type { Family } from "./family.ts";
import { EXPORTER, PROCESS } from "./exporter.ts";
import { COUNTERS } from "./counters.ts";
import { LIBRARIES } from "./library.ts";
import { SERVER } from "./server.ts";
import { STORAGE } from "./storage.ts";
import { SESSIONS } from "./session.ts";
import { VIEW_FAMILIES } from "./views.ts";

/** The families by subject, each under its heading in docs/metrics.md. */
export const FAMILY_GROUPS: Readonly<Record<string, readonly Family[]>> = {
  "Server": SERVER,
  "Libraries": LIBRARIES,
  "What is on the disks": STORAGE,
  "Sessions now": SESSIONS,
  "Television recorder": DVR,
  "Plays that the exporter has seen": COUNTERS,
  "Views from Plex's own history": VIEW_FAMILIES,
  "The exporter": [...EXPORTER, ...PROCESS],
  "Compatible with the original exporter": LEGACY,
};

/** The families to serve, with those of the original exporter or without. */
export function families({ legacy }: { readonly legacy: boolean }): readonly Family[] {
  return Object.values(FAMILY_GROUPS).flat()
    .filter(({ identity }) => legacy || identity !== "legacy");
}

/** All families as Markdown, a table for each subject. */
export function metricsTables(): string {
  return Object.entries(FAMILY_GROUPS).map(([subject, families]) => {
    const rows = families.map(({ name, type, labels, help }) => {
      const list = labels.map((label) => `\`${label}\``).join(", ") || "–";
      return `| \`${name}\` | ${type} | ${list} | ${help} |`;
    });
    return [
      `### ${subject}`,
      "",
      "| family | type | labels | meaning |",
      "| --- | --- | --- | --- |",
      ...rows,
    ].join("\n");
  }).join("\n\n");
}
