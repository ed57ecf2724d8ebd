import assert from "node:assert/strict";
import { ICON } from "../../../../src/web/page/icon.ts";
import { renderDashboardsPage } from "../../../../src/web/page/dashboards.ts";
import { pageOf } from "../../../testing/page_states.ts";

Deno.test("the icon is a small SVG without a script, embedded in every page", () => {
  const [, data] = /href="data:image\/svg\+xml,([^"]*)"/.exec(ICON.toString()) ?? [];
  const svg = decodeURIComponent(data ?? "");
  assert.match(
    svg,
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*>(<(rect|path)[^>]*\/>)+<\/svg>$/,
  );
  assert.ok(ICON.toString().length < 700, `${ICON.toString().length} characters`);
  for (const page of [pageOf([]), renderDashboardsPage(new Map())]) {
    assert.ok(page.includes(ICON.toString().trim()));
  }
});
