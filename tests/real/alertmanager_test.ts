/** An alert from a real Prometheus through a real Alertmanager to a webhook. */
import assert from "node:assert/strict";
import { EXAMPLES } from "../testing/example_files.ts";
import { freePort, startProcess, until, withFolder } from "../testing/program.ts";
import { findTool } from "../testing/tools.ts";

interface Message {
  readonly status: "firing" | "resolved";
  readonly alerts: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

/** The example's rules with every `for` shortened to a second. */
function rulesWithoutDelay(): string {
  const text = Deno.readTextFileSync(new URL("prometheus/alerts.yml", EXAMPLES));
  assert.match(text, /for: 5m/);
  return text.replaceAll(/for: \w+/g, "for: 1s");
}

/** A webhook that records its requests. */
function startWebhook() {
  const messages: Message[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    messages.push(await request.json());
    return new Response();
  });
  return {
    messages,
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function hasAlert(message: Message, status: Message["status"], alert: string): boolean {
  return message.status === status &&
    message.alerts.some(({ labels }) => labels["alertname"] === alert);
}

Deno.test("an alert reaches a webhook through Alertmanager when the exporter is down, and is resolved when it is back", async () => {
  await withFolder(async (folder) => {
    await using webhook = startWebhook();
    const exporterPort = freePort();
    const exporterAddress = `127.0.0.1:${exporterPort}`;
    const alertmanagerAddress = `127.0.0.1:${freePort()}`;
    await Deno.writeTextFile(`${folder}/alerts.yml`, rulesWithoutDelay());
    await Deno.writeTextFile(
      `${folder}/prometheus.yml`,
      `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [alerts.yml]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["${alertmanagerAddress}"] }] }] }
scrape_configs: [{ job_name: plex, static_configs: [{ targets: ["${exporterAddress}"] }] }]
`,
    );
    await Deno.writeTextFile(
      `${folder}/alertmanager.yml`,
      `route: { receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1s }
receivers: [{ name: hook, webhook_configs: [{ url: "${webhook.url}", send_resolved: true }] }]
`,
    );
    await using alertmanager = startProcess(findTool("prometheus-alertmanager"), [
      `--config.file=${folder}/alertmanager.yml`,
      `--storage.path=${folder}/alertmanager`,
      `--web.listen-address=${alertmanagerAddress}`,
      "--cluster.listen-address=",
    ], { cwd: folder });
    await alertmanager.says(/Listening|listening/);
    await using prometheus = startProcess(findTool("prometheus"), [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${freePort()}`,
      "--rules.alert.resend-delay=1s",
    ], { cwd: folder });
    await prometheus.says(/Server is ready to receive web requests/);

    const received = (status: Message["status"]) =>
      until(
        `PlexExporterDown ${status} at the webhook`,
        () =>
          Promise.resolve(
            webhook.messages.find((message) => hasAlert(message, status, "PlexExporterDown")),
          ),
        40_000,
      );
    const [alert] = (await received("firing")).alerts;
    assert.equal(alert?.labels["severity"], "critical");
    assert.equal(alert?.labels["instance"], exporterAddress);
    assert.equal(
      alert?.annotations["summary"],
      `The exporter ${exporterAddress} cannot be scraped`,
    );

    const exporter = Deno.serve(
      { hostname: "127.0.0.1", port: exporterPort, onListen() {} },
      () => new Response("plex_up 1\n", { headers: { "content-type": "text/plain" } }),
    );
    try {
      await received("resolved");
    } finally {
      await exporter.shutdown();
    }
  });
});
