/** The text of `--help`. */
import { type Setting, settings } from "./config/mod.ts";

const rows: readonly (readonly [string, Setting])[] = Object.entries(settings);

const COMMANDS = [
  ["serve", "monitor the Plex servers and serve their metrics; the default"],
  ["login", "sign in at plex.tv and print the settings PLEX_SERVER and PLEX_TOKEN"],
  ["check", "validate the settings, contact each server, report what is wrong, and exit"],
  ["history", "write the views and bytes that Plex has kept, for Prometheus to import"],
  ["demo", "serve the metrics of a simulated Plex server; needs no Plex"],
  ["healthcheck", "ask the exporter on this machine whether it is alive"],
] as const;

const OPTIONS = [
  ["--help", "print this text"],
  ["--version", "print the version"],
] as const;

const LOGIN_OPTIONS = [
  ["--write FILE", "write the settings to a file in place of stdout, readable by its owner only"],
  ["--force", "replace that file if there is one"],
] as const;

const HISTORY_OPTIONS = [
  ["--output FILE", "write to a file in place of stdout"],
  ["--since TIME", "begin there: a date, a time, seconds since 1970, or an age such as 90d"],
  ["--until TIME", "end there: when the exporter was first started (default: 3h, three hours ago)"],
  ["--step DURATION", "distance of samples within a day of a change, from 1m to 1d (default: 1h)"],
  ["--label NAME=VALUE", "a label that Prometheus adds, as job and instance; once for each"],
] as const;

/** Width of `--help` in columns. */
const HELP_WIDTH = 96;

/** What `--help` prints: usage, commands and every setting, at most 96 columns wide. */
export function helpText(version: string): string {
  const described = rows.map(([name, { default: fallback, shown, meaning }]) => {
    const plain = meaning.replaceAll("`", "");
    const note = fallback === undefined ? shown : `default: ${fallback}`;
    return [name, note === undefined ? plain : `${plain} (${note})`] as const;
  });
  return [
    `prometheus-plex-exporter ${version}: Prometheus metrics of Plex Media Server`,
    "",
    "Usage: prometheus-plex-exporter [serve | login | check | history | demo | healthcheck] [--help]",
    "",
    "Commands:",
    ...columns(COMMANDS),
    "",
    "Options:",
    ...columns(OPTIONS),
    "",
    "Options of login:",
    ...columns(LOGIN_OPTIONS),
    "",
    "Options of history:",
    ...columns(HISTORY_OPTIONS),
    "",
    "Settings, from the environment or from a file .env in the working directory:",
    ...columns(described),
    "",
  ].join("\n");
}

/** Two columns: names, and texts wrapped at spaces. */
function columns(entries: readonly (readonly [string, string])[]): string[] {
  const indent = Math.max(...entries.map(([name]) => name.length)) + 4;
  return entries.flatMap(([name, text]) =>
    wrap(text, HELP_WIDTH - indent).map((line, index) =>
      (index === 0 ? `  ${name}` : "").padEnd(indent) + line
    )
  );
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  // The default at the end is not split.
  for (const word of text.split(/ (?!\S+\)$)/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
