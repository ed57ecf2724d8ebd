/** What the build scripts share: facts about the project, running Deno, checksums, output. */
import manifest from "../../deno.json" with { type: "json" };

/** The root of the project, with a trailing slash. */
export const ROOT: string = new URL("../../", import.meta.url).pathname;

/** The default folder of build results. */
export const DIST = `${ROOT}dist`;

/** The name of the program and of the files built from it. */
export const NAME = "prometheus-plex-exporter";

/** The version of the program. */
export const VERSION: string = manifest.version;

/** A permission set of `deno.json`: `true` for everything, or a list of names. */
export type PermissionSet = Readonly<Record<string, true | readonly string[]>>;

/** The permissions of the program, as in `deno.json`. */
export const PERMISSIONS: PermissionSet = manifest.permissions.exporter as PermissionSet;

/**
 * The flags of the shipped program for `deno run` and `deno compile` without `deno.json`: its
 * permission set, the V8 flags of the task `run`, and no code from anywhere else.
 */
export function shippedFlags(
  command: string = manifest.tasks.run.command,
  permissions: PermissionSet = PERMISSIONS,
): readonly string[] {
  if (!command.includes(" --no-prompt ")) throw new Error("The task run lacks --no-prompt");
  return [
    "--no-prompt",
    ...command.split(" ").filter((word) => word.startsWith("--v8-flags")),
    ...Object.entries(permissions).map(([name, granted]) =>
      granted === true ? `--allow-${name}` : `--allow-${name}=${granted.join(",")}`
    ),
    "--deny-import",
  ];
}

/** Runs Deno and returns its output. */
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

/** SHA-256 of a file in hexadecimal. */
export async function sha256(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return new Uint8Array(digest).toHex();
}

/** A size in kB. */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

/** Prints a line on standard output. */
export function printLine(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Prints path, size and checksum of a file. */
export function printFile(
  { path, bytes, sha256 }: {
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
  },
): void {
  printLine(`${path}  ${kilobytes(bytes)}  sha256 ${sha256}`);
}
