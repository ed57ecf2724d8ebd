/**
 * The task `bundle`: bundles the program into one minified file, reproducibly: the same sources
 * give the same bytes. `compile.ts` compiles this file, and tests run it.
 */
import { licenceTexts } from "./licences.ts";
import { DIST, NAME, printFile, ROOT, runDeno, sha256 } from "./project.ts";

/** The files of a bundle. */
export interface Bundle {
  readonly path: string;
  readonly licences: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The modification time of the files. Compiled binaries contain it, so it must not vary. */
const EPOCH = new Date(0);

/**
 * Bundles `entry` of the project at `root` into `folder`, which is created if it does not exist.
 * Throws if it cannot be bundled.
 */
export async function makeBundle(
  folder: string,
  { root = ROOT, entry = "src/main.ts" }: { readonly root?: string; readonly entry?: string } = {},
): Promise<Bundle> {
  await Deno.mkdir(folder, { recursive: true });
  const path = `${folder}/${NAME}.js`;
  const map = `${path}.map`;
  const { success, stderr } = await runDeno([
    "bundle",
    "--quiet",
    "--frozen",
    "--platform=deno",
    "--minify",
    // A separate file, from which the bundled sources are read; the bundle is the same without it.
    "--sourcemap=external",
    `--output=${path}`,
    entry,
  ], { cwd: root });
  if (!success) throw new Error(`Cannot bundle ${entry}:\n${stderr}`);

  const { sources }: { sources: string[] } = JSON.parse(await Deno.readTextFile(map));
  await Deno.remove(map);
  const texts = licenceTexts(sources, folder);
  const licences = `${folder}/LICENSES.txt`;
  if (texts.includes("*/")) throw new Error("A licence text contains the end of a comment");
  // Licences are also part of the bundle itself, which may be copied without other files.
  const code = defineRequire(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, escapeNonLatin1(`${code.trimEnd()}\n/*!\n${texts}*/\n`));
  await Deno.writeTextFile(licences, texts);
  for (const file of [path, licences]) await Deno.utime(file, EPOCH, EPOCH);
  const { size } = await Deno.stat(path);
  return { path, licences, bytes: size, sha256: await sha256(path) };
}

/**
 * Defines `require` for bundled CommonJS modules. `deno bundle` (2.9.6) does so itself, but not if
 * minifying happens to rename it to `$`.
 */
function defineRequire(code: string): string {
  if (!code.includes("Dynamic require of")) return code;
  return 'import{createRequire as makeRequire}from"node:module";' +
    `var require=makeRequire(import.meta.url);\n${code}`;
}

/**
 * Escapes all characters beyond Latin-1: with a single one, V8 stores the whole source with two
 * bytes per character. They occur in strings, templates and comments only.
 */
export function escapeNonLatin1(code: string): string {
  return code.replace(
    /[\u{100}-\u{10ffff}]/gu,
    (character) =>
      [0, 1].slice(0, character.length)
        .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
        .join(""),
  );
}

if (import.meta.main) printFile(await makeBundle(DIST));
