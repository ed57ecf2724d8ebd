/**
 * The table of settings: everything the exporter can be told, each with its name, form, default and
 * meaning. It reads nothing; `../config.ts` does.
 */
import * as z from "zod";
import { serverAddresses } from "./server.ts";
import {
  anyOf,
  bool,
  duration,
  listenAddress,
  metricsPath,
  oneOf,
  timeZone,
} from "./value_schemas.ts";
import { tokens } from "./token.ts";

/** How urgent a log line is, from the least. */
export const logLevels = ["debug", "info", "warn", "error"] as const;
/** What a log line looks like. */
export const logFormats = ["json", "logfmt", "console"] as const;
/** What can be hidden from the labels of metrics and from the status page. */
export const hideableLabels = ["user", "player", "device", "title", "channel", "library"] as const;

/** A row of the table. */
export interface Setting {
  /** From the text, which is trimmed and never empty, to the value. */
  readonly schema: z.ZodType<unknown, string>;
  /** A text that the schema reads, or what people are shown where there is none. */
  readonly default: { readonly text: string } | { readonly shown: string };
  /** One sentence, in Markdown. */
  readonly meaning: string;
  /** A value that can't be read is worth a warning only: the default does. */
  readonly lenient?: true;
}

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;

/** All settings by name, in the order in which people are shown them. */
export const settings = {
  PLEX_SERVER: {
    schema: serverAddresses,
    default: { shown: "required" },
    meaning: "URL of the Plex server, such as `http://192.168.1.10:32400`, with a path prefix if " +
      "it has one; several by commas.",
  },
  PLEX_TOKEN: {
    schema: tokens,
    default: { shown: "required" },
    meaning: "Token of the server's owner; for several servers one for all, or one for each in " +
      "the same order, by commas.",
  },
  PLEX_TOKEN_FILE: {
    schema: z.string(),
    default: { shown: "–" },
    meaning: "File that holds the token, in place of `PLEX_TOKEN`, or several by commas or " +
      "lines; read again when Plex rejects it.",
  },
  LISTEN_ADDRESS: {
    schema: listenAddress,
    default: { text: ":9000" },
    meaning: "Where to serve, as `host:port`; without a host all addresses, with port 0 any " +
      "free port, which is logged.",
  },
  METRICS_PATH: {
    schema: metricsPath,
    default: { text: "/metrics" },
    meaning: "Path of the metrics.",
  },
  LIBRARY_REFRESH_INTERVAL: {
    // A week is more than anyone needs and less than the 24 days that a timer can count.
    schema: duration({ unit: "m", minMs: 0, maxMs: 7 * dayMs })
      .transform((ms) => Math.max(ms, minuteMs)),
    default: { text: "15" },
    meaning: "Minutes between full reads of the libraries, or a time such as `90s` or `1h`; " +
      "never more often than once a minute, which is what `0` means.",
    lenient: true,
  },
  PLEX_CLIENT_TIMEOUT_SECONDS: {
    schema: duration({ unit: "s", minMs: 1_000, maxMs: 10 * minuteMs }),
    default: { text: "10" },
    meaning: "Seconds that a request to Plex may take, from 1 to 600.",
    lenient: true,
  },
  PLEX_CA_FILE: {
    schema: z.string(),
    default: { shown: "–" },
    meaning: "PEM file of a private certificate authority to trust when speaking to Plex.",
  },
  SKIP_TLS_VERIFICATION: {
    schema: bool,
    default: { text: "false" },
    meaning: "Take any certificate from Plex; whoever sits in between can then read the token.",
  },
  LOG_LEVEL: {
    schema: oneOf(logLevels),
    default: { text: "info" },
    meaning: "Least urgent lines to log: `debug`, `info`, `warn` or `error`.",
    lenient: true,
  },
  LOG_FORMAT: {
    schema: oneOf(logFormats),
    default: { text: "json" },
    meaning: "Form of the log lines: `json`, `logfmt`, or `console` to read on a terminal.",
  },
  ENVIRONMENT: {
    schema: z.string(),
    default: { shown: "–" },
    meaning: "`development` means `LOG_FORMAT=console` unless that is set.",
  },
  TZ: {
    schema: timeZone,
    default: { shown: "system" },
    meaning: "Time zone of log lines and of the history by hour, such as `Europe/Berlin`.",
    lenient: true,
  },
  HIDE_LABELS: {
    schema: anyOf(hideableLabels),
    default: { shown: "–" },
    meaning: "Labels whose values become `hidden`, in metrics and on the status page, by commas: " +
      "`user`, `player`, `device`, `title`, `channel`, `library`.",
  },
  COMPATIBLE_METRICS: {
    schema: bool,
    default: { text: "true" },
    meaning: "Serve the metrics of the Go exporter under their old names as well.",
  },
  WEB_CONFIG_FILE: {
    schema: z.string(),
    default: { shown: "–" },
    meaning: "TLS and basic authentication for those who scrape, in the form of Prometheus' " +
      "exporter-toolkit.",
  },
} as const satisfies Readonly<Record<string, Setting>>;

type Table = typeof settings;

/** The name of a setting. */
export type SettingName = keyof Table;

/** What the table makes of the texts: undefined where there is neither a text nor a default. */
export type SettingValues = {
  readonly [N in SettingName]:
    | z.output<Table[N]["schema"]>
    | (Table[N]["default"] extends { text: string } ? never : undefined);
};

/**
 * The names of all settings, which are the variables that the program needs to be allowed to see:
 * `--allow-env=` and these, by commas.
 */
export const settingNames: readonly SettingName[] = Object.freeze(
  Object.keys(settings) as SettingName[],
);
