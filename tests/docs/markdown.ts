/** Reads the project's Markdown: its files, headings, links, code and examples. It asserts nothing. */

export const ROOT = new URL("../../", import.meta.url);

export interface Document {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
}

/** Files and folders that are not part of the project. */
const SKIPPED: readonly string[] = [".git", "node_modules", "dist", "coverage", ".env"];

/** The paths of every file of the project, from its root. */
export function projectFiles(folder = ""): readonly string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}${name}`;
    if (SKIPPED.includes(name)) return [];
    return isDirectory ? projectFiles(`${path}/`) : [path];
  });
}

/** Every Markdown file of the project. */
export function readDocuments(): readonly Document[] {
  return projectFiles().filter((path) => path.endsWith(".md")).map(readDocument);
}

export function readDocument(path: string): Document {
  return { path, text: Deno.readTextFileSync(new URL(path, ROOT)) };
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** Blocks of code in a language. */
export function codeBlocks({ text }: Document, language: string): readonly string[] {
  return [...text.matchAll(FENCE)].filter(([, name]) => name === language)
    .map(([, , code = ""]) => code);
}

/** Everything that is written as code: blocks and spans. */
export function codeOf({ text }: Document): readonly string[] {
  const blocks = [...text.matchAll(FENCE)].map(([, , code = ""]) => code);
  const spans = text.replace(FENCE, "").matchAll(/`([^`\n]+)`/g);
  return [...blocks, ...[...spans].map(([, code = ""]) => code)];
}

/** The anchors that GitHub gives to the headings. */
export function anchors({ text }: Document): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, heading = ""] of text.replace(FENCE, "").matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-");
    let anchor = slug;
    for (let nth = 1; found.has(anchor); nth++) anchor = `${slug}-${nth}`;
    found.add(anchor);
  }
  return found;
}

/** The sections of one level, each with its text up to the next heading of that level or above. */
export function sections(
  { text }: Document,
  level: number,
): readonly { readonly heading: string; readonly text: string }[] {
  const plain = text.replace(FENCE, (code) => code.replace(/^#/gm, " "));
  const parts = plain.split(new RegExp(`^(#{1,${level}} .+)$`, "m"));
  return parts.flatMap((part, index) =>
    part.startsWith(`${"#".repeat(level)} `)
      ? [{ heading: part.slice(level + 1), text: parts[index + 1] ?? "" }]
      : []
  );
}

/** Where links and pictures lead. */
export function links({ text }: Document): readonly string[] {
  const prose = text.replace(FENCE, "").replace(/`[^`\n]+`/g, "");
  const inline = prose.matchAll(/\]\(([^)\s]+)\)/g);
  const referred = prose.matchAll(/^\[[^\]]+\]: (\S+)$/gm);
  const html = prose.matchAll(/(?:src|href)="([^"]+)"/g);
  return [...inline, ...referred, ...html].map(([, target = ""]) => target);
}

/** Every PromQL query of the examples in the documents: they are separated by empty lines. */
export function promqlExamples(): readonly string[] {
  return readDocuments().flatMap(queriesIn);
}

function queriesIn(document: Document): readonly string[] {
  return codeBlocks(document, "promql").flatMap((block) => block.split(/\n\s*\n/))
    .map((query) => query.replace(/^#.*$/gm, "").trim())
    .filter((query) => query !== "");
}

/** Queries of the original's families, each with the one to use instead. */
export function replacedQueries(): readonly (readonly [before: string, after: string])[] {
  const queries = queriesIn(readDocument("docs/migration.md"));
  return queries.flatMap((before, index) =>
    index % 2 === 0 ? [[before, queries[index + 1] ?? ""] as const] : []
  );
}
