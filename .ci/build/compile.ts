/**
 * The tasks `compile` and `compile:all`: compile the bundle and Deno's base binary into one file
 * that runs without Deno. `deno task compile linux-arm64` names a target; the default is this
 * machine's.
 */
import { type Bundle, makeBundle } from "./bundle.ts";
import { DIST, NAME, printFile, runDeno, sha256, shippedFlags, VERSION } from "./project.ts";
import { ALL_TARGETS, binaryName, ownTarget, readTarget, type Target, TARGETS } from "./targets.ts";

/** A compiled binary. */
export interface Binary {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Environment variables of a compilation: Deno reads DENORT_BIN and DENO_DIR. */
export type Environment = Readonly<Record<string, string>>;

/**
 * Compiles the bundle for a target, into the bundle's folder. Rejects with a message for users if
 * the base binary is not available.
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
    // Only the bundle is compiled: no configuration, no packages, no types.
    "--no-config",
    "--no-lock",
    "--no-check",
    "--no-npm",
    "--no-remote",
    // The code cache would be a file in a temporary folder, which the program must not write.
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

/** Why compiling failed, and what to do if the base binary cannot be downloaded. */
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

/** The text of SHA256SUMS, which `sha256sum --check` reads. */
export function checksums(
  files: readonly { readonly path: string; readonly sha256: string }[],
): string {
  return files.map(({ path, sha256 }) => `${sha256}  ${path.slice(path.lastIndexOf("/") + 1)}\n`)
    .join("");
}

/** Builds the bundle, a binary for each target, and the checksums of all in `folder`. */
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
