/**
 * The program: arguments and signals in, an exit code out. Modules that only one command needs are
 * imported by that command, so that `serve` does not load them.
 */
import manifest from "../deno.json" with { type: "json" };
import { type App, startApp } from "./app.ts";
import { type Config, type ConfigSources, readConfig, settingNames } from "./config/mod.ts";
import { BAD_SETTINGS, FAILED, OK } from "./exit_codes.ts";
import { argumentError, helpText } from "./help.ts";
import { type Log, openLog } from "./log/mod.ts";
import { systemClock } from "./clock.ts";
import { clearProxyVariables } from "./proxies.ts";
import { checkExporter, describeScrapes } from "./scrape_config.ts";
import { StateFileError } from "./state_file/schema.ts";
import { ListenError } from "./web/server.ts";

/** Time for responses in progress, and for the whole shutdown after a signal: less than 10 s. */
const STOP_LIMIT_MS = 5_000;
const EXIT_LIMIT_MS = 9_000;

const VERSION = manifest.version;

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

function printError(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

function readDotenv(): string | undefined {
  try {
    return Deno.readTextFileSync(".env");
  } catch {
    return undefined; // There is none, or it cannot be read.
  }
}

const CONFIG_SOURCES: ConfigSources = {
  environment: (name) => Deno.env.get(name),
  dotenv: readDotenv(),
  readText: (path) => Deno.readTextFileSync(path),
};

/** Reads the settings. If they are invalid, prints all problems and returns `undefined`. */
function readSettings(
  sources: ConfigSources,
): { config: Config; warnings: readonly string[] } | undefined {
  const { value: config, problems, warnings: configWarnings } = readConfig(sources);
  const warnings = [...clearProxyVariables(), ...configWarnings];
  if (config !== undefined) return { config, warnings };
  warnings.forEach((warning) => printError(`warning: ${warning}`));
  problems.forEach((problem) => printError(`error: ${problem}`));
  printError("\nThe settings are explained by --help.");
  return undefined;
}

/**
 * Resolves with the first signal that asks the process to end. The second ends it at once, with
 * `secondCode`.
 */
function stopSignal(secondCode: number = OK): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  let isStopping = false;
  for (const signal of signals) {
    Deno.addSignalListener(signal, () => {
      if (isStopping) Deno.exit(secondCode);
      isStopping = true;
      resolve(signal);
    });
  }
  return promise;
}

/** Every permission that may be granted. Variables are named, because only some of them are. */
const PERMISSIONS: readonly Deno.PermissionDescriptor[] = [
  ...(["net", "read", "run", "write", "ffi"] as const).map((name) => ({ name })),
  { name: "sys", kind: "hostname" },
  ...settingNames.map((variable) => ({ name: "env", variable }) as const),
];

/**
 * Revokes the permissions that only the start needs: the environment, which may hold the token, and
 * files, unless a setting names one that is read again. Deno cannot grant a part of a revoked
 * permission again, so files stay readable either all or not at all.
 */
function dropPermissions(config: Config, log: Log): void {
  // To rename the new state file, Deno requires the permission to read, too.
  const files = [config.tokenFile, config.certificateAuthority, config.web, config.stateFile];
  Deno.permissions.revokeSync({ name: "env" });
  if (config.stateFile === undefined) Deno.permissions.revokeSync({ name: "write" });
  if (files.every((file) => file === undefined)) Deno.permissions.revokeSync({ name: "read" });
  const granted = PERMISSIONS.filter((permission) =>
    Deno.permissions.querySync(permission).state === "granted"
  );
  log.debug("Permissions left", {
    granted: granted.map((permission) =>
      permission.name === "env" ? `env ${permission.variable}` : permission.name
    ),
  });
}

/** Serves until a signal, then shuts down within `EXIT_LIMIT_MS`. Resolves to the exit code. */
async function serve(
  sources: ConfigSources,
  announce: (app: App, config: Config) => void = () => {},
): Promise<number> {
  const settings = readSettings(sources);
  if (settings === undefined) return BAD_SETTINGS;
  const { config, warnings } = settings;
  const log = openLog({ level: config.logLevel, format: config.logFormat, zone: config.zone });
  warnings.forEach((warning) => log.warn(warning));
  log.info("Starting", { version: VERSION, servers: config.servers.length });
  const stopped = stopSignal();
  try {
    const app = await startApp({
      config,
      version: VERSION,
      clock: systemClock,
      log,
      random: Math.random,
      readText: CONFIG_SOURCES.readText,
    });
    dropPermissions(config, log);
    announce(app, config);
    log.info("Stopping", { signal: await stopped });
    setTimeout(() => Deno.exit(OK), EXIT_LIMIT_MS);
    await app.stop(STOP_LIMIT_MS);
    return OK;
  } catch (error) {
    if (!(error instanceof ListenError || error instanceof StateFileError)) throw error;
    log.error(error.message);
    return FAILED;
  }
}

/** Defaults of the demo: at the usual interval, a second walk would begin after a day. */
const DEMO_DEFAULTS = { LOG_FORMAT: "console", WALK_INTERVAL: "15m" };

async function demo(): Promise<number> {
  const { startDemo } = await import("./simulator/demo.ts");
  const plex = await startDemo(systemClock);
  // The demo replaces all settings of Plex and uses no state file; other settings apply as usual.
  const sources = { ...CONFIG_SOURCES, plex: plex.settings, defaults: DEMO_DEFAULTS };
  const code = await serve(sources, ({ url }, { metricsPath }) => {
    print(`
  The exporter is monitoring a simulated Plex server with simulated users.

    metrics   ${url}${metricsPath}
    page      ${url}/
    Plex      ${plex.url} (simulated, with the token ${plex.settings.PLEX_TOKEN})

  Stop it with Ctrl-C.
`);
  });
  await plex.close();
  return code;
}

/** Stands in for the settings of Plex where it is not contacted, so that they may be absent. */
const PLACEHOLDER_PLEX = { PLEX_SERVER: "http://127.0.0.1:32400", PLEX_TOKEN: "none" };

async function checkHealth(): Promise<number> {
  const settings = readSettings({ ...CONFIG_SOURCES, plex: PLACEHOLDER_PLEX });
  if (settings === undefined) return BAD_SETTINGS;
  const { healthy, sentence } = await checkExporter(settings.config);
  print(sentence);
  return healthy ? OK : FAILED;
}

async function checkServers(): Promise<number> {
  const settings = readSettings(CONFIG_SOURCES);
  if (settings === undefined) return BAD_SETTINGS;
  const { config, warnings } = settings;
  const { check } = await import("./check.ts");
  const { lines, good } = await check(config, warnings, systemClock);
  const scrapes = describeScrapes(config, await checkExporter(config), systemClock.now());
  [...lines, "", ...scrapes].forEach(print);
  return good ? OK : FAILED;
}

async function writeHistory(args: readonly string[]): Promise<number> {
  const { runHistory } = await import("./history/command.ts");
  return await runHistory({
    args,
    readSettings: () => {
      const settings = readSettings(CONFIG_SOURCES);
      settings?.warnings.forEach((warning) => printError(`warning: ${warning}`));
      return settings?.config;
    },
    // An incomplete history is a failure.
    stopped: () => stopSignal(FAILED),
    clock: systemClock,
    report: printError,
  });
}

async function signIn(args: readonly string[]): Promise<number> {
  const { runLogin } = await import("./login/command.ts");
  return await runLogin({
    args,
    version: VERSION,
    warnings: clearProxyVariables(),
    testPort: Deno.env.get("PLEX_TV_TEST_PORT"),
    stopped: () => stopSignal(FAILED),
    clock: systemClock,
    report: printError,
  });
}

/** Runs the command that the arguments name. Returns its exit code. */
function run(args: readonly string[]): Promise<number> | number {
  const [command = "serve", ...rest] = args;
  if (args.includes("--help") || args.includes("-h") || command === "help") {
    const named = args.find((argument) => !argument.startsWith("-") && argument !== "help");
    print(helpText(VERSION, named).trimEnd());
    return OK;
  }
  if (args.includes("--version") || args.includes("-V")) {
    print(VERSION);
    return OK;
  }
  // The commands that write a file revoke the permission themselves, as soon as they can.
  if (command === "login") return signIn(rest);
  Deno.permissions.revokeSync({ name: "sys" });
  if (command === "history") return writeHistory(rest);
  if (command !== "serve") Deno.permissions.revokeSync({ name: "write" });
  const commands: Record<string, () => Promise<number>> = {
    serve: () => serve(CONFIG_SOURCES),
    check: checkServers,
    demo,
    healthcheck: checkHealth,
  };
  const chosen = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (chosen === undefined || rest.length > 0) {
    printError(`error: ${argumentError(args)}`);
    return BAD_SETTINGS;
  }
  return chosen();
}

if (import.meta.main) Deno.exit(await run(Deno.args));
