/** The `login` command: arguments and signals in, a file or stdout and an exit code out. */
import type { Clock } from "../clock.ts";
import { BAD_SETTINGS, BROKEN_PIPE, FAILED, OK, SIGNAL_CODES } from "../exit_codes.ts";
import { deviceOf } from "./device.ts";
import { createDisplay } from "./display.ts";
import { beginEnvFile, type EnvFile, WriteError } from "./env_file.ts";
import { login, type Plan } from "./mod.ts";
import { type LoginOptions, readOptions } from "./options.ts";
import { PLEX_TV_URL } from "./plex_tv.ts";

export interface LoginCommand {
  /** The arguments after `login`. */
  readonly args: readonly string[];
  /** The version of the exporter. */
  readonly version: string;
  /** Printed before anything else. */
  readonly warnings: readonly string[];
  /** The port of a simulated plex.tv on this machine; for tests only. */
  readonly testPort: string | undefined;
  /** Resolves with the name of the signal that ends the process. */
  readonly stopped: () => Promise<string>;
  readonly clock: Clock;
  /** Prints a line on stderr. */
  readonly report: (line: string) => void;
}

/**
 * Signs in and writes the settings to stdout or to a file, and all else to stderr. Resolves to the
 * exit code.
 */
export async function runLogin(command: LoginCommand): Promise<number> {
  const { args, clock, report, stopped, testPort, version, warnings } = command;
  const { value: options, problems } = readOptions(args);
  if (options === undefined) {
    problems.forEach((problem) => report(`error: ${problem}`));
    report("\nThe options are explained by login --help.");
    return BAD_SETTINGS;
  }
  warnings.forEach((warning) => report(`warning: ${warning}`));
  const baseUrl = plexTvUrl(testPort);
  if (baseUrl !== PLEX_TV_URL) report(`warning: Asking ${baseUrl} instead of plex.tv, for a test`);
  const end = new AbortController();
  let signalName: string | undefined;
  stopped().then((name) => {
    signalName = name;
    end.abort();
  });
  const device = await deviceOf(Deno.hostname());
  dropPermissions(options);
  let file: EnvFile | undefined;
  try {
    if (options.file !== undefined) {
      const unique = crypto.randomUUID().slice(0, 8);
      file = beginEnvFile(options.file, { force: options.force, unique });
    }
    const isTerminal = Deno.stderr.isTerminal();
    const display = createDisplay(
      (text) => Deno.stderr.writeSync(new TextEncoder().encode(text)),
      isTerminal,
    );
    const plan = await login({
      baseUrl,
      device,
      version,
      clock,
      random: Math.random,
      signal: end.signal,
      display,
      isTerminal,
    });
    if (signalName !== undefined) {
      display.line(`Interrupted by ${signalName}: nothing was written`);
      return SIGNAL_CODES[signalName] ?? FAILED;
    }
    if (plan === undefined) return FAILED;
    await writePlan(plan, options, file, display.line);
    return plan.good ? OK : FAILED;
  } catch (error) {
    // The reader of stdout has closed it.
    if (error instanceof Deno.errors.BrokenPipe) return BROKEN_PIPE;
    if (!(error instanceof WriteError)) throw error;
    report(`error: ${error.message}`);
    return FAILED;
  } finally {
    file?.discard();
  }
}

/** Gives up what is not needed from here on: a file takes reading as well as writing. */
function dropPermissions({ file }: LoginOptions): void {
  Deno.permissions.revokeSync({ name: "sys" });
  Deno.permissions.revokeSync({ name: "env" });
  if (file !== undefined) return;
  Deno.permissions.revokeSync({ name: "write" });
  Deno.permissions.revokeSync({ name: "read" });
}

/** A port, and no host: whatever it is set to, a token does not leave this machine. */
function plexTvUrl(testPort: string | undefined): string {
  return /^\d{1,5}$/.test(testPort ?? "") ? `http://127.0.0.1:${testPort}` : PLEX_TV_URL;
}

async function writePlan(
  { names, settings }: Plan,
  { file: path }: LoginOptions,
  file: EnvFile | undefined,
  report: (line: string) => void,
): Promise<void> {
  const servers = names.length === 1 ? names[0] : `${names.join(", ")}, in this order`;
  if (file !== undefined) {
    await file.commit(settings);
    report(`Wrote ${path}, readable by its owner only: PLEX_SERVER and PLEX_TOKEN of ${servers}.`);
    report("The command check tries them.");
    return;
  }
  report(`Set these two lines, in the environment or in a file .env, for ${servers}:\n`);
  writeToStdout(settings);
}

function writeToStdout(text: string): void {
  try {
    Deno.stdout.writeSync(new TextEncoder().encode(text));
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.BrokenPipe) throw error;
    throw new WriteError(`Cannot write to stdout: ${error.message}`);
  }
}
