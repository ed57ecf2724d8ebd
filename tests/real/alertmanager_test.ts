/** One alert all the way: a real Prometheus, Debian's Alertmanager, and a webhook. */
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

function has(message: Message, status: Message["status"], alert: string): boolean {
  return message.status === status &&
    message.alerts.some(({ labels }) => labels["alertname"] === alert);
}

Deno.test("an alert reaches a webhook through Alertmanager when the exporter is down, and is resolved when it is back", async () => {
  await withFolder(async (folder) => {
    await using webhook = startWebhook();
    const [exporter, manager] = [`127.0.0.1:${freePort()}`, `127.0.0.1:${freePort()}`];
    await Deno.writeTextFile(`${folder}/alerts.yml`, rulesWithoutDelay());
    await Deno.writeTextFile(
      `${folder}/prometheus.yml`,
      `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [alerts.yml]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["${manager}"] }] }] }
scrape_configs: [{ job_name: plex, static_configs: [{ targets: ["${exporter}"] }] }]
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
      `--web.listen-address=${manager}`,
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

    const fired = await until(
      "the alert at the webhook",
      () =>
        Promise.resolve(webhook.messages.find((each) => has(each, "firing", "PlexExporterDown"))),
      40_000,
    );
    const [alert] = fired.alerts;
    assert.equal(alert?.labels["severity"], "critical");
    assert.equal(alert?.labels["instance"], exporter);
    assert.equal(alert?.annotations["summary"], `The exporter ${exporter} cannot be scraped`);

    const port = Number(exporter.split(":")[1]);
    const back = Deno.serve(
      { hostname: "127.0.0.1", port, onListen() {} },
      () => new Response("plex_up 1\n", { headers: { "content-type": "text/plain" } }),
    );
    try {
      await until(
        "the end of the alert at the webhook",
        () =>
          Promise.resolve(
            webhook.messages.find((each) => has(each, "resolved", "PlexExporterDown")),
          ),
        40_000,
      );
    } finally {
      await back.shutdown();
    }
  });
});
