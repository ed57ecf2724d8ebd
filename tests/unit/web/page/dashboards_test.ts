import assert from "node:assert/strict";
import { renderDashboardsPage } from "../../../../src/web/page/dashboards.ts";

Deno.test("renderDashboardsPage links each dashboard by its title, or by its file name", () => {
  const page = renderDashboardsPage(
    new Map([
      ["overview.json", '{"title":"Overview","description":"Start here."}'],
      ["a b.json", "{}"],
    ]),
  );
  assert.match(page, /<a href="dashboards\/overview\.json">Overview<\/a> Start here\./);
  assert.match(page, /<a href="dashboards\/a%20b\.json">a b\.json<\/a>/);
  assert.match(page, /<a href="alerts\.yml">/);
});

Deno.test("renderDashboardsPage escapes titles and descriptions", () => {
  const text = JSON.stringify({ title: "<b>T</b>", description: "<i>D</i>" });
  assert.doesNotMatch(renderDashboardsPage(new Map([["x.json", text]])), /<b>|<i>/);
});
