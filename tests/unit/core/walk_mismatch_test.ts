import assert from "node:assert/strict";
import type { WalkTotals } from "../../../src/core/library_walk.ts";
import { walkMismatch } from "../../../src/core/walk_mismatch.ts";
import { walkTally } from "../../testing/walk_builders.ts";

/** A walk that found so many bytes. */
function totals(bytes: number, changed: Partial<WalkTotals> = {}): WalkTotals {
  const files = [{ key: { resolution: "", codec: "" }, files: 1, bytes }];
  return { ...walkTally([]).totals(), files, ...changed };
}

Deno.test("walkMismatch is undefined for a few per cent, for no bytes, and without a size from Plex", () => {
  for (const plexBytes of [950, 1_000, 1_052, undefined]) {
    assert.equal(walkMismatch(totals(1_000), plexBytes), undefined);
  }
  assert.equal(walkMismatch(totals(0), 0), undefined);
});

Deno.test("a larger difference has its likely reason", () => {
  const reason = (plexBytes: number, changed?: Partial<WalkTotals>) =>
    walkMismatch(totals(1_000, changed), plexBytes)?.reason ?? "";
  assert.match(reason(1_500, { sharedBytes: 500, filesWithoutSize: 3 }), /share/);
  assert.match(reason(1_500, { filesWithoutSize: 3 }), /does not know the size/);
  assert.match(reason(1_500, { sharedBytes: 50 }), /such as trailers/);
  assert.match(reason(500), /before the last changes/);
});
