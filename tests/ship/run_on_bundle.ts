/**
 * The task `test:bundle`: makes the bundle, tests how it is made, and runs the tests of the whole
 * program on it.
 *
 * Those in one process get the bundle by an import map, in place of every source that they start:
 * it exports what they need, so it is the shipped file itself. They run with what the shipped
 * program is allowed and nothing more. Those that start the program as a process start the bundle.
 */
import { makeBundle } from "../../.ci/build/bundle.ts";
import { DIST, ROOT, shippedFlags, tell, tellOf } from "../../.ci/build/project.ts";

/** The sources that the bundle stands in for. */
const REPLACED = [
  "src/app.ts",
  "src/check.ts",
  "src/config/mod.ts",
  "src/simulator/demo.ts",
  "src/log/mod.ts",
  "src/metrics/families.ts",
  "src/metrics/exposition.ts",
  "src/plex/monitor.ts",
];

/** What must not be loaded beside the bundle: it would be tested in its place. Words to hide may. */
const INSIDE =
  /\/src\/(app|check|main)\.ts$|\/src\/(config|log|plex(?!\/redact_labels)|metrics|web)\/|\/core\/reduce\.ts$/;

/** The tests that run in one process, with what is shipped allowed. */
const IN_PROCESS = [
  ...filesOf(
    "tests/e2e",
    "check",
    "demo",
    "duplicates",
    "exporter",
    "faults",
    "frugality",
    "invariants",
    "privacy",
    "quirks",
    "server",
    "servers",
    "health_and_start",
    "socket",
    "requests",
  ),
  ...filesOf("tests/stress", "floods", "hostile_server", "busy_server", "long_run", "streams"),
];

/** The same, of those that write the files that the program reads: they themselves may write. */
const WITH_FILES = filesOf("tests/e2e", "web_auth", "secrets", "tls");

/** The same, of those that are told by `RUNS` how often to run: they themselves may read it. */
const AT_RANDOM = filesOf("tests/stress", "malformed_answers", "random_faults", "truth");

/** The tests that start the program. They themselves are allowed to start it. */
const AS_PROCESS = filesOf("tests/real", "main", "demo", "faults", "accelerated_run");

function filesOf(folder: string, ...names: readonly string[]): readonly string[] {
  return names.map((name) => `${folder}/${name}_test.ts`);
}

/** Throws if a test from end to end runs on the sources alone. */
function assertNoneLeftOut(): void {
  const listed = new Set([...IN_PROCESS, ...WITH_FILES]);
  for (const { name } of Deno.readDirSync(`${ROOT}tests/e2e`)) {
    if (!name.endsWith("_test.ts") || listed.has(`tests/e2e/${name}`)) continue;
    throw new Error(`tests/e2e/${name} is not among those that run on the bundle`);
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

/** A module as `deno info` tells of it. */
interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly { readonly code?: { readonly specifier: string } }[];
}

/** All that a file loads when it runs. Types are gone by then, and what only they lead to. */
async function loadedBy(file: string, importMap: string): Promise<ReadonlySet<string>> {
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
    const loaded = await loadedBy(name, importMap);
    const beside = [...loaded].filter((specifier) => INSIDE.test(specifier));
    if (beside.length > 0) throw new Error(`${name} loads ${beside} beside the bundle`);
    if (!loaded.has(`file://${bundle}`)) throw new Error(`${name} does not load the bundle`);
  }
}

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT, env });
  return (await command.spawn().status).success;
}

const bundle = await makeBundle(DIST);
tellOf(bundle);
const { path } = bundle;
const importMap = `${DIST}/import_map.json`;
await writeImportMap(importMap, path);
assertNoneLeftOut();
await assertReplaced(importMap, path);
const test = ["test", "--frozen", "--no-check", "--parallel"];
const onBundle = [...test, `--import-map=${importMap}`];
const allowed = shippedFlags();
const allowedRuns = allowed.map((flag) => flag.startsWith("--allow-env=") ? `${flag},RUNS` : flag);
tell(`The tests in one process, on the bundle, with ${allowed.join(" ")}`);
const passed = [
  await run([...test, "--allow-all", "tests/ship"]),
  await run([...onBundle, ...allowed, ...IN_PROCESS]),
  await run([...onBundle, ...allowed, "--allow-write", ...WITH_FILES]),
  await run([...onBundle, ...allowedRuns, ...AT_RANDOM]),
  await run([...test, "--allow-all", ...AS_PROCESS], { TESTED_BUNDLE: path }),
];
await Deno.remove(importMap);
if (passed.includes(false)) Deno.exit(1);
