/**
 * The task `notes`: prints the CHANGELOG's entry of the version that a tag names. It fails if the
 * tag is not the version in `deno.json`, or if the CHANGELOG has no such entry.
 */
import { printLine, ROOT, VERSION } from "./project.ts";

/** The release notes of a tag such as `v1.2.3`. Throws if there are none. */
export function releaseNotes(changelog: string, tag: string, version: string = VERSION): string {
  if (tag !== `v${version}`) {
    throw new Error(`The tag is ${tag}, but the version in deno.json is ${version}`);
  }
  const sections = changelog.split(/^## /m);
  const section = sections.find((text) => text.startsWith(`[${version}]`));
  const notes = section?.slice(section.indexOf("\n")).replace(/^\[[^\]]+\]: .*$/gm, "").trim();
  if (!notes) throw new Error(`CHANGELOG.md has no entry for ${version}`);
  return notes;
}

if (import.meta.main) {
  try {
    printLine(releaseNotes(Deno.readTextFileSync(`${ROOT}CHANGELOG.md`), Deno.args[0] ?? ""));
  } catch (error) {
    Deno.stderr.writeSync(new TextEncoder().encode(`error: ${(error as Error).message}\n`));
    Deno.exit(1);
  }
}
