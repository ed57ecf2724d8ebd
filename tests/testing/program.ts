/**
 * Real processes for tests: the program itself, started with the permissions of its task, and
 * others. What is started here is ended here; nothing of it outlives the test.
 */
import { shippedFlags } from "../../.ci/build/project.ts";
import { settingNames } from "../../src/config/mod.ts";
import { within } from "./eventually.ts";

const ROOT = new URL("../../", import.meta.url);

/** How long anything may take to say what is expected of it. */
const TIMEOUT_MS = 20_000;

/** A process with all it has said so far. */
export interface Process extends AsyncDisposable {
  readonly stdout: string;
  readonly stderr: string;
  readonly pid: number;
  /** Its exit code; by a signal that it did not take for itself 128 and more. */
  readonly code: Promise<number>;
  signal(signal: Deno.Signal): void;
  /** What `said` finds in its output, or its first group; rejects if the process ends without. */
  says(said: RegExp): Promise<string>;
}

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The environment of this process without what would set up the program. */
function plainEnvironment(): Record<string, string> {
  const { ...env } = Deno.env.toObject();
  for (const name of [...settingNames, "NO_COLOR", "FORCE_COLOR"]) delete env[name];
  return env;
}

/** Starts a process. Dispose of it: that kills it if it still runs, and waits until it is gone. */
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
  const said = { stdout: "", stderr: "" };
  let wake = Promise.withResolvers<void>();
  const read = async (name: "stdout" | "stderr") => {
    for await (const text of child[name].pipeThrough(new TextDecoderStream())) {
      said[name] += text;
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
      return said.stdout;
    },
    get stderr() {
      return said.stderr;
    },
    pid: child.pid,
    code: ended,
    signal: (signal) => child.kill(signal),
    says: (pattern) =>
      within(TIMEOUT_MS, `${command} to say ${pattern}`, async () => {
        for (;;) {
          const found = pattern.exec(said.stdout + said.stderr);
          if (found !== null) return found[1] ?? found[0];
          if (hasEnded) {
            throw new Error(`${command} ended without saying ${pattern}:\n${said.stderr}`);
          }
          await wake.promise;
        }
      }),
    async [Symbol.asyncDispose]() {
      if (!hasEnded) {
        try {
          child.kill("SIGKILL");
        } catch {
          // It has ended by itself this moment.
        }
      }
      await ended;
    },
  };
}

export interface ProgramOptions extends ProcessOptions {
  /** The most files and connections that it may have open at once. */
  readonly openFiles?: number;
  /** A command line for `sh` that runs the program as `"$@"`. */
  readonly shell?: string;
}

/** Starts Deno. Disposing of it throws if it has shown its token (invariant 12). */
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

/** Starts a bundle of the program with what the shipped program is allowed. */
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

/** Asks until the answer is not undefined, and gives it back. */
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

/** Calls `run` with an empty folder, which is gone afterwards. */
export async function withFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A port of the loopback that is free, or was a moment ago. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
