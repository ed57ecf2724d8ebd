import assert from "node:assert/strict";
import { tile } from "../../../../src/web/page/tile.ts";
import { visibleText } from "../../../testing/page_text.ts";

Deno.test("tile shows its title, its text and, if there is any, its detail", () => {
  const plain = tile("jobs", { severity: "good", text: "5 s ago" }).toString();
  assert.equal(visibleText(plain).trim(), "jobs 5 s ago");
  assert.match(plain, /class="dot good"/);
  assert.doesNotMatch(plain, /<small>/);
  const failing = tile("jobs", { severity: "warn", text: "5 s ago", detail: "1 failed" });
  assert.equal(visibleText(failing.toString()).trim(), "jobs 5 s ago 1 failed");
});

Deno.test("tile escapes its text and its detail", () => {
  const markup = tile("a", { severity: "idle", text: "<b>", detail: "<i>" }).toString();
  assert.doesNotMatch(markup, /<b>|<i>/);
});
