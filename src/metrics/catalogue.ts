/** Every family there is, in the order of the page, and the table of them for the README. */
import { COMPATIBLE } from "./compatible.ts";
import type { Family } from "./define.ts";
import { EXPORTER, PROCESS } from "./exporter.ts";
import { HISTORY } from "./history.ts";
import { LIBRARIES } from "./library.ts";
import { SERVER } from "./server.ts";
import { SESSIONS } from "./session.ts";

/** The families by subject, each under the heading it has in the README. */
export const SUBJECTS: Readonly<Record<string, readonly Family[]>> = {
  "Server": SERVER,
  "Libraries": LIBRARIES,
  "Sessions now": SESSIONS,
  "History": HISTORY,
  "The exporter": [...EXPORTER, ...PROCESS],
  "Compatible with the original exporter": COMPATIBLE,
};

/** The families to serve, with those of the original exporter or without. */
export function catalogue({ compatible }: { readonly compatible: boolean }): readonly Family[] {
  return Object.values(SUBJECTS).flat()
    .filter(({ identity }) => compatible || identity !== "compatible");
}

/** All families as Markdown, a table for each subject. */
export function metricsTables(): string {
  return Object.entries(SUBJECTS).map(([subject, families]) => {
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
