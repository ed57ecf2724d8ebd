/** The release notes. */
import assert from "node:assert/strict";
import { releaseNotes } from "../../.ci/build/notes.ts";

const CHANGELOG = `# Changelog

Words.

## [Unreleased]

- Not yet.

## [1.2.3] - 2026-11-23

### Added

- This, and [that](README.md), [there](docs/counters.md#plays) and [below](#old).
- [Not ours](https://example.org).

## [1.2.2] - 2026-11-01

- Old.

[1.2.3]: https://example.com/compare
`;

function notesOf(tag: string, version: string): string {
  return releaseNotes(CHANGELOG, { tag, repository: "someone/exporter", version });
}

Deno.test("the notes of a release are its section of the CHANGELOG", () => {
  assert.equal(notesOf("v1.2.2", "1.2.2"), "- Old.");
});

Deno.test("relative links in the notes of a release lead to the files of its tag", () => {
  const files = "https://github.com/someone/exporter/blob/v1.2.3";
  assert.equal(
    notesOf("v1.2.3", "1.2.3"),
    "### Added\n\n" +
      `- This, and [that](${files}/README.md), [there](${files}/docs/counters.md#plays) and ` +
      `[below](${files}/CHANGELOG.md#old).\n` +
      "- [Not ours](https://example.org).",
  );
});

Deno.test("paragraphs and list items of the notes are on one line each, and code stays as it is", () => {
  const entry = [
    "The first",
    "paragraph, with",
    "`code`.",
    "",
    "### Changed",
    "",
    "- An item that",
    "  goes on:",
    "",
    "  ```promql",
    "  sum(",
    "    a",
    "  )",
    "  ```",
    "",
    "- Another,",
    "  **in two** lines.",
    "  1. Nested",
    "     too.",
    "",
    "| a | b |",
    "| - | - |",
    "| 1 | 2 |",
  ];
  const changelog = ["## [1.2.3] - 2026-11-23", "", ...entry, ""].join("\n");
  const release = { tag: "v1.2.3", repository: "someone/exporter", version: "1.2.3" };
  assert.deepEqual(releaseNotes(changelog, release).split("\n"), [
    "The first paragraph, with `code`.",
    "",
    "### Changed",
    "",
    "- An item that goes on:",
    "",
    ...entry.slice(9, 15),
    "- Another, **in two** lines.",
    "  1. Nested too.",
    "",
    ...entry.slice(20),
  ]);
});

Deno.test("a tag that is not the version, or has no entry in the CHANGELOG, is not released", () => {
  assert.throws(() => notesOf("v1.2.3", "1.2.4"), /The tag is v1\.2\.3, but/);
  assert.throws(() => notesOf("1.2.3", "1.2.3"), /The tag is 1\.2\.3, but/);
  assert.throws(() => notesOf("v2.0.0", "2.0.0"), /has no entry for 2\.0\.0/);
});
