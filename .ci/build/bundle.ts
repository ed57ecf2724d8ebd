/**
 * The task `bundle`: the whole program in one small file, the same bytes from the same sources,
 * wherever it is made. It is what is tested, and what `compile.ts` packs.
 */
import { licenceTexts } from "./licences.ts";
import { DIST, NAME, ROOT, runDeno, sha256, tellOf } from "./project.ts";

/** The files that were made. */
export interface Bundle {
  readonly path: string;
  readonly licences: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The time of the files: a compiled binary holds that too, and is to be the same every time. */
const NO_TIME = new Date(0);

/** Makes the bundle of the project at `root` in `folder`, which is made if it is not there. */
export async function makeBundle(folder: string, root: string = ROOT): Promise<Bundle> {
  await Deno.mkdir(folder, { recursive: true });
  const path = `${folder}/${NAME}.js`;
  const map = `${path}.map`;
  const { success, stderr } = await runDeno([
    "bundle",
    "--quiet",
    "--frozen",
    "--platform=deno",
    "--minify",
    // Written beside the bundle, to which it adds nothing: it tells what is in there.
    "--sourcemap=external",
    `--output=${path}`,
    "src/main.ts",
  ], { cwd: root });
  if (!success) throw new Error(`Cannot bundle src/main.ts:\n${stderr}`);

  const { sources }: { sources: string[] } = JSON.parse(await Deno.readTextFile(map));
  await Deno.remove(map);
  const texts = licenceTexts(sources, folder);
  const licences = `${folder}/LICENSES.txt`;
  if (texts.includes("*/")) throw new Error("A licence text would end the comment that it is in");
  // With the code as well, so that it can't be parted from them.
  const code = giveRequire(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, narrow(`${code.trimEnd()}\n/*!\n${texts}*/\n`));
  await Deno.writeTextFile(licences, texts);
  for (const file of [path, licences]) await Deno.utime(file, NO_TIME, NO_TIME);
  const { size } = await Deno.stat(path);
  return { path, licences, bytes: size, sha256: await sha256(path) };
}

/**
 * `deno bundle` (2.9.6) gives CommonJS modules a `require`, but misses the place for it where minifying
 * happens to name it `$`: then it is put in front, where the place looks for it.
 */
function giveRequire(code: string): string {
  if (!code.includes("Dynamic require of")) return code;
  return 'import{createRequire as makeRequire}from"node:module";' +
    `var require=makeRequire(import.meta.url);\n${code}`;
}

/**
 * The same code in Latin-1: one character beyond it, and V8 keeps all of the source in two bytes a
 * character. There is none in it but in strings, templates and comments.
 */
export function narrow(code: string): string {
  return code.replace(
    /[\u{100}-\u{10ffff}]/gu,
    (character) =>
      [0, 1].slice(0, character.length)
        .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
        .join(""),
  );
}

if (import.meta.main) tellOf(await makeBundle(DIST));
