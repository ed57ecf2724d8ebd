/**
 * The documents against the code: what is printed is current, what is named exists. It does not
 * know whether their sentences are true.
 */
import assert from "node:assert/strict";
import { settingNames } from "../../src/config/mod.ts";
import { families } from "../../src/metrics/families.ts";
import {
  codeBlocks,
  codeOf,
  promqlExamples,
  readDocument,
  readDocuments,
  replacedQueries,
  ROOT,
} from "./markdown.ts";
import { SCENARIOS } from "../testing/fault_scenarios.ts";
import { PARTS, printParts } from "./print.ts";

const DOCUMENTS = readDocuments();
const FAMILIES = families({ compatible: true });

/** Words that look like families of metrics, and what they are. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  plex_exporter: "a prefix",
  library_scan: "a value of a label",
};

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch {
    return false;
  }
}

/** The text of all sources, with texts that are broken over lines in one piece. */
function readSources(folder = "src/"): string {
  return [...Deno.readDirSync(new URL(folder, ROOT))].map(({ name, isDirectory }) =>
    isDirectory
      ? readSources(`${folder}${name}/`)
      : Deno.readTextFileSync(new URL(folder + name, ROOT)).replace(/" \+\n\s*"/g, "")
  ).join("\n");
}

/** The words of the documents' code that `pattern` finds, each with where it stands. */
function words(pattern: RegExp): readonly { readonly word: string; readonly path: string }[] {
  return DOCUMENTS.flatMap((document) =>
    codeOf(document).flatMap((code) =>
      [...code.matchAll(pattern)].map(([all, word = all]) => ({ word, path: document.path }))
    )
  );
}

function report(what: string, found: readonly { readonly word: string; readonly path: string }[]) {
  assert.deepEqual([...new Set(found.map(({ word, path }) => `${path}: ${word}`))], [], what);
}

for (const [path, parts] of Object.entries(PARTS)) {
  Deno.test(`invariant 11: the tables in ${path} are those of the code`, () => {
    const { text } = readDocument(path);
    assert.ok(text === printParts(text, parts), "print them anew: deno task docs");
  });
}

Deno.test("the printing of tables takes no text without the marks, or with them twice", () => {
  const mark = "<!-- begin a: printed by deno task docs -->\n<!-- deno-fmt-ignore-start -->\n";
  const whole = `x\n${mark}old\n<!-- deno-fmt-ignore-end -->\n<!-- end a -->\ny\n`;
  const parts = { a: () => "new" };
  assert.match(printParts(whole, parts), /^x\n.*\n.*\n\nnew\n\n.*\n.*\ny\n$/);
  assert.equal(printParts(printParts(whole, parts), parts), printParts(whole, parts));
  for (const text of ["", mark, `${whole}${whole}`]) assert.throws(() => printParts(text, parts));
});

Deno.test("every task that is named exists", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const named = words(/(?:deno|deno@[\d.]+) task (?:-\S+ )*([\w:-]+)/g);
  assert.ok(named.length > 0);
  report("tasks", named.filter(({ word }) => !Object.hasOwn(tasks, word)));
});

Deno.test("every environment variable that is named exists", () => {
  const named = words(/(?<![\w-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w-])/g);
  // A proxy, which has no effect, and Plex's name of a status.
  const known: readonly string[] = [...settingNames, "HTTP_PROXY", "LIBRARY_UPDATE"];
  assert.ok(named.length > 20);
  report("variables", named.filter(({ word }) => !known.includes(word)));
});

Deno.test("every metric that is named exists", () => {
  const known = new Set([
    ...FAMILIES.flatMap(({ name, type, labels }) => [
      name,
      ...labels,
      ...(type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : []),
    ]),
    ...["server", "server_id", "server_type"],
    ...Object.keys(OTHER_WORDS),
  ]);
  const named = words(
    /(?<![\w./])(?:plex|process|host|library|server|plays?|transmit|estimated|media)_[a-z_]*[a-z](?!\w|\.\w|\*|_\*)/g,
  );
  assert.ok(named.length > 100);
  report("metrics", named.filter(({ word }) => !known.has(word)));
});

Deno.test("every path of the project that is named exists", () => {
  const named = words(/(?<![\w./-])(?:src|tests|examples)\/[\w./-]*\w/g);
  report("paths", named.filter(({ word }) => !exists(word)));
});

Deno.test("the README tells what to use in place of every compatible family", () => {
  const { text } = readDocument("README.md");
  const [, section = ""] = text.split("\n## Dashboards made for the original exporter\n");
  const [map = ""] = section.split("\n## ");
  const missing = FAMILIES
    .filter(({ identity, name }) => identity === "compatible" && !map.includes(`| \`${name}\``))
    .map(({ name }) => name);
  assert.deepEqual(missing, []);
});

Deno.test("the README has a query of every compatible family, and one that does without", () => {
  const old = FAMILIES.filter(({ identity }) => identity === "compatible").map(({ name }) => name);
  const named = (query: string) =>
    old.filter((name) => new RegExp(`(?<!\\w)${name}(?!\\w)`).test(query));
  const pairs = replacedQueries();
  assert.deepEqual(pairs.filter(([before]) => named(before).length !== 1), []);
  assert.deepEqual(
    pairs.filter(([, after]) => named(after).length > 0 || !/plex_/.test(after)),
    [],
  );
  const replaced = pairs.flatMap(([before]) => named(before));
  assert.deepEqual([...new Set(replaced)].sort(), old.toSorted());
});

Deno.test("every message that the README explains is one of the program's", () => {
  const { text } = readDocument("README.md");
  const [, section = ""] = text.split("\n## Troubleshooting\n");
  const messages = [...section.split("\n## ")[0]?.matchAll(/^\| `([^`]+)`/gm) ?? []]
    .map(([, message = ""]) => message);
  assert.ok(messages.length > 5);
  const sources = readSources();
  assert.deepEqual(messages.filter((message) => !sources.includes(message)), []);
});

Deno.test("what the table of faults quotes from the log is there in the program", () => {
  const sources = readSources();
  for (const { name, says, saysAfter, saysBeside = [] } of SCENARIOS) {
    for (const text of [says?.text, saysAfter, ...saysBeside]) {
      const said = (text ?? "").replace(/^Plex is down: /, "").replace(/^(Cannot|Can) read .*/, "");
      assert.ok(sources.includes(said), `${name}: ${text}`);
    }
  }
});

Deno.test("every fault that the simulated Plex can be set to is on the list of faults", () => {
  const faults = Deno.readTextFileSync(new URL("src/simulator/faults.ts", ROOT));
  const kinds = [...faults.matchAll(/^ {2}\| \{ readonly kind: "([^"]+)"/gm)]
    .map(([, kind = ""]) => kind);
  assert.ok(kinds.length > 30);
  const played = new Set<string>(
    SCENARIOS.flatMap(({ faults = [] }) => faults.map(({ fault }) => fault.kind)),
  );
  assert.deepEqual(kinds.filter((kind) => !played.has(kind)), []);
});

Deno.test("the CHANGELOG is in the form of Keep a Changelog", () => {
  const { text } = readDocument("CHANGELOG.md");
  assert.match(text, /^# Changelog\n/);
  assert.match(text, /^## \[Unreleased\]$/m);
  const kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
  for (const [, kind = ""] of text.matchAll(/^### (.+)$/gm)) assert.ok(kinds.includes(kind), kind);
});

Deno.test("every block of code says its language, and the examples are found", () => {
  for (const document of DOCUMENTS) assert.deepEqual(codeBlocks(document, ""), [], document.path);
  assert.ok(promqlExamples().length > 0);
});
