/** The job for Prometheus that `check` prints, checked by promtool. */
import assert from "node:assert/strict";
import { Secret } from "../../src/config/secret.ts";
import { scrapeConfig } from "../../src/scrape_config.ts";
import { accept, requiredSettings } from "../testing/config.ts";
import { runProcess, withFolder } from "../testing/program.ts";
import { findTool } from "../testing/tools.ts";

Deno.test("promtool accepts the job that check prints", async () => {
  const config = accept({
    ...requiredSettings,
    METRICS_PATH: "/plex/it's",
    LISTEN_ADDRESS: "[::1]:9444",
  });
  const secret = new Secret("hidden");
  const certificate = { cert: "", key: secret };
  const users = new Map([['a "user": #1', secret]]);
  const variants = [
    accept(requiredSettings),
    config,
    { ...config, web: { path: "web.yml", certificate, users, headers: {} } },
  ];
  for (const variant of variants) {
    await withFolder(async (cwd) => {
      const text = ["scrape_configs:", ...scrapeConfig(variant), ""].join("\n");
      await Deno.writeTextFile(`${cwd}/prometheus.yml`, text);
      await Deno.writeTextFile(`${cwd}/plex_exporter_password`, "a password");
      const args = ["check", "config", "prometheus.yml"];
      const { code, stderr } = await runProcess(findTool("promtool"), args, { cwd });
      assert.equal(code, 0, text + stderr);
    });
  }
});
