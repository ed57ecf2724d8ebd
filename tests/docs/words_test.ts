/** The words in the code of the documents: every task, setting, metric and path exists. */
import assert from "node:assert/strict";
import { settingNames } from "../../src/config/mod.ts";
import { families } from "../../src/metrics/families.ts";
import { codeBlocks, codeOf, promqlExamples, readDocuments, ROOT } from "./markdown.ts";

const DOCUMENTS = readDocuments();
const FAMILIES = families({ legacy: true });

/** Words that look like families of metrics, and what they are. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  plex_exporter: "a prefix",
  library_scan: "a value of a label",
  plex_session_duration_seconds: "the example of a metric that is added",
};

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch {
    return false;
  }
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

Deno.test("every task that is named exists", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const named = words(/(?:deno|deno@[\d.]+) task (?:-\S+ )*([\w:-]+)/g);
  assert.ok(named.length > 0);
  report("tasks", named.filter(({ word }) => !Object.hasOwn(tasks, word)));
});

Deno.test("every environment variable that is named exists", () => {
  const named = words(/(?<![\w-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w-])/g);
  // A proxy, which has no effect, Plex's name of a status, and one for tests.
  const others = ["HTTP_PROXY", "LIBRARY_UPDATE", "PLEX_TV_TEST_PORT"];
  const known: readonly string[] = [...settingNames, ...others];
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
  assert.ok(named.length > 20);
  report("paths", named.filter(({ word }) => !exists(word)));
});

Deno.test("every code block names its language, and the examples are found", () => {
  for (const document of DOCUMENTS) assert.deepEqual(codeBlocks(document, ""), [], document.path);
  assert.ok(promqlExamples().length > 0);
});
