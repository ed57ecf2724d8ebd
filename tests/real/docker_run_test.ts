/** The example for `docker run`, run by a real shell and compared with the one for Compose. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { settingNames } from "../../src/config/mod.ts";
import { EXAMPLES, readText, STATE_FOLDER } from "../testing/example_files.ts";
import { runProcess, withFolder } from "../testing/program.ts";

/** The arguments that a script passes to docker, printed by a stub. */
async function dockerArguments(script: string): Promise<readonly string[]> {
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
function values(args: readonly string[], name: string): readonly string[] {
  return args.flatMap((arg, index) => {
    if (arg === name) return args[index + 1] ?? [];
    return arg.startsWith(`${name}=`) ? arg.slice(name.length + 1) : [];
  });
}

Deno.test("docker run isolates the exporter as Compose does, and has known settings only", async () => {
  const args = await dockerArguments("docker/run.sh");
  assert.equal(args[0], "run");
  const { exporter } = parse(readText("compose/compose.yaml")).services;
  assert.equal(`${args.at(-1)}:latest`, exporter.image);
  assert.equal(args.includes("--read-only"), exporter.read_only);
  assert.deepEqual(values(args, "--cap-drop"), exporter.cap_drop);
  const securityOptions = values(args, "--security-opt").map((option) => `${option}:true`);
  assert.deepEqual(securityOptions, exporter.security_opt);
  assert.deepEqual(values(args, "--memory"), [exporter.mem_limit]);
  assert.deepEqual(values(args, "--pids-limit"), [String(exporter.pids_limit)]);
  assert.deepEqual(values(args, "--publish"), ["9000:9000"]);

  const settings = new Map(
    values(args, "--env").map((pair) => pair.split("=", 2) as [string, string]),
  );
  const known: readonly string[] = settingNames;
  for (const name of settings.keys()) assert.ok(known.includes(name), name);
  assert.ok(settings.has("PLEX_SERVER"));
  const [token = "", ...volumes] = values(args, "--volume");
  assert.ok(token.endsWith(`/plex-token:${settings.get("PLEX_TOKEN_FILE")}:ro`), token);
  assert.deepEqual(volumes, [`plex-exporter:${STATE_FOLDER.path}`]);
  assert.equal(settings.get("STATE_FILE"), exporter.environment.STATE_FILE);
});

Deno.test("the image is built under a name that Docker accepts", () => {
  const builds = readText("README.md").matchAll(/docker build (?:[^`\n]* )?--tag (\S+)/g);
  assert.deepEqual([...builds].map(([, tag]) => tag), ["prometheus-plex-exporter"]);
});
