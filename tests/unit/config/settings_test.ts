/** The table of settings. */
import assert from "node:assert/strict";
import { type Setting, settings } from "../../../src/config/settings.ts";

const rows: readonly (readonly [string, Setting])[] = Object.entries(settings);

for (const [name, { schema, default: fallback, meaning }] of rows) {
  Deno.test(`settings.${name} has a default that its schema parses, and one sentence of meaning`, () => {
    if (fallback !== undefined) assert.ok(schema.safeParse(fallback).success);
    assert.match(meaning, /^[A-Z`].*\.$/);
  });
}
