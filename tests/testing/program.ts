/**
 * Processes for tests: the program, with the permissions of its task, and others. Every process
 * ends with its test.
 */
import { shippedFlags } from "../../.ci/build/project.ts";
import { settingNames } from "../../src/config/mod.ts";
import { within } from "./eventually.ts";

const ROOT = new URL("../../", import.meta.url);

/** Maximum time to wait for an expected output. */
const TIMEOUT_MS = 20_000;

/** A process and its output so far. */
export interface Process extends AsyncDisposable {
  readonly stdout: string;
  readonly stderr: string;
  readonly pid: number;
  /** The exit code; 128 or more if a signal ended the process. */
  readonly code: Promise<number>;
  signal(signal: Deno.Signal): void;
  /**
   * Waits until the output matches, and returns the first group or the match. Rejects if the
   * process ends.
   */
  says(output: RegExp): Promise<string>;
}

/** The working directory, and variables on top of those of this process. */
export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The environment of this process without settings of the program. */
function plainEnvironment(): Record<string, string> {
  const { ...env } = Deno.env.toObject();
  for (const name of [...settingNames, "NO_COLOR", "FORCE_COLOR"]) delete env[name];
  return env;
}

/** Starts a process. Disposing of it kills it and waits until it has ended. */
export function startProcess(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: ProcessOptions = {},
): Process {
  const child = new Deno.Command(command, {
    args: [...args],
    ...(cwd === undefined ? {} : { cwd }),
    clearEnv: true,
    env: { ...plainEnvironment(), ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = { stdout: "", stderr: "" };
  let wake = Promise.withResolvers<void>();
  const read = async (name: "stdout" | "stderr") => {
    for await (const text of child[name].pipeThrough(new TextDecoderStream())) {
      output[name] += text;
      wake.resolve();
      wake = Promise.withResolvers();
    }
  };
  let hasEnded = false;
  const ended = Promise.all([child.status, read("stdout"), read("stderr")]).then(([status]) => {
    hasEnded = true;
    wake.resolve();
    return status.code;
  });
  return {
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    pid: child.pid,
    code: ended,
    signal: (signal) => child.kill(signal),
    says: (pattern) =>
      within(TIMEOUT_MS, `${command} to say ${pattern}`, async () => {
        for (;;) {
          const found = pattern.exec(output.stdout + output.stderr);
          if (found !== null) return found[1] ?? found[0];
          if (hasEnded) {
            throw new Error(`${command} ended without saying ${pattern}:\n${output.stderr}`);
          }
          await wake.promise;
        }
      }),
    async [Symbol.asyncDispose]() {
      if (!hasEnded) {
        try {
          child.kill("SIGKILL");
        } catch {
          // The process has just ended.
        }
      }
      await ended;
    },
  };
}

/** How to start the program. */
export interface ProgramOptions extends ProcessOptions {
  /** Maximum number of open files and connections. */
  readonly openFiles?: number;
  /** A command line for `sh` that runs the program as `"$@"`. */
  readonly shell?: string;
}

/** Starts Deno. Disposing of it throws if the output contains the token (invariant 12). */
function startDeno(
  args: readonly string[],
  { openFiles, shell, ...options }: ProgramOptions,
): Process {
  const command = [Deno.execPath(), ...args];
  const line = shell ?? (openFiles === undefined ? undefined : `ulimit -n ${openFiles}; exec "$@"`);
  const [first = "", ...rest] = line === undefined ? command : ["sh", "-c", line, "sh", ...command];
  const program = startProcess(first, rest, {
    cwd: new URL("tests/real", ROOT).pathname,
    ...options,
  });
  const { PLEX_TOKEN: token } = options.env ?? {};
  const dispose = program[Symbol.asyncDispose];
  return Object.defineProperties(program, {
    [Symbol.asyncDispose]: {
      value: async () => {
        await dispose();
        if (token !== undefined && token.length > 8) {
          const shown = (program.stdout + program.stderr).includes(token);
          if (shown) throw new Error("The program has shown its token");
        }
      },
    },
  });
}

/** Starts a bundle of the program with the permissions of the shipped program. */
export function runBundle(
  path: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Process {
  const flags = ["--no-config", "--no-lock", "--no-remote", "--no-npm", ...shippedFlags()];
  return startDeno(["run", ...flags, path, ...args], options);
}

/**
 * Starts the program with the permissions of its task, or the bundle that TESTED_BUNDLE names.
 * Without `cwd` it finds no `.env`.
 */
export function startProgram(args: readonly string[], options: ProgramOptions = {}): Process {
  const bundle = Deno.env.get("TESTED_BUNDLE");
  if (bundle !== undefined) return runBundle(bundle, args, options);
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const [, ...flags]: string[] = tasks.run.command.split(" ");
  const main = flags.pop() ?? "";
  const config = `--config=${new URL("deno.json", ROOT).pathname}`;
  const path = new URL(main, ROOT).pathname;
  return startDeno([...flags, config, path, ...args], options);
}

/** The exit code of a process, which must end within this time. */
export function exitCode(
  { code }: Pick<Process, "code">,
  limitMs: number = TIMEOUT_MS,
): Promise<number> {
  return within(limitMs, "the end of the process", () => code);
}

/** Runs a process to its end. */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions & { readonly stdin?: string } = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const { cwd, env = {}, stdin } = options;
  const child = new Deno.Command(command, {
    args: [...args],
    ...(cwd === undefined ? {} : { cwd }),
    clearEnv: true,
    env: { ...plainEnvironment(), ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  if (stdin !== undefined) await writer.write(new TextEncoder().encode(stdin));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Calls `ask` until the result is not undefined, and returns it. */
export function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  limitMs: number = TIMEOUT_MS,
): Promise<T> {
  let isOver = false;
  return within(limitMs, what, async () => {
    while (!isOver) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`Waited in vain for ${what}`);
  }).finally(() => isOver = true);
}

/** Calls `run` with an empty folder, which is removed afterwards. */
export async function withFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A port of the loopback that has just been free. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
