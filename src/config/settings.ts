/** The table of settings: name, schema, default and meaning of each. */
import * as z from "zod";
import { listenAddress } from "./listen_address.ts";
import { metricsPath } from "./metrics_path.ts";
import { serverAddresses } from "./server_url.ts";
import { bool, duration, listOf, oneOf, timeZone } from "./value_schemas.ts";

/** Labels whose values can be hidden, in metrics and on the status page. */
export const HIDEABLE_LABELS = ["user", "player", "device", "title", "channel", "library"] as const;

/** A row of the table. */
export interface Setting {
  /** From the text, which is trimmed and not empty, to the value. */
  readonly schema: z.ZodType<unknown, string>;
  /** A text that the schema parses; absent: there is no default value. */
  readonly default?: string;
  /** What help shows where there is no default value. */
  readonly shown?: string;
  /** One sentence, in Markdown. */
  readonly meaning: string;
  /** An invalid value is only a warning: the default is used, as the Go exporter does. */
  readonly lenient?: true;
}

const MINUTE_MS = 60_000;

/** All settings by name, in the order of help and documentation. */
export const settings = {
  PLEX_SERVER: {
    schema: serverAddresses,
    shown: "required",
    meaning:
      "URL of the Plex server, such as `http://192.168.1.10:32400`, including a path prefix; " +
      "several servers separated by commas.",
  },
  PLEX_TOKEN: {
    schema: z.string(),
    shown: "required",
    meaning: "Token of the server's owner; for several servers one for all, or one for each in " +
      "the same order, separated by commas.",
  },
  PLEX_TOKEN_FILE: {
    schema: z.string(),
    meaning:
      "File that contains the token, instead of `PLEX_TOKEN`, or several tokens separated by " +
      "commas or lines; read again when Plex rejects a token.",
  },
  LISTEN_ADDRESS: {
    schema: listenAddress,
    default: ":9000",
    meaning:
      "Address to listen on, as `host:port`; without a host on all addresses, with port 0 on a " +
      "free port, which is logged.",
  },
  METRICS_PATH: {
    schema: metricsPath,
    default: "/metrics",
    meaning: "Path of the metrics.",
  },
  LIBRARY_REFRESH_INTERVAL: {
    // A week is well below the 24 days that a timer can count.
    schema: duration("m", 0, 7 * 24 * 60).transform((ms) => Math.max(ms, MINUTE_MS)),
    default: "15",
    meaning:
      "Minutes between full reads of the libraries, or a duration such as `90s` or `1h`; at " +
      "least one minute, which is what `0` means.",
    lenient: true,
  },
  WALK_INTERVAL: {
    schema: duration("h", 0, 14 * 24).transform((ms) => ms === 0 ? 0 : Math.max(ms, MINUTE_MS)),
    default: "24h",
    meaning:
      "Time between two complete walks of the libraries, which sum up their files; a library that " +
      "changed is walked again within the hour. `0` switches the walk off.",
  },
  STATE_FILE: {
    schema: z.string(),
    meaning:
      "File that keeps counters and running plays over restarts, for one process, in a folder that it " +
      "may write to. Without it, counters begin at 0.",
  },
  PLEX_CLIENT_TIMEOUT_SECONDS: {
    schema: duration("s", 1, 600),
    default: "10",
    meaning: "Timeout of a request to Plex in seconds, from 1 to 600.",
    lenient: true,
  },
  PLEX_CA_FILE: {
    schema: z.string(),
    meaning: "PEM file of a private certificate authority to trust for connections to Plex.",
  },
  SKIP_TLS_VERIFICATION: {
    schema: bool,
    default: "false",
    meaning:
      "Accept any certificate from Plex. Anyone on the network path can then read the token.",
  },
  LOG_LEVEL: {
    schema: oneOf(["debug", "info", "warn", "error"]),
    default: "info",
    meaning: "Lowest level to log: `debug`, `info`, `warn` or `error`.",
    lenient: true,
  },
  LOG_FORMAT: {
    schema: oneOf(["json", "logfmt", "console"]),
    default: "json",
    meaning: "Format of log lines: `json`, `logfmt`, or `console` for a terminal.",
  },
  ENVIRONMENT: {
    schema: z.string(),
    meaning: "`development` sets `LOG_FORMAT=console` unless `LOG_FORMAT` is set.",
  },
  TZ: {
    schema: timeZone,
    shown: "that of the system",
    meaning:
      "Time zone of log times, of `plex_play_seconds_by_hour_total` and of the days of `history`, " +
      "such as `Europe/Berlin`.",
    lenient: true,
  },
  HIDE_LABELS: {
    schema: listOf(oneOf(HIDEABLE_LABELS)),
    meaning:
      "Labels whose values become `hidden`, in metrics and on the status page, separated by " +
      "commas: `user`, `player`, `device`, `title`, `channel`, `library`.",
  },
  COMPATIBLE_METRICS: {
    schema: bool,
    default: "true",
    meaning: "Also serve the metrics of the Go exporter under their names.",
  },
  WEB_CONFIG_FILE: {
    schema: z.string(),
    meaning:
      "TLS and basic authentication for clients of the exporter, in the format of Prometheus' " +
      "exporter-toolkit.",
  },
} as const satisfies Readonly<Record<string, Setting>>;

type Table = typeof settings;

/** The name of a setting. */
export type SettingName = keyof Table;

/** The values of all settings: undefined where there is neither a value nor a default. */
export type SettingValues = {
  readonly [N in SettingName]:
    | z.output<Table[N]["schema"]>
    | (Table[N] extends { default: string } ? never : undefined);
};

/** The names of all settings: the environment variables that the program may read. */
export const settingNames = Object.keys(settings) as readonly SettingName[];
