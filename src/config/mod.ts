/**
 * What the exporter was told: the environment and a `.env` file become one frozen `Config`, or a
 * list of all that is wrong. It touches the machine only through what it is passed, and prints
 * nothing.
 */
import { type CaFile, readCaFile } from "./ca_file.ts";
import type { ServerAddress } from "./server.ts";
import {
  type hideableLabels,
  type logFormats,
  type logLevels,
  type Setting,
  type SettingName,
  settingNames,
  settings,
  type SettingValues,
} from "./settings.ts";
import {
  type ConfigSources,
  malformedDotenvLines,
  parseDotenv,
  problemsOf,
  type ReadText,
  unknownNames,
} from "./env.ts";
import type { ListenAddress } from "./value_schemas.ts";
import { assignTokens, readTokenFile, Secret, type TokenResult } from "./token.ts";
import { readWebConfig, type WebCertificate, type WebConfig } from "./web_config.ts";

export { helpText, settingsTable } from "./help.ts";
export { readCaFile as readAuthority, readTokenFile, readWebConfig, Secret, settingNames };
export type {
  CaFile as Authority,
  ConfigSources as Sources,
  ListenAddress,
  ReadText,
  ServerAddress,
  SettingName,
  TokenResult,
  WebCertificate,
  WebConfig,
};

/** A Plex server to watch. */
export interface ServerConfig extends ServerAddress {
  readonly token: Secret;
}

/** All settings, checked. Frozen all the way down; printing it shows no token. */
export interface Config {
  /** At least one, in the order given. */
  readonly servers: readonly ServerConfig[];
  /** The file that the tokens came from, for {@link readTokenFile} to read again. */
  readonly tokenFile: string | undefined;
  readonly listen: ListenAddress;
  /** Starts with a slash and does not end with one. */
  readonly metricsPath: string;
  readonly libraryIntervalMs: number;
  readonly requestTimeoutMs: number;
  /** A private authority to trust when speaking to Plex. */
  readonly certificateAuthority: CaFile | undefined;
  readonly skipTlsVerification: boolean;
  readonly logLevel: (typeof logLevels)[number];
  readonly logFormat: (typeof logFormats)[number];
  /** A time zone that `Intl` knows. */
  readonly zone: string;
  readonly hideLabels: readonly (typeof hideableLabels)[number][];
  readonly compatibleMetrics: boolean;
  /** How the exporter's own door is kept; absent: it stands open. */
  readonly web: WebConfig | undefined;
}

/**
 * A configuration, or all the problems that stand in its way. Either comes with warnings. Every
 * one starts with the name of the variable, says what would be right, and holds no token.
 */
export type ConfigResult =
  & { readonly warnings: readonly string[] }
  & (
    | { readonly config: Config; readonly problems?: undefined }
    | { readonly problems: readonly string[]; readonly config?: undefined }
  );

/** What is wrong so far. */
interface Problems {
  readonly problems: string[];
  readonly warnings: string[];
}

/** The trimmed text of a setting; an empty one counts as not set. */
type Find = (name: SettingName) => string | undefined;

/** Reads all settings and reports everything that is wrong at once. It never throws. */
export function readConfig(sources: ConfigSources): ConfigResult {
  const dotenv = parseDotenv(sources.dotenv ?? "");
  const find: Find = (name) => {
    if (sources.plex !== undefined && name.startsWith("PLEX_")) return sources.plex[name];
    return sources.environment(name)?.trim() || dotenv[name]?.trim() || sources.defaults?.[name];
  };
  const faults: Problems = {
    problems: [],
    warnings: [
      ...malformedDotenvLines(sources.dotenv ?? ""),
      ...unknownNames(Object.keys(dotenv), settingNames),
    ],
  };
  const values = readValues(find, faults);
  const servers = splitTokens(values, find, sources.readText, faults);
  const authority = optional(values.PLEX_CA_FILE, sources, readCaFile);
  const door = optional(values.WEB_CONFIG_FILE, sources, readWebConfig);
  faults.problems.push(...authority?.problems ?? [], ...door?.problems ?? []);
  if (values.SKIP_TLS_VERIFICATION) {
    faults.warnings.push(
      "SKIP_TLS_VERIFICATION is on: whoever sits between here and Plex can read the token" +
        (values.PLEX_CA_FILE === undefined ? "" : ", and PLEX_CA_FILE has no effect"),
    );
  }
  const { problems, warnings } = faults;
  if (problems.length > 0) return { problems, warnings };

  const development = values.ENVIRONMENT === "development" && find("LOG_FORMAT") === undefined;
  const config = Object.freeze<Config>({
    servers: Object.freeze(servers),
    tokenFile: values.PLEX_TOKEN_FILE,
    listen: values.LISTEN_ADDRESS,
    metricsPath: values.METRICS_PATH,
    libraryIntervalMs: values.LIBRARY_REFRESH_INTERVAL,
    requestTimeoutMs: values.PLEX_CLIENT_TIMEOUT_SECONDS,
    certificateAuthority: authority?.authority,
    skipTlsVerification: values.SKIP_TLS_VERIFICATION,
    logLevel: values.LOG_LEVEL,
    logFormat: development ? "console" : values.LOG_FORMAT,
    // V8 knows no zone of the system if the system's is not one of the database.
    zone: values.TZ ?? Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC",
    hideLabels: Object.freeze(values.HIDE_LABELS ?? []),
    compatibleMetrics: values.COMPATIBLE_METRICS,
    web: door?.web,
  });
  return { config, warnings };
}

/** Every row of the table by its own schema, with its default where there is no good text. */
function readValues(find: Find, { problems, warnings }: Problems): SettingValues {
  const read = (name: SettingName, { schema, default: absent, lenient }: Setting) => {
    const byDefault = "text" in absent ? schema.parse(absent.text) : undefined;
    const text = find(name);
    if (text === undefined) return byDefault;
    const { data, error } = schema.safeParse(text);
    if (error === undefined) return data;
    const used = "text" in absent ? absent.text : `that of the ${absent.shown}`;
    for (const fault of problemsOf(name, text, error.issues)) {
      if (lenient) warnings.push(`${fault}; using the default, ${used}`);
      else problems.push(fault);
    }
    return byDefault;
  };
  // Each value was made by the schema that its type is taken from.
  return Object.fromEntries(
    settingNames.map((name) => [name, read(name, settings[name])]),
  ) as SettingValues;
}

/** The servers, each with its token; empty or short where there are problems. */
function splitTokens(
  values: SettingValues,
  find: Find,
  readText: ReadText,
  { problems }: Problems,
): ServerConfig[] {
  const addresses = values.PLEX_SERVER ?? [];
  if (find("PLEX_SERVER") === undefined) {
    problems.push("PLEX_SERVER is not set; write a URL such as http://192.168.1.10:32400");
  }
  const found = findTokens(values, find, addresses.length, readText);
  problems.push(...found.problems ?? []);
  return addresses.flatMap((address, index) => {
    const token = found.tokens?.[index];
    return token === undefined ? [] : [Object.freeze({ ...address, token })];
  });
}

function findTokens(
  values: SettingValues,
  find: Find,
  count: number,
  readText: ReadText,
): TokenResult {
  const path = values.PLEX_TOKEN_FILE;
  const written = find("PLEX_TOKEN") !== undefined;
  if (written && path !== undefined) {
    return { problems: ["PLEX_TOKEN and PLEX_TOKEN_FILE are both set; keep one of them"] };
  }
  if (path !== undefined) return readTokenFile(path, count, readText);
  if (!written) {
    return { problems: ["PLEX_TOKEN is not set; write the token, or its file in PLEX_TOKEN_FILE"] };
  }
  // A token that is no good has been reported when it was read.
  if (values.PLEX_TOKEN === undefined) return { tokens: [] };
  return assignTokens("PLEX_TOKEN", values.PLEX_TOKEN, count);
}

/** What `read` makes of the file, if a file is named. */
function optional<T>(
  path: string | undefined,
  { readText }: ConfigSources,
  read: (path: string, readText: ReadText) => T,
): T | undefined {
  return path === undefined ? undefined : read(path, readText);
}
