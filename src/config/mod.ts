/**
 * The configuration: the environment and a `.env` file become one `Config`, or a list of
 * everything that is wrong with them. All input is passed in; nothing is printed.
 */
import { type CaFile, readCaFile } from "./ca_file.ts";
import { type ConfigSources, dotenvWarnings, parseDotenv } from "./env.ts";
import type { ListenAddress } from "./listen_address.ts";
import type { ReadResult } from "./read_result.ts";
import type { Secret } from "./secret.ts";
import type { ServerAddress } from "./server_url.ts";
import {
  type Setting,
  type SettingName,
  settingNames,
  settings,
  type SettingValues,
} from "./settings.ts";
import { readTokens } from "./token.ts";
import { parseText } from "./value_schemas.ts";
import { readWebConfig, type WebConfig } from "./web_config.ts";

export { readCaFile } from "./ca_file.ts";
export type { ConfigSources } from "./env.ts";
export type { ReadText } from "./file.ts";
export { Secret } from "./secret.ts";
export {
  HIDEABLE_LABELS,
  type Setting,
  type SettingName,
  settingNames,
  settings,
} from "./settings.ts";
export { readTokenFile } from "./token.ts";
export { readWebConfig, type WebConfig } from "./web_config.ts";

/** A Plex server to monitor. */
export interface ServerConfig extends ServerAddress {
  readonly token: Secret;
}

/** All settings, validated. Printing it shows no secret. */
export interface Config {
  /** At least one, in the order of PLEX_SERVER. */
  readonly servers: readonly ServerConfig[];
  /** The file the tokens came from, for {@link readTokenFile} to read again. */
  readonly tokenFile: string | undefined;
  readonly listen: ListenAddress;
  /** Starts with a slash and does not end with one. */
  readonly metricsPath: string;
  readonly libraryIntervalMs: number;
  /** 0: the libraries are not walked. */
  readonly walkIntervalMs: number;
  /** Keeps the counters over restarts, if there is one. */
  readonly stateFile: string | undefined;
  readonly requestTimeoutMs: number;
  /** A private certificate authority to trust for connections to Plex. */
  readonly certificateAuthority: CaFile | undefined;
  readonly skipTlsVerification: boolean;
  readonly logLevel: SettingValues["LOG_LEVEL"];
  readonly logFormat: SettingValues["LOG_FORMAT"];
  /** A time zone that `Intl` knows. */
  readonly zone: string;
  readonly hideLabels: NonNullable<SettingValues["HIDE_LABELS"]>;
  readonly compatibleMetrics: boolean;
  /** TLS, users and headers of the exporter's own web server; absent: plain HTTP for everyone. */
  readonly web: WebConfig | undefined;
}

/**
 * A configuration, or everything that prevents one; either with warnings. Each message starts with
 * the name of the variable, states what would be right, and contains no token.
 */
export type ConfigResult = { readonly warnings: readonly string[] } & ReadResult<Config>;

/** Returns the trimmed text of a setting; an empty text counts as not set. */
type Lookup = (name: SettingName) => string | undefined;

/** Reads all settings and reports all problems at once. It never throws. */
export function readConfig(sources: ConfigSources): ConfigResult {
  const { environment, dotenv = "", plex, defaults, readText } = sources;
  const variables = parseDotenv(dotenv);
  const lookup: Lookup = (name) => {
    // The state file belongs to the operator's servers, so it must not be used with others.
    const isReplaced = name.startsWith("PLEX_") || name === "STATE_FILE";
    if (plex !== undefined && isReplaced) return plex[name];
    return environment(name)?.trim() || variables[name]?.trim() || defaults?.[name];
  };
  const { values, problems, warnings } = parseSettings(lookup);
  warnings.unshift(...dotenvWarnings(dotenv, settingNames));

  /** Adds the problems of a result to the others and returns its value. */
  const collect = <T>(result: ReadResult<T>): T | undefined => {
    problems.push(...result.problems ?? []);
    return result.value;
  };
  const { PLEX_SERVER: addresses = [], PLEX_CA_FILE: caFile, WEB_CONFIG_FILE: webFile } = values;
  if (lookup("PLEX_SERVER") === undefined) {
    problems.push(
      "PLEX_SERVER is not set; write a URL such as http://192.168.1.10:32400, or run login, " +
        "which finds it",
    );
  }
  const tokens = collect(readTokens(values, addresses.length, readText)) ?? [];
  const certificateAuthority = caFile === undefined
    ? undefined
    : collect(readCaFile(caFile, readText));
  const web = webFile === undefined ? undefined : collect(readWebConfig(webFile, readText));
  if (values.SKIP_TLS_VERIFICATION) {
    warnings.push(
      "SKIP_TLS_VERIFICATION is on: anyone on the network path to Plex can read the token" +
        (caFile === undefined ? "" : ", and PLEX_CA_FILE has no effect"),
    );
  }
  if (problems.length > 0) return { problems, warnings };

  const servers = addresses.flatMap((address, index) => {
    const token = tokens[index];
    return token === undefined ? [] : [{ ...address, token }];
  });
  const isDevelopment = values.ENVIRONMENT === "development" && lookup("LOG_FORMAT") === undefined;
  const value: Config = {
    servers,
    tokenFile: values.PLEX_TOKEN_FILE,
    listen: values.LISTEN_ADDRESS,
    metricsPath: values.METRICS_PATH,
    libraryIntervalMs: values.LIBRARY_REFRESH_INTERVAL,
    walkIntervalMs: values.WALK_INTERVAL,
    stateFile: values.STATE_FILE,
    requestTimeoutMs: values.PLEX_CLIENT_TIMEOUT_SECONDS,
    certificateAuthority,
    skipTlsVerification: values.SKIP_TLS_VERIFICATION,
    logLevel: values.LOG_LEVEL,
    logFormat: isDevelopment ? "console" : values.LOG_FORMAT,
    // V8 reports no zone if the system's zone is not in its database.
    zone: values.TZ ?? Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC",
    hideLabels: values.HIDE_LABELS ?? [],
    compatibleMetrics: values.COMPATIBLE_METRICS,
    web,
  };
  return { value, warnings };
}

/** Parses each setting by its schema; a setting without a valid text has its default. */
function parseSettings(
  lookup: Lookup,
): { values: SettingValues; problems: string[]; warnings: string[] } {
  const problems: string[] = [];
  const warnings: string[] = [];
  const values = settingNames.map((name) => {
    const { schema, default: fallback, shown, lenient }: Setting = settings[name];
    const text = lookup(name);
    if (text !== undefined) {
      const { value, problems: found } = parseText(name, text, schema);
      if (found === undefined) return [name, value] as const;
      if (lenient) {
        const used = `using the default, ${fallback ?? shown}`;
        warnings.push(...found.map((problem) => `${problem}; ${used}`));
      } else problems.push(...found);
    }
    return [name, fallback === undefined ? undefined : schema.parse(fallback)] as const;
  });
  // Each value comes from the schema that its type is inferred from.
  return { values: Object.fromEntries(values) as SettingValues, problems, warnings };
}
