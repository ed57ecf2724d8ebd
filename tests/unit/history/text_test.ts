/** OpenMetrics text. */
import assert from "node:assert/strict";
import { familyText, seriesText } from "../../../src/history/text.ts";

Deno.test("a counter is introduced without _total, with its help in one line", () => {
  assert.equal(
    familyText({ name: "plex_views_total", help: "One\nand \\ two." }),
    "# HELP plex_views One\\nand \\\\ two.\n# TYPE plex_views counter\n",
  );
});

Deno.test("label values are escaped", () => {
  assert.equal(
    seriesText("a_total", { user: 'Nana "T"', title: "C:\\Users\nMoon" }),
    'a_total{user="Nana \\"T\\"",title="C:\\\\Users\\nMoon"}',
  );
});
