/** The texts of `--help`: of the program, and of each command. */
import { type Setting, type SettingName, settings } from "./config/mod.ts";

/** A name, and what it means. */
type Row = readonly [name: string, text: string];

interface Command {
  /** What it does, as an imperative. */
  readonly summary: string;
  /** Options of this command only. */
  readonly options?: readonly Row[];
  /** The settings that it uses: their names, or a sentence. */
  readonly settings: readonly SettingName[] | string;
  /** A command line without the name of the program. */
  readonly example: string;
}

const NAME = "prometheus-plex-exporter";

const ALL_SETTINGS = `all that ${NAME} --help lists`;

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    summary: "monitor the Plex servers and serve their metrics; the default",
    settings: ALL_SETTINGS,
    example: "serve",
  },
  login: {
    summary: "sign in at plex.tv and print the settings PLEX_SERVER and PLEX_TOKEN",
    options: [
      [
        "--write FILE",
        "write the settings to a file instead of stdout, readable by its owner only",
      ],
      ["--force", "replace that file if there is one, and everything in it"],
    ],
    settings: [],
    example: "login --write .env",
  },
  check: {
    summary: "validate the settings, contact each server, report what is wrong, and exit",
    settings: ALL_SETTINGS,
    example: "check",
  },
  history: {
    summary: "write the views and bytes that Plex has kept, for Prometheus to import",
    options: [
      ["--output FILE", "write to a file instead of stdout"],
      ["--since TIME", "begin there: a date, a time, seconds since 1970, or an age such as 90d"],
      [
        "--until TIME",
        "end there: when the exporter was first started (default: 3h, three hours ago)",
      ],
      [
        "--step DURATION",
        "distance of samples within a day of a change, from 1m to 1d (default: 1h)",
      ],
      [
        "--label NAME=VALUE",
        "a label that Prometheus adds, as job and instance; once for each",
      ],
    ],
    settings: [
      "PLEX_SERVER",
      "PLEX_TOKEN",
      "PLEX_TOKEN_FILE",
      "PLEX_CLIENT_TIMEOUT_SECONDS",
      "PLEX_CA_FILE",
      "SKIP_TLS_VERIFICATION",
      "TZ",
      "HIDE_LABELS",
    ],
    example: "history --until 2026-11-28T18:00:00Z \\\n" +
      "    --label job=plex --label instance=localhost:9000 > plex-history.om",
  },
  demo: {
    summary: "serve the metrics of a simulated Plex server; needs no Plex",
    settings: `${ALL_SETTINGS}, without those of Plex`,
    example: "demo",
  },
  healthcheck: {
    summary: "ask the exporter on this machine whether it is alive",
    settings: ["LISTEN_ADDRESS", "WEB_CONFIG_FILE"],
    example: "healthcheck",
  },
};

const HELP_OPTION: Row = ["--help", "print this text"];

const VERSION_OPTION: Row = ["--version", "print the version"];

const SETTINGS_FROM = "from the environment or from a file .env in the working directory";

/** Width of `--help` in columns. */
const HELP_WIDTH = 96;

/**
 * What `--help` prints, at most 96 columns wide: of the command if there is one of that name,
 * otherwise of the program.
 */
export function helpText(version: string, command = ""): string {
  const known = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  return known === undefined ? programHelp(version) : commandHelp(command, known);
}

/** The error for arguments that the program does not take. */
export function argumentError([command = "", ...rest]: readonly string[]): string {
  if (Object.hasOwn(COMMANDS, command)) {
    return `${command} does not take "${rest.join(" ")}"; see ${command} --help`;
  }
  const kind = command.startsWith("-") ? "option" : "command";
  return `there is no ${kind} "${command}"; see --help`;
}

/** Usage, commands, and every option and setting. */
function programHelp(version: string): string {
  const commands = Object.entries(COMMANDS);
  return sections([
    [`${NAME} ${version}: Prometheus metrics of Plex Media Server`],
    [`Usage: ${NAME} [${Object.keys(COMMANDS).join(" | ")}] [--help]`],
    ["Commands:", ...columns(commands.map(([name, { summary }]) => [name, summary]))],
    ["Options:", ...columns([["--help", "print this text, or that of a command"], VERSION_OPTION])],
    ...commands.flatMap(([name, { options }]) =>
      options === undefined ? [] : [[`Options of ${name}:`, ...columns(options)]]
    ),
    [`Settings, ${SETTINGS_FROM}:`, ...columns(Object.entries(settings).map(describe))],
  ]);
}

/** Usage, options, settings and an example of one command. */
function commandHelp(
  name: string,
  { example, options = [], settings: used, summary }: Command,
): string {
  const listed = typeof used === "string" ? [] : used;
  return sections([
    [`Usage: ${NAME} ${name} ${options.length === 0 ? "[--help]" : "[OPTION]..."}`],
    [`${summary[0]?.toUpperCase()}${summary.slice(1)}.`],
    ["Options:", ...columns([...options, HELP_OPTION])],
    typeof used === "string" ? [`Settings: ${used}`] : [],
    listed.length === 0 ? [] : [
      `Settings, ${SETTINGS_FROM}:`,
      ...columns(listed.map((name) => describe([name, settings[name]]))),
    ],
    ["Example:", `  ${NAME} ${example}`],
  ]);
}

/** A setting with its meaning and its default. */
function describe([name, { default: fallback, shown, meaning }]: readonly [string, Setting]): Row {
  const plain = meaning.replaceAll("`", "");
  const note = fallback === undefined ? shown : `default: ${fallback}`;
  return [name, note === undefined ? plain : `${plain} (${note})`];
}

/** Paragraphs of lines, those without lines left out. */
function sections(paragraphs: readonly (readonly string[])[]): string {
  return paragraphs.filter(({ length }) => length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join("")).join("\n");
}

/** Two columns: names, and texts wrapped at spaces. */
function columns(entries: readonly Row[]): string[] {
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
