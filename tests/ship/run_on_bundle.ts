/**
 * The task `test:bundle`: makes the bundle, tests how it is made, and runs the tests of the whole
 * program on it.
 *
 * Those in one process get the bundle by an import map, in place of every source that they start:
 * it exports what they need, so it is the shipped file itself. They run with what the shipped
 * program is allowed and nothing more. Those that start the program as a process start the bundle.
 */
import { bundleToDist } from "../../.ci/build/bundle.ts";
import { ROOT, shippedFlags, tell } from "../../.ci/build/project.ts";

/** The sources that the bundle stands in for. */
const REPLACED = [
  "src/app.ts",
  "src/check.ts",
  "src/config.ts",
  "src/log.ts",
  "src/plex/monitor.ts",
];

/** What must not be loaded beside the bundle: it would be tested in its place. Words to hide may. */
const INSIDE =
  /\/src\/(app|check|config|log|main)\.ts$|\/src\/(config|plex(?!\/hide)|metrics|web)\/|\/core\/reduce\.ts$/;

/**
 * The tests that run in one process, with what is shipped allowed. Those that look into a part of
 * the program run on the sources alone.
 */
const IN_PROCESS = [
  ...["floods", "hostile_server", "household"].map((name) => `tests/stress/${name}_test.ts`),
  ...filesOf(
    "check",
    "duplicates",
    "exporter",
    "faults",
    "frugality",
    "invariants",
    "privacy",
    "quirks",
    "server",
    "servers",
    "trials",
    "watching",
    "wire",
  ),
];

/** The same, of those that write the files that the program reads: they themselves may write. */
const WITH_FILES = filesOf("door", "secrets", "tls");

function filesOf(...names: readonly string[]): readonly string[] {
  return names.map((name) => `tests/e2e/${name}_test.ts`);
}

/** The tests that start the program. They themselves are allowed to start it. */
const AS_PROCESS = ["tests/real/main_test.ts"];

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
  for (const name of [...IN_PROCESS, ...WITH_FILES]) {
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

const { path } = await bundleToDist();
const importMap = `${ROOT}dist/import_map.json`;
await writeImportMap(importMap, path);
await assertReplaced(importMap, path);
const test = ["test", "--frozen", "--no-check"];
tell(`The tests in one process, on the bundle, with ${shippedFlags().join(" ")}`);
const passed = [
  await run([...test, "--allow-all", "tests/ship"]),
  await run([...test, `--import-map=${importMap}`, ...shippedFlags(), ...IN_PROCESS]),
  await run([
    ...test,
    `--import-map=${importMap}`,
    ...shippedFlags(),
    "--allow-write",
    ...WITH_FILES,
  ]),
  await run([...test, "--allow-all", ...AS_PROCESS], { TESTED_BUNDLE: path }),
];
await Deno.remove(importMap);
if (passed.includes(false)) Deno.exit(1);
