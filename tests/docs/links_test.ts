/** Links between documents, and citations of documents in code: each leads somewhere. */
import assert from "node:assert/strict";
import {
  anchors,
  type Document,
  links,
  projectFiles,
  readDocument,
  readDocuments,
  ROOT,
} from "./markdown.ts";

const PATHS = new Set(projectFiles());

/** A citation of a document of the project, such as `docs/counters.md#plays`. */
const CITATION = /(?<![\w./-])(?:docs\/[\w/-]+|README|CONTRIBUTING|CHANGELOG)\.md(?:#[\w-]*)?/g;

/** Whether a file, and the anchor in it if there is one, is part of the project. */
function exists(target: string): boolean {
  const [path = "", anchor] = target.split("#");
  const isFolder = [...PATHS].some((file) => file.startsWith(`${path.replace(/\/$/, "")}/`));
  if (!PATHS.has(path)) return isFolder;
  return anchor === undefined || !path.endsWith(".md") || anchors(readDocument(path)).has(anchor);
}

/** Whether a link of a document leads to a file of the project, or out of it. */
function leadsSomewhere(document: Document, link: string): boolean {
  if (/^(https?|mailto):/.test(link)) return true;
  // GitHub's own pages of this repository, whoever owns it.
  const [, workflow, image] =
    /^\.\.\/\.\.\/(?:actions\/workflows\/([\w.]+)(?:\/badge\.svg)?|pkgs\/container\/([\w-]+))$/
      .exec(link) ?? [];
  if (workflow !== undefined) return PATHS.has(`.github/workflows/${workflow}`);
  if (image !== undefined) return document.text.includes(`ghcr.io/OWNER/${image}`);
  const { hash, pathname } = new URL(link, `file:///${document.path}`);
  return exists(decodeURIComponent(pathname).slice(1) + hash);
}

/** The citations in a text that lead nowhere. */
function danglingCitations(text: string): readonly string[] {
  return [...text.matchAll(CITATION)].map(([citation]) => citation)
    .filter((citation) => !exists(citation));
}

Deno.test("every relative link in a document leads to a file and an anchor of the project", () => {
  for (const document of readDocuments()) {
    const dead = links(document).filter((link) => !leadsSomewhere(document, link));
    assert.deepEqual(dead, [], document.path);
  }
});

Deno.test("every document that code and comments cite exists, with its anchor", () => {
  const cited = [...PATHS].filter((path) => /\.(ts|json|ya?ml|sh|service|conf)$|file$/.test(path))
    .filter((path) => path !== "tests/docs/links_test.ts");
  assert.ok(cited.length > 200);
  const dangling = cited.flatMap((path) =>
    danglingCitations(Deno.readTextFileSync(new URL(path, ROOT)))
      .map((citation) => `${path}: ${citation}`)
  );
  assert.deepEqual(dangling, []);
});

Deno.test("no comment cites notes that are not in the repository", () => {
  const sources = [...PATHS].filter((path) => /^(src|tests|examples)\/.*\.(ts|ya?ml)$/.test(path));
  const citing = sources.filter((path) =>
    /notes? § ?\d|\(§ ?\d/i.test(Deno.readTextFileSync(new URL(path, ROOT)))
  );
  assert.deepEqual(citing, []);
});

Deno.test("a link and a citation that lead nowhere are found", () => {
  const document = { path: "docs/plex/page.md", text: "" };
  const dead = ["page.md", "api.md#nothing", "../../docs", "../../README.md", "https://plex.tv"]
    .filter((link) => !leadsSomewhere(document, link));
  assert.deepEqual(dead, ["page.md", "api.md#nothing"]);
  assert.deepEqual(
    danglingCitations("See docs/plex/api.md#token, docs/plex/api.md#tokens and docs/other.md."),
    ["docs/plex/api.md#tokens", "docs/other.md"],
  );
});
