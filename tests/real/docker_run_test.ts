/** The example of plain `docker run`: read by a real shell, and compared with that for Compose. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { settingNames } from "../../src/config/mod.ts";
import { STATE_FOLDER } from "../testing/example_files.ts";
import { runProcess, withFolder } from "../testing/program.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);

/** The arguments that the shell passes to docker, recorded by a stub that prints them. */
async function wordsOf(script: string): Promise<readonly string[]> {
  return await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/docker`, '#!/bin/sh\nprintf "%s\\n" "$@"\n', {
      mode: 0o755,
    });
    const path = new URL(script, EXAMPLES).pathname;
    const env = { PATH: `${folder}:${Deno.env.get("PATH")}` };
    const { code, stdout, stderr } = await runProcess("sh", ["-eu", path], { cwd: folder, env });
    assert.equal(code, 0, stderr);
    return stdout.trimEnd().split("\n");
  });
}

/** The values of an option, written `--name value` or `--name=value`. */
function values(words: readonly string[], name: string): readonly string[] {
  return words.flatMap((word, index) => {
    if (word === name) return words[index + 1] ?? [];
    return word.startsWith(`${name}=`) ? word.slice(name.length + 1) : [];
  });
}

Deno.test("docker run isolates the exporter as Compose does, and sets existing settings only", async () => {
  const words = await wordsOf("docker/run.sh");
  assert.equal(words[0], "run");
  const compose = parse(Deno.readTextFileSync(new URL("compose/compose.yaml", EXAMPLES)));
  const { exporter } = compose.services;
  assert.equal(`${words.at(-1)}:latest`, exporter.image);
  assert.equal(words.includes("--read-only"), exporter.read_only);
  assert.deepEqual(values(words, "--cap-drop"), exporter.cap_drop);
  assert.deepEqual(values(words, "--security-opt").map((option) => `${option}:true`), [
    ...exporter.security_opt,
  ]);
  assert.deepEqual(values(words, "--memory"), [exporter.mem_limit]);
  assert.deepEqual(values(words, "--pids-limit"), [String(exporter.pids_limit)]);
  assert.deepEqual(values(words, "--publish"), ["9000:9000"]);

  const settings = new Map(
    values(words, "--env").map((pair) => pair.split("=", 2) as [string, string]),
  );
  const known: readonly string[] = settingNames;
  for (const name of settings.keys()) assert.ok(known.includes(name), name);
  assert.ok(settings.has("PLEX_SERVER"));
  const [token = "", ...volumes] = values(words, "--volume");
  assert.ok(token.endsWith(`/plex-token:${settings.get("PLEX_TOKEN_FILE")}:ro`), token);
  assert.deepEqual(volumes, [`plex-exporter:${STATE_FOLDER.path}`]);
  assert.equal(settings.get("STATE_FILE"), exporter.environment.STATE_FILE);
});

Deno.test("the image is built under a name that Docker accepts", () => {
  const instructions = Deno.readTextFileSync(new URL("README.md", EXAMPLES));
  const tags = [...instructions.matchAll(/docker build (?:[^`\n]* )?--tag (\S+)/g)].map(([, tag]) =>
    tag
  );
  assert.deepEqual(tags, ["prometheus-plex-exporter"]);
});
