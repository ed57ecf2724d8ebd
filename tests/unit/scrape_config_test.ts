import assert from "node:assert/strict";
import { load } from "js-yaml";
import { Secret } from "../../src/config/secret.ts";
import { describeScrapes, scrapeConfig } from "../../src/scrape_config.ts";
import { accept, requiredSettings } from "../testing/config.ts";

const NOW = Date.UTC(2026, 0, 5, 12);

const config = accept(requiredSettings);

function yamlOf(lines: readonly string[]): unknown {
  return load(`scrape_configs:\n${lines.join("\n")}`);
}

Deno.test("scrapeConfig needs nothing but the address if all settings are the defaults", () => {
  assert.deepEqual(yamlOf(scrapeConfig(config)), {
    scrape_configs: [{
      job_name: "plex",
      static_configs: [{ targets: ["localhost:9000"] }],
    }],
  });
});

Deno.test("scrapeConfig has the path, the scheme, the user and the address of the settings", () => {
  const listens = accept({
    ...requiredSettings,
    LISTEN_ADDRESS: "[fd00::7]:9444",
    METRICS_PATH: "/plex/it's",
  });
  const secret = new Secret("hidden");
  const web = {
    path: "web.yml",
    certificate: { cert: "", key: secret },
    users: new Map([['a "user": #1', secret]]),
    headers: {},
  };
  assert.deepEqual(yamlOf(scrapeConfig({ ...listens, web })), {
    scrape_configs: [{
      job_name: "plex",
      metrics_path: listens.metricsPath,
      scheme: "https",
      basic_auth: { username: 'a "user": #1', password_file: "plex_exporter_password" },
      static_configs: [{ targets: ["[fd00::7]:9444"] }],
    }],
  });
});

Deno.test("describeScrapes says whether and when the exporter was last scraped", () => {
  const line = (lastScrapeAt?: number) =>
    describeScrapes(config, { healthy: true, sentence: "", lastScrapeAt }, NOW)[1];
  assert.equal(line(), "  note  nothing has scraped the exporter since it started");
  assert.equal(line(NOW - 9_000), "  ok    last scraped 9 s ago");
  assert.equal(line(NOW + 900), "  ok    last scraped 0 s ago", "to the second");
  assert.equal(line(NOW - 12 * 60_000), "  note  last scraped 12 min ago");
  const sentence = "http://127.0.0.1:9000/healthz does not answer within 3 s.";
  const [, silent] = describeScrapes(config, { healthy: false, sentence }, NOW);
  assert.equal(silent, `  note  the exporter does not run here: ${sentence}`);
});
