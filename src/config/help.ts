/**
 * The table of settings as people read it: the text of `--help` and the table in the README. It
 * prints the table, never the values in use.
 */
import { type Setting, settings } from "./settings.ts";

const rows: readonly (readonly [string, Setting])[] = Object.entries(settings);

const commands = [
  ["serve", "watch the Plex servers and serve their metrics; this is what runs without a command"],
  ["check", "read the settings, try to reach each server, say what is wrong, and stop"],
  ["demo", "serve the metrics of a simulated Plex server; no Plex is needed"],
  ["healthcheck", "ask the exporter that runs here whether it is alive"],
] as const;

const options = [
  ["--help", "print this text"],
  ["--version", "print the version"],
] as const;

/** Columns of `--help`: it fits a terminal of ordinary width next to another. */
const helpWidth = 96;

/** What `--help` prints: usage, commands and every setting, at most 96 columns wide. */
export function helpText(version: string): string {
  const described = rows.map(([name, { default: absent, meaning }]) => {
    const plain = meaning.replaceAll("`", "");
    if ("text" in absent) return [name, `${plain} (default: ${absent.text})`] as const;
    return [name, absent.shown === "–" ? plain : `${plain} (${absent.shown})`] as const;
  });
  return [
    `prometheus-plex-exporter ${version}: metrics of Plex Media Server for Prometheus`,
    "",
    "Usage: prometheus-plex-exporter [serve | check | demo | healthcheck] [--help] [--version]",
    "",
    "Commands:",
    ...layOut(commands),
    "",
    "Options:",
    ...layOut(options),
    "",
    "Settings, from the environment or a file .env in the working directory:",
    ...layOut(described),
    "",
  ].join("\n");
}

/** Two columns: names, and texts that are wrapped at spaces. */
function layOut(entries: readonly (readonly [string, string])[]): string[] {
  const indent = Math.max(...entries.map(([name]) => name.length)) + 4;
  return entries.flatMap(([name, text]) =>
    wrap(text, helpWidth - indent).map((line, index) =>
      (index === 0 ? `  ${name}` : "").padEnd(indent) + line
    )
  );
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  // The default at the end stays in one piece.
  for (const word of text.split(/ (?!\S+\)$)/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** The README's table of settings, in Markdown, with its columns aligned as `deno fmt` does it. */
export function settingsTable(): string {
  const cells = [
    ["variable", "default", "meaning"],
    ...rows.map(([name, { default: absent, meaning }]) => [
      `\`${name}\``,
      "text" in absent ? `\`${absent.text}\`` : absent.shown,
      meaning.replaceAll("|", "\\|"),
    ]),
  ];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0))
  );
  const line = (row: readonly string[], fill: string) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |`;
  const [head = [], ...body] = cells.map((row) => line(row, " "));
  return [head, line(["", "", ""], "-"), ...body, ""].join("\n");
}
