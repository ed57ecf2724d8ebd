/**
 * The tasks `compile` and `compile:all`: packs the bundle and Deno's base binary into one file that
 * runs without Deno. Targets can be named, such as `deno task compile linux-arm64`; without one it
 * is this machine's.
 */
import { type Bundle, makeBundle } from "./bundle.ts";
import { DIST, NAME, printFile, runDeno, sha256, shippedFlags, VERSION } from "./project.ts";
import { ALL_TARGETS, binaryName, ownTarget, readTarget, type Target, TARGETS } from "./targets.ts";

/** A binary that was made. */
export interface Binary {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What surrounds a compilation: the environment, of which Deno reads DENORT_BIN and DENO_DIR. */
export type Environment = Readonly<Record<string, string>>;

/**
 * Packs the bundle for a target, into the bundle's folder. Rejects with a sentence for people if the
 * base binary can't be had.
 */
export async function compileBundle(
  bundle: Bundle,
  target: Target,
  env: Environment = {},
): Promise<Binary> {
  const folder = bundle.path.slice(0, bundle.path.lastIndexOf("/"));
  const path = `${folder}/${binaryName(NAME, VERSION, target)}`;
  const { success, stderr } = await runDeno([
    "compile",
    "--quiet",
    // Nothing but the bundle goes in: no settings of the project, no packages, no types.
    "--no-config",
    "--no-lock",
    "--no-check",
    "--no-npm",
    "--no-remote",
    // It would be written into a temporary folder, and the program writes nothing.
    "--no-code-cache",
    `--app-name=${NAME}`,
    ...shippedFlags(),
    `--target=${TARGETS[target]}`,
    `--output=${path}`,
    bundle.path,
  ], { cwd: folder, env });
  if (!success) throw new Error(await explainFailure(stderr, target, env));
  const { size } = await Deno.stat(path);
  return { path, bytes: size, sha256: await sha256(path) };
}

/** Why there is no binary. If it is for want of the base binary: also what does without network. */
async function explainFailure(
  stderr: string,
  target: Target,
  env: Environment,
): Promise<string> {
  const { DENORT_BIN = Deno.env.get("DENORT_BIN") } = env;
  if (DENORT_BIN !== undefined || !/Setting up base binary|denort/i.test(stderr)) {
    return `Cannot compile for ${target}:\n${stderr}`;
  }
  const cache = `${await cacheFolder(env)}/dl/release/v${Deno.version.deno}`;
  return `Cannot download Deno's base binary for ${target}: without network, set DENORT_BIN to ` +
    `the path of a denort ${Deno.version.deno} for ${TARGETS[target]}, or put ` +
    `denort-${TARGETS[target]}.zip from that release of Deno into ${cache}.`;
}

async function cacheFolder(env: Environment): Promise<string> {
  const { stdout } = await runDeno(["info", "--json"], { env });
  const { denoDir }: { denoDir: string } = JSON.parse(stdout);
  return denoDir;
}

/** The file of checksums, in the form that `sha256sum --check` reads. */
export function checksums(
  files: readonly { readonly path: string; readonly sha256: string }[],
): string {
  return files.map(({ path, sha256 }) => `${sha256}  ${path.slice(path.lastIndexOf("/") + 1)}\n`)
    .join("");
}

/** Makes the bundle, a binary for each target and the checksums of them all in `folder`. */
export async function compileTargets(
  targets: readonly Target[],
  folder: string,
  env: Environment = {},
): Promise<void> {
  const { DENORT_BIN = Deno.env.get("DENORT_BIN") } = env;
  if (targets.length > 1 && DENORT_BIN !== undefined) {
    throw new Error("DENORT_BIN is the base binary of one target: name that target alone");
  }
  const bundle = await makeBundle(folder);
  printFile(bundle);
  const binaries: Binary[] = [];
  for (const target of targets) {
    const binary = await compileBundle(bundle, target, env);
    printFile(binary);
    binaries.push(binary);
  }
  const licences = { path: bundle.licences, sha256: await sha256(bundle.licences) };
  await Deno.writeTextFile(`${folder}/SHA256SUMS`, checksums([...binaries, bundle, licences]));
}

if (import.meta.main) {
  try {
    const [first] = Deno.args;
    const named = first === "all" ? ALL_TARGETS : Deno.args.map(readTarget);
    await compileTargets(first === undefined ? [ownTarget()] : named, DIST);
  } catch (error) {
    Deno.stderr.writeSync(new TextEncoder().encode(`error: ${(error as Error).message}\n`));
    Deno.exit(1);
  }
}
