/** What the command `check` reports on Prometheus: whether it scrapes, and the job for it. */
import type { Config } from "./config/mod.ts";
import { GOOD, NOTE } from "./finding.ts";
import { listenText, localUrl, specificHostname } from "./web/address.ts";
import { type Health, healthcheck } from "./web/healthcheck.ts";

/** The longest usual scrape interval is a minute; a few scrapes may fail. */
const RECENT_MS = 5 * 60_000;

/** What Prometheus uses where a job does not say otherwise. */
const DEFAULT_METRICS_PATH = "/metrics";

/** Requests the health of the exporter on this machine with these settings. It never rejects. */
export function checkExporter({ listen: { hostname, port }, web }: Config): Promise<Health> {
  const scheme = web?.certificate === undefined ? "http" : "https";
  return healthcheck(localUrl(hostname, port, scheme));
}

/**
 * Lines about scrapes of the exporter that runs with these settings, whose `/healthz` answered with
 * `health` at `nowMs`, and the job for `scrape_configs` of Prometheus.
 */
export function describeScrapes(config: Config, health: Health, nowMs: number): readonly string[] {
  return [
    "Prometheus",
    lastScrape(health, nowMs),
    "        under scrape_configs in prometheus.yml:",
    "",
    ...scrapeConfig(config),
  ];
}

function lastScrape({ healthy, sentence, lastScrapeAt }: Health, nowMs: number): string {
  if (!healthy) return `${NOTE}the exporter does not run here: ${sentence}`;
  if (lastScrapeAt === undefined) {
    return `${NOTE}nothing has scraped the exporter since it started`;
  }
  const seconds = Math.max(0, Math.round((nowMs - lastScrapeAt) / 1000));
  if (nowMs - lastScrapeAt <= RECENT_MS) return `${GOOD}last scraped ${seconds} s ago`;
  return `${NOTE}last scraped ${Math.round(seconds / 60)} min ago`;
}

/** The job as YAML. Strings are quoted as in JSON, which YAML contains. */
export function scrapeConfig({ listen, metricsPath, web }: Config): readonly string[] {
  const hostname = specificHostname(listen.hostname);
  const target = listenText(hostname ?? "localhost", listen.port);
  const [user] = web?.users.keys() ?? [];
  return [
    "  - job_name: plex",
    ...(metricsPath === DEFAULT_METRICS_PATH
      ? []
      : [`    metrics_path: ${JSON.stringify(metricsPath)}`]),
    ...(web?.certificate === undefined ? [] : [
      "    scheme: https",
      "    # For a certificate of your own authority:",
      "    # tls_config:",
      "    #   ca_file: ca.pem",
    ]),
    ...(user === undefined ? [] : [
      "    basic_auth:",
      `      username: ${JSON.stringify(user)}`,
      "      password_file: plex_exporter_password",
    ]),
    "    static_configs:",
    ...(hostname === undefined
      ? ["      # localhost: or the name of this machine or container"]
      : []),
    `      - targets: [${JSON.stringify(target)}]`,
  ];
}
