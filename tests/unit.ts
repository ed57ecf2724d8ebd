/**
 * Loads all tests that need nothing but Deno and are not end to end, to run in one isolate: Deno
 * opens one for each file that it is given, which takes longer than most of these tests. It
 * contains no test itself; each file can be run alone as well.
 */

/** Folders of tests that other tasks run. */
const OTHERS = ["e2e", "real", "ship", "stress"];

async function load(folder: URL): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory && !OTHERS.includes(name)) await load(new URL(`${name}/`, folder));
    else if (name.endsWith("_test.ts")) await import(new URL(name, folder).href);
  }
}

await load(new URL(".", import.meta.url));
