/**
 * What is known of the project before anything is built: its name, its version, and what the
 * program is allowed. All of it comes from `deno.json`. Nothing is built here.
 */
import manifest from "../../deno.json" with { type: "json" };

/** The folder of the project, with a slash at its end. */
export const ROOT: string = new URL("../../", import.meta.url).pathname;

/** The folder of what is built, unless it is to be elsewhere. */
export const DIST = `${ROOT}dist`;

/** The name of the program, and of all files that are made of it. */
export const NAME = "prometheus-plex-exporter";

/** The version, from its one place. */
export const VERSION: string = manifest.version;

/**
 * How the program is run, as flags of `deno run` and `deno compile`: what the task `run` says of
 * what it may do and of V8, and no code from anywhere, which a program in one file has no use for.
 */
export function shippedFlags(command: string = manifest.tasks.run.command): readonly string[] {
  const flags = command.split(" ").filter((word) =>
    /^--(no-prompt|allow-|deny-|v8-flags)/.test(word)
  );
  if (!flags.includes("--no-prompt")) throw new Error("The task run does not say --no-prompt");
  return [...flags, "--deny-import"];
}

/** Runs this Deno to its end; what it says is given back. */
export async function runDeno(
  args: readonly string[],
  { cwd = ROOT, env = {} }: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Promise<{ readonly success: boolean; readonly stdout: string; readonly stderr: string }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** SHA-256 of a file, in hexadecimal. */
export async function sha256(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return new Uint8Array(digest).toHex();
}

/** A size for people. */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

/** A line for whoever runs a task. */
export function tell(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** A line about a file that was made. */
export function tellOf(
  { path, bytes, sha256 }: {
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
  },
): void {
  tell(`${path}  ${kilobytes(bytes)}  sha256 ${sha256}`);
}
