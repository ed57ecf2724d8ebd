/**
 * The manifests for Kubernetes, validated against the schemas of Kubernetes and of the Prometheus
 * Operator. Settings, image, ports and paths are those of the exporter.
 */
import assert from "node:assert/strict";
import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { PersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import { Secret } from "kubernetes-models/v1/Secret";
import { Service } from "kubernetes-models/v1/Service";
import { parseAllDocuments } from "yaml";
import { settingNames } from "../../src/config/mod.ts";
import { filesBelow, IMAGE, readText, STATE_FOLDER } from "../testing/example_files.ts";

/** `validate` throws if a manifest does not match its schema. */
interface Manifest {
  validate(): void;
}

const KINDS: Readonly<Record<string, (data: never) => Manifest>> = {
  Deployment: (data) => new Deployment(data),
  PersistentVolumeClaim: (data) => new PersistentVolumeClaim(data),
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

Deno.test("the manifests match the schemas of Kubernetes and of the Prometheus Operator", () => {
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

/** The pod of the Deployment, and its only container. */
function readPod() {
  const [deployment] = readManifests("kubernetes/exporter.yaml");
  const pod = new Deployment(deployment as never).spec?.template.spec;
  const [container, ...others] = pod?.containers ?? [];
  assert.ok(pod && container);
  assert.deepEqual(others, []);
  return { pod, container };
}

Deno.test("image, settings, Secret, labels and ports of the manifests agree", () => {
  const { pod, container } = readPod();
  const [deployment, service] = readManifests("kubernetes/exporter.yaml");
  const [secret] = readManifests("kubernetes/secret.yaml");
  const [monitor] = readManifests("kubernetes/service-monitor.yaml");
  // The test before has validated the kinds.
  const { spec } = new Deployment(deployment as never);
  assert.equal(container.image, `${IMAGE}:latest`);
  const names: readonly string[] = settingNames;
  assert.deepEqual(container.env?.filter(({ name }) => !names.includes(name)), []);
  assert.equal(container.livenessProbe?.periodSeconds, 30);
  assert.equal(pod.volumes?.[0]?.secret?.secretName, new Secret(secret as never).metadata?.name);
  const file = Object.keys(new Secret(secret as never).stringData ?? {})[0];
  const path = container.env?.find(({ name }) => name === "PLEX_TOKEN_FILE")?.value;
  assert.equal(path, `${container.volumeMounts?.[0]?.mountPath}/${file}`);
  const labels = spec?.template.metadata?.labels;
  assert.deepEqual(new Service(service as never).spec?.selector, labels);
  const scraped = new ServiceMonitor(monitor as never).spec;
  assert.deepEqual(scraped?.selector.matchLabels, new Service(service as never).metadata?.labels);
  assert.equal(scraped?.endpoints[0]?.port, new Service(service as never).spec?.ports?.[0]?.name);
});

Deno.test("the pod runs as the user of the image, as restricted as the restricted Pod Security Standard requires", () => {
  const { pod, container } = readPod();
  const user = /^USER (\d+):(\d+)$/m.exec(readText("../Dockerfile"))?.slice(1).map(Number);
  assert.deepEqual(pod.securityContext, {
    runAsNonRoot: true,
    runAsUser: user?.[0],
    runAsGroup: user?.[1],
    // The group of the state volume, and of the token, which only owner and group may read.
    fsGroup: user?.[1],
    seccompProfile: { type: "RuntimeDefault" },
  });
  assert.deepEqual(container.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  assert.equal(pod.volumes?.[0]?.secret?.defaultMode, 0o440);
  assert.equal(pod.automountServiceAccountToken, false);
});

Deno.test("probes and the Service use the port of the container", () => {
  const { container } = readPod();
  const ports = container.ports ?? [];
  assert.deepEqual(ports.map(({ containerPort }) => containerPort), [9000]);
  const names: unknown[] = ports.map(({ name }) => name);
  const { startupProbe, readinessProbe, livenessProbe } = container;
  for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
    assert.ok(names.includes(probe?.httpGet?.port), String(probe?.httpGet?.port));
    assert.equal(probe?.httpGet?.path, "/healthz");
  }
  const [, service] = readManifests("kubernetes/exporter.yaml");
  for (const { targetPort } of new Service(service as never).spec?.ports ?? []) {
    assert.ok(names.includes(targetPort), String(targetPort));
  }
});

Deno.test("the state file is on a PersistentVolumeClaim, which only one pod uses at a time", () => {
  const { pod, container } = readPod();
  const [deployment, , claim] = readManifests("kubernetes/exporter.yaml");
  const { metadata, spec } = new PersistentVolumeClaim(claim as never);
  assert.deepEqual(spec?.accessModes, ["ReadWriteOnce"]);
  const volume = pod.volumes?.find(({ persistentVolumeClaim }) =>
    persistentVolumeClaim?.claimName === metadata?.name
  );
  const mount = container.volumeMounts?.find(({ name }) => name === volume?.name);
  assert.deepEqual(mount, { name: volume?.name, mountPath: STATE_FOLDER.path });
  const file = container.env?.find(({ name }) => name === "STATE_FILE")?.value;
  assert.equal(file, `${STATE_FOLDER.path}/state.json`);
  const { replicas, strategy } = new Deployment(deployment as never).spec ?? {};
  assert.equal(replicas, 1);
  assert.equal(strategy?.type, "Recreate");
});
