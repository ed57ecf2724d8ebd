/**
 * The task `test:bundle`: tests how bundle and binaries are built, and runs the end-to-end tests on
 * the bundle.
 *
 * In-process tests run on a bundle of the same sources with the entry point `parts.ts`, which an
 * import map puts in place of every source they import, and with the permissions of the shipped
 * program. Tests that start the program as a process start the shipped file.
 */
import { makeBundle } from "../../.ci/build/bundle.ts";
import { DIST, printFile, printLine, ROOT, shippedFlags } from "../../.ci/build/project.ts";

/** The sources that the bundle replaces. */
const REPLACED = [
  "src/app.ts",
  "src/check.ts",
  "src/config/mod.ts",
  "src/history/mod.ts",
  "src/login/mod.ts",
  "src/simulator/demo.ts",
  "src/log/mod.ts",
  "src/metrics/families.ts",
  "src/metrics/exposition.ts",
  "src/metrics/server_labels.ts",
  "src/plex/monitor.ts",
];

/** Sources that must not be loaded beside the bundle: they would be tested in its place. */
const PROGRAM_SOURCES =
  /\/src\/(app|check|main)\.ts$|\/src\/(config|history|log|login|plex(?!\/redact_labels)|metrics|web)\/|\/core\/reduce\.ts$/;

/** In-process tests that run with the permissions of the shipped program. */
const IN_PROCESS = [
  ...filesOf(
    "tests/e2e",
    "check",
    "demo",
    "duplicates",
    "exporter",
    "invariants",
    "privacy",
    "quirks",
    "server",
    "servers",
    "overload",
    "request_rate",
    "random_events",
    "server_changes",
    "socket",
    "history",
    "login",
    "library_lists",
    "live_television",
  ),
  // Large answers, under the memory flags of the shipped program.
  ...filesOf("tests/stress", "floods"),
];

/** In-process tests that also need write permission, for the files that the program reads. */
const WITH_FILES = filesOf(
  "tests/e2e",
  "web_auth",
  "restarts",
  "secrets",
  "state_file",
  "state_saved",
  "tls",
);

/** In-process tests that also need the variable `RUNS`, the number of random runs. */
const AT_RANDOM = filesOf("tests/stress", "malformed_answers", "random_faults");

/** Tests that start the program as a process. */
const AS_PROCESS = filesOf(
  "tests/real",
  "main",
  "demo",
  "history_command",
  "kills",
  "login_command",
);

/** Long tests of simulated hours, which run on the sources alone: bundling does not affect them. */
const FROM_SOURCES = filesOf("tests/e2e", "faults", "dvr", "views", "walk", "walk_pace");

function filesOf(folder: string, ...names: readonly string[]): readonly string[] {
  return names.map((name) => `${folder}/${name}_test.ts`);
}

/** Throws if an end-to-end test is not listed. */
function assertAllListed(): void {
  const listed = new Set([...IN_PROCESS, ...WITH_FILES, ...FROM_SOURCES]);
  for (const { name } of Deno.readDirSync(`${ROOT}tests/e2e`)) {
    if (!name.endsWith("_test.ts") || listed.has(`tests/e2e/${name}`)) continue;
    throw new Error(`tests/e2e/${name} is not listed among the tests that run on the bundle`);
  }
}

async function writeImportMap(path: string, bundle: string): Promise<void> {
  const { imports } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const replaced = REPLACED.map((source) => [ROOT + source, bundle]);
  await Deno.writeTextFile(
    path,
    JSON.stringify({ imports: { ...imports, ...Object.fromEntries(replaced) } }),
  );
}

/** A module in the output of `deno info`. */
interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly { readonly code?: { readonly specifier: string } }[];
}

/** All modules that a file loads at run time, without those that it imports for types only. */
async function modulesLoadedBy(file: string, importMap: string): Promise<ReadonlySet<string>> {
  const args = ["info", "--json", `--import-map=${importMap}`, file];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
  const { modules, roots }: { modules: Module[]; roots: string[] } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  const loaded = new Set(roots);
  for (const specifier of loaded) {
    const { dependencies = [] } = modules.find((module) => module.specifier === specifier) ?? {};
    dependencies.forEach(({ code }) => code && loaded.add(code.specifier));
  }
  return loaded;
}

/** Throws if a test loads a source of the program beside the bundle. */
async function assertReplaced(importMap: string, bundle: string): Promise<void> {
  for (const name of [...IN_PROCESS, ...WITH_FILES, ...AT_RANDOM]) {
    const loaded = await modulesLoadedBy(name, importMap);
    const beside = [...loaded].filter((specifier) => PROGRAM_SOURCES.test(specifier));
    if (beside.length > 0) throw new Error(`${name} loads ${beside} beside the bundle`);
    if (!loaded.has(`file://${bundle}`)) throw new Error(`${name} does not load the bundle`);
  }
}

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT, env });
  return (await command.spawn().status).success;
}

const shipped = await makeBundle(DIST);
const { path } = await makeBundle(`${DIST}/tested`, { entry: "tests/ship/parts.ts" });
printFile(shipped);
const importMap = `${DIST}/import_map.json`;
await writeImportMap(importMap, path);
assertAllListed();
await assertReplaced(importMap, path);
const test = ["test", "--frozen", "--no-check", "--parallel"];
const onBundle = [...test, `--import-map=${importMap}`];
const allowed = shippedFlags();
const allowedRuns = allowed.map((flag) => flag.startsWith("--allow-env=") ? `${flag},RUNS` : flag);
printLine(`In-process tests on the bundle, with ${allowed.join(" ")}`);
const passed = [
  await run([...test, "--allow-all", "tests/ship"]),
  await run([...onBundle, ...allowed, ...IN_PROCESS]),
  await run([...onBundle, ...allowed, ...WITH_FILES]),
  await run([...onBundle, ...allowedRuns, ...AT_RANDOM]),
  await run([...test, "--allow-all", ...AS_PROCESS], {
    TESTED_BUNDLE: shipped.path,
    DENO_JOBS: "4",
  }),
];
await Deno.remove(importMap);
if (passed.includes(false)) Deno.exit(1);
