import assert from "node:assert/strict";
import { HIDEABLE_LABELS } from "../../../src/config/settings.ts";
import { hideValue } from "../../../src/plex/redact_labels.ts";

Deno.test("hideValue replaces the values of hidden labels, but for empty ones", () => {
  const hide = new Set(["user"]);
  assert.equal(hideValue(hide, "user", "ann"), "hidden");
  assert.equal(hideValue(hide, "user", ""), "");
  assert.equal(hideValue(hide, "title", "Low Tide"), "Low Tide");
});

Deno.test("the mapping hides the labels of HIDE_LABELS, and no other", async () => {
  const named = new Set<string>();
  for await (
    const { name } of Deno.readDir(new URL("../../../src/plex/mapping/", import.meta.url))
  ) {
    const text = await Deno.readTextFile(
      new URL(`../../../src/plex/mapping/${name}`, import.meta.url),
    );
    for (const [, label = ""] of text.matchAll(/hideValue\(hide, "(\w+)"/g)) named.add(label);
  }
  assert.deepEqual([...named].sort(), [...HIDEABLE_LABELS].sort());
});
