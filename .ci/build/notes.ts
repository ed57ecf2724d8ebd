/**
 * The task `notes`: prints the CHANGELOG's entry of the version that a tag names, with links into
 * the repository if one is given as `owner/name`. It fails if the tag is not the version in
 * `deno.json`, or if the CHANGELOG has no such entry.
 */
import { NAME, printLine, ROOT, VERSION } from "./project.ts";

/** The release of a tag. */
export interface Release {
  /** The tag, such as `v1.2.3`. */
  readonly tag: string;
  /** The repository at GitHub, as `owner/name`. */
  readonly repository: string;
  /** The version of the program. */
  readonly version: string;
}

/** The release notes, with links to the files of the tag. Throws if there are none. */
export function releaseNotes(changelog: string, { tag, repository, version }: Release): string {
  if (tag !== `v${version}`) {
    throw new Error(`The tag is ${tag}, but the version in deno.json is ${version}`);
  }
  const sections = changelog.split(/^## /m);
  const section = sections.find((text) => text.startsWith(`[${version}]`));
  const notes = section?.slice(section.indexOf("\n")).replace(/^\[[^\]]+\]: .*$/gm, "").trim();
  if (!notes) throw new Error(`CHANGELOG.md has no entry for ${version}`);
  return linkToTag(
    joinLines(notes),
    `https://github.com/${repository}/blob/${tag}/CHANGELOG.md`,
  );
}

/** A line that begins a block: a list item, a heading, a quotation, a row, code, or nothing. */
const BLOCK = /^\s*([-*+] |\d+\. |#|>|\||```|$)/;

/** A line that the next one does not continue. */
const COMPLETE = /^\s*(#|\||```|$)/;

/** Puts each paragraph on one line: GitHub shows every line break in the text of a release. */
function joinLines(text: string): string {
  const lines: string[] = [];
  let isCode = false;
  let isOpen = false;
  for (const line of text.split("\n")) {
    if (isOpen && !BLOCK.test(line)) lines.push(`${lines.pop()} ${line.trimStart()}`);
    else lines.push(line);
    if (/^\s*```/.test(line)) isCode = !isCode;
    isOpen = !isCode && !COMPLETE.test(line);
  }
  return lines.join("\n");
}

/** Makes relative links absolute: on the page of a release, they lead nowhere. */
function linkToTag(text: string, base: string): string {
  return text.replace(
    /(?<=\]\()[^()\s]+(?=\))/g,
    (link) => URL.canParse(link) ? link : new URL(link, base).href,
  );
}

if (import.meta.main) {
  try {
    const changelog = Deno.readTextFileSync(`${ROOT}CHANGELOG.md`);
    const [tag = "", repository = `OWNER/${NAME}`] = Deno.args;
    printLine(releaseNotes(changelog, { tag, repository, version: VERSION }));
  } catch (error) {
    Deno.stderr.writeSync(new TextEncoder().encode(`error: ${(error as Error).message}\n`));
    Deno.exit(1);
  }
}
