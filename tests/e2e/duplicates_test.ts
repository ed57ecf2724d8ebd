/** One server at two addresses. */
import assert from "node:assert/strict";
import { startPlex } from "../../src/simulator/plex.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { findSamples, readPage, startExporter } from "../testing/harness.ts";

Deno.test("a server with two addresses is exported once, and the log and the status page report it", async () => {
  const clock = new DrivenClock();
  const plex = await startPlex({ clock, seed: 1, plexPass: true });
  try {
    const lines: string[] = [];
    const other = plex.url.replace("127.0.0.1", "localhost");
    assert.notEqual(other, plex.url);
    const app = await startExporter(clock, lines, {
      PLEX_SERVER: `${other},${plex.url}`,
      PLEX_TOKEN: plex.ownerToken,
    });
    try {
      await clock.advance(5_000);
      const page = readPage(await (await fetch(`${app.url}/metrics`)).text());
      assert.equal(findSamples(page, "plex_up").length, 1);
      assert.equal(findSamples(page, "server_info").length, 1);
      await (await fetch(`${app.url}/metrics`)).text();
      const warnings = lines.filter((line) => line.includes("Two addresses of one server"));
      assert.equal(warnings.length, 1);
      for (const url of [other, plex.url]) assert.ok(warnings[0]?.includes(new URL(url).host), url);
      assert.match(await (await fetch(app.url)).text(), /Duplicate/);
    } finally {
      await app.stop(1_000);
    }
  } finally {
    await plex.close();
  }
});
