/**
 * The parts of the sources: what each is for, and which others it may import. The table of
 * docs/architecture.md is printed from it, and tests/architecture_test.ts enforces it.
 */

/** A part of the sources. */
export interface Part {
  readonly name: string;
  /** Folders, which end with a slash, and files. */
  readonly paths: readonly string[];
  readonly is: string;
  /** Names of other parts; a file may always import its own. */
  readonly imports: readonly string[];
  /** Why it may import no others. */
  readonly reason: string;
}

/** Every part, the lower ones first. */
export const PARTS: readonly Part[] = [
  {
    name: "core",
    paths: ["src/core/"],
    is: "the state, the events, and how events change the state",
    imports: [],
    reason: "the core is pure: everything it knows comes in events, so tests can create any state",
  },
  {
    name: "config",
    paths: ["src/config/"],
    is: "the settings",
    imports: [],
    reason: "settings are read before anything else starts",
  },
  {
    name: "log",
    paths: ["src/log/"],
    is: "logging: formats, and redaction of secrets",
    imports: [],
    reason: "every part may log, so it imports none",
  },
  {
    name: "clock",
    paths: ["src/clock.ts"],
    is: "the clock and the timers",
    imports: [],
    reason: "every part may wait, so it imports none",
  },
  {
    name: "exit_codes",
    paths: ["src/exit_codes.ts"],
    is: "the exit codes of all commands",
    imports: [],
    reason: "scripts rely on them, so all commands have the same",
  },
  {
    name: "plex",
    paths: ["src/plex/"],
    is: "the client of Plex: requests, notifications, collectors",
    imports: ["core", "log", "clock"],
    reason: "what speaks to Plex knows nothing of Prometheus, the web or the settings",
  },
  {
    name: "metrics",
    paths: ["src/metrics/"],
    is: "the metrics, computed from the state",
    imports: ["core"],
    reason: "metrics are a pure function of the core's state: no Plex, no web, no clock, no log",
  },
  {
    name: "web",
    paths: ["src/web/"],
    is: "the web server: metrics, status page, passwords",
    imports: ["core", "log", "clock"],
    reason: "the web server is handed what it serves and knows nothing of where it comes from",
  },
  {
    name: "state_file",
    paths: ["src/state_file/"],
    is: "the file that keeps counters over restarts",
    imports: ["core", "log", "clock"],
    reason: "what is saved is a part of the core's state, whoever reads Plex or shows it",
  },
  {
    name: "simulator",
    paths: ["src/simulator/"],
    is: "the simulated Plex server and plex.tv",
    imports: ["clock"],
    reason: "tests can rely on the simulated Plex because it shares no code with what it tests",
  },
  {
    name: "examples",
    paths: ["src/embedded_examples.ts"],
    is: "the dashboards and rules that the binary contains",
    imports: [],
    reason: "it only carries the texts of examples/; their code is no part of the program",
  },
  {
    name: "check",
    paths: ["src/check.ts", "src/finding.ts", "src/scrape_config.ts"],
    is: "the command `check`",
    imports: ["config", "core", "plex", "clock", "state_file", "web"],
    reason: "a command asks Plex and the exporter that runs; it serves nothing",
  },
  {
    name: "login",
    paths: ["src/login/"],
    is: "the command that signs in at plex.tv and finds the settings",
    imports: ["config", "exit_codes", "plex", "clock"],
    reason: "a command asks plex.tv and Plex, and writes a file; it serves and monitors nothing",
  },
  {
    name: "history",
    paths: ["src/history/"],
    is: "the command that writes Plex's own history for Prometheus to import",
    imports: ["config", "core", "exit_codes", "metrics", "plex", "clock"],
    reason: "a command reads Plex and writes a file; it serves nothing",
  },
  {
    name: "app",
    paths: ["src/app.ts", "src/reload.ts"],
    is: "assembly; reloading of files",
    imports: ["config", "core", "examples", "log", "metrics", "plex", "clock", "state_file", "web"],
    reason: "the wiring knows no command and no simulated Plex",
  },
  {
    name: "main",
    paths: ["src/main.ts", "src/help.ts", "src/proxies.ts"],
    is: "commands, signals, exit codes",
    imports: [
      "app",
      "check",
      "config",
      "exit_codes",
      "history",
      "login",
      "simulator",
      "log",
      "clock",
      "state_file",
      "web",
    ],
    reason: "commands and signals only: everything else stands in a file that a test can start",
  },
];

/** The part that a file belongs to. */
export function partOf(file: string): Part | undefined {
  return PARTS.find(({ paths }) =>
    paths.some((path) => path.endsWith("/") ? file.startsWith(path) : file === path)
  );
}
