/** What a release says of itself. */
import assert from "node:assert/strict";
import { releaseNotes } from "../../.ci/build/notes.ts";

const CHANGELOG = `# Changelog

Words.

## [Unreleased]

- Not yet.

## [1.2.3] - 2026-11-23

### Added

- This, and [that](README.md).

## [1.2.2] - 2026-11-01

- Old.

[1.2.3]: https://example.com/compare
`;

Deno.test("the notes of a release are its section of the CHANGELOG", () => {
  assert.equal(
    releaseNotes(CHANGELOG, "v1.2.3", "1.2.3"),
    "### Added\n\n- This, and [that](README.md).",
  );
  assert.equal(releaseNotes(CHANGELOG, "v1.2.2", "1.2.2"), "- Old.");
});

Deno.test("a tag that is not the version, or has no entry in the CHANGELOG, is not released", () => {
  assert.throws(() => releaseNotes(CHANGELOG, "v1.2.3", "1.2.4"), /The tag is v1\.2\.3, but/);
  assert.throws(() => releaseNotes(CHANGELOG, "1.2.3", "1.2.3"), /The tag is 1\.2\.3, but/);
  assert.throws(() => releaseNotes(CHANGELOG, "v2.0.0", "2.0.0"), /has no entry for 2\.0\.0/);
});
