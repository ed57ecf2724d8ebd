/**
 * The program: arguments and signals in, an exit code out. What it runs stands in files of its own;
 * those that a single command needs are loaded by it, so that `serve` does not pay for them.
 */
import manifest from "../deno.json" with { type: "json" };
import { type App, startApp } from "./app.ts";
import { type Config, type ConfigSources, readConfig, settingNames } from "./config/mod.ts";
import { helpText } from "./help.ts";
import { type Log, openLog } from "./log/mod.ts";
import { systemClock } from "./clock.ts";
import { localUrl } from "./web/address.ts";
import { healthcheck } from "./web/healthcheck.ts";
import { ListenError } from "./web/server.ts";

/** Exit codes: all well, something failed, settings it can't run with. */
const OK = 0;
const FAILED = 1;
const BAD_SETTINGS = 2;

/** How long answers under way may take after a signal; the process is gone within 10 s. */
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
    return undefined; // There is none, or it is not for us.
  }
}

const CONFIG_SOURCES: ConfigSources = {
  environment: (name) => Deno.env.get(name),
  dotenv: readDotenv(),
  readText: (path) => Deno.readTextFileSync(path),
};

/** Variables by which Deno would take another way to Plex than to Plex itself. */
const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

/** Forgets proxies, for each would see the token; a warning for each that there was. */
function clearProxyVariables(): string[] {
  const found = PROXY_VARIABLES.filter((name) => Deno.env.get(name));
  found.forEach((name) => Deno.env.delete(name));
  return found.map((name) =>
    `${name} has no effect: a proxy would see the token, so Plex is asked directly`
  );
}

/** The settings, or `undefined` after printing all their problems. */
function settings(
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
  let isAsked = false;
  for (const signal of signals) {
    Deno.addSignalListener(signal, () => {
      if (isAsked) Deno.exit(secondCode);
      isAsked = true;
      resolve(signal);
    });
  }
  return promise;
}

/** All that a process can be allowed; a variable is asked for by name, for only some are granted. */
const PERMISSIONS: readonly Deno.PermissionDescriptor[] = [
  ...(["net", "read", "run", "write", "sys", "ffi"] as const).map((name) => ({ name })),
  ...settingNames.map((variable) => ({ name: "env", variable }) as const),
];

/**
 * Gives up for good what was needed to start: the environment, which may hold the token, and files,
 * unless a setting names one that is read again. It can't be narrowed to that one after a revoke.
 */
function dropPermissions(config: Config, log: Log): void {
  const files = [config.tokenFile, config.certificateAuthority, config.web];
  Deno.permissions.revokeSync({ name: "env" });
  if (files.every((file) => file === undefined)) Deno.permissions.revokeSync({ name: "read" });
  const granted = PERMISSIONS.filter((power) =>
    Deno.permissions.querySync(power).state === "granted"
  );
  log.debug("Permissions left", {
    granted: granted.map((power) => power.name === "env" ? `env ${power.variable}` : power.name),
  });
}

/** Serves until a signal, then stops in order, but not for ever. */
async function serve(
  sources: ConfigSources,
  announce: (app: App, config: Config) => void = () => {},
): Promise<number> {
  const read = settings(sources);
  if (read === undefined) return BAD_SETTINGS;
  const { config, warnings } = read;
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
    if (!(error instanceof ListenError)) throw error;
    log.error(error.message);
    return FAILED;
  }
}

/** What the demo sets where nothing else does: nobody watches it for a day to see a second walk. */
const DEMO_DEFAULTS = { LOG_FORMAT: "console", WALK_INTERVAL: "15m" };

async function demo(): Promise<number> {
  const { startDemo } = await import("./simulator/demo.ts");
  const plex = await startDemo(systemClock);
  // The demo sets the address of Plex and its token; other settings apply as usual.
  const sources = { ...CONFIG_SOURCES, plex: plex.settings, defaults: DEMO_DEFAULTS };
  const code = await serve(sources, ({ url }, { metricsPath }) => {
    print(`
  The exporter is monitoring a simulated Plex server with simulated users.

    metrics   ${url}${metricsPath}
    page      ${url}/
    Plex      ${plex.url} (simulated)

  Stop it with Ctrl-C.
`);
  });
  await plex.close();
  return code;
}

/** Where no Plex is asked, what is set about it may be anything, and absent as well. */
const ANY_PLEX = { PLEX_SERVER: "http://127.0.0.1:32400", PLEX_TOKEN: "none" };

async function askHealth(): Promise<number> {
  const read = settings({ ...CONFIG_SOURCES, plex: ANY_PLEX });
  if (read === undefined) return BAD_SETTINGS;
  const { hostname, port } = read.config.listen;
  const scheme = read.config.web?.certificate === undefined ? "http" : "https";
  const { healthy, sentence } = await healthcheck(localUrl(hostname, port, scheme));
  print(sentence);
  return healthy ? OK : FAILED;
}

async function checkServers(): Promise<number> {
  const read = settings(CONFIG_SOURCES);
  if (read === undefined) return BAD_SETTINGS;
  const { check } = await import("./check.ts");
  const { lines, good } = await check(read.config, read.warnings, systemClock);
  lines.forEach(print);
  return good ? OK : FAILED;
}

async function writeHistory(args: readonly string[]): Promise<number> {
  const { runHistory } = await import("./history/command.ts");
  return await runHistory({
    args,
    readSettings: () => {
      const read = settings(CONFIG_SOURCES);
      read?.warnings.forEach((warning) => printError(`warning: ${warning}`));
      return read?.config;
    },
    // What was not written to its end is not well.
    stopped: () => stopSignal(FAILED),
    clock: systemClock,
    tell: printError,
  });
}

/** Runs the command that the arguments name and gives its exit code. */
function run(args: readonly string[]): Promise<number> | number {
  const [command = "serve", ...rest] = args;
  if (args.includes("--help") || args.includes("-h") || command === "help") {
    print(helpText(VERSION));
    return OK;
  }
  if (args.includes("--version") || args.includes("-V")) {
    print(VERSION);
    return OK;
  }
  // The one command that writes a file; it gives the permission up itself once the file is open.
  if (command === "history") return writeHistory(rest);
  Deno.permissions.revokeSync({ name: "write" });
  const commands: Record<string, () => Promise<number>> = {
    serve: () => serve(CONFIG_SOURCES),
    check: checkServers,
    demo,
    healthcheck: askHealth,
  };
  const chosen = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (chosen === undefined || rest.length > 0) {
    printError(`error: there is no command "${args.join(" ")}"; --help tells which there are`);
    return BAD_SETTINGS;
  }
  return chosen();
}

if (import.meta.main) Deno.exit(await run(Deno.args));
