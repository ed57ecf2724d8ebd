/** The example of a systemd unit, checked by systemd itself and not started. */
import assert from "node:assert/strict";
import { settingNames } from "../../src/config/mod.ts";
import { runProcess, withFolder } from "../testing/program.ts";
import { findTool } from "../testing/tools.ts";

const EXAMPLES = new URL("../../examples/systemd/", import.meta.url);
const UNIT = "prometheus-plex-exporter.service";

/** Limit of systemd's exposure level, in tenths. 0 is fully sandboxed, 10.0 is unprotected. */
const MAX_EXPOSURE_TENTHS = 20;

function readExample(name: string): string {
  return Deno.readTextFileSync(new URL(name, EXAMPLES));
}

/** Calls `run` with the unit, in which an installed program replaces the binary. */
function withUnit(run: (path: string) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const [begin, end] = readExample(UNIT).split("/usr/local/bin/prometheus-plex-exporter\n", 2);
    assert.ok(begin?.endsWith("\nExecStart=") && end !== undefined);
    await Deno.writeTextFile(`${folder}/${UNIT}`, `${begin}${Deno.execPath()}\n${end}`);
    await run(`${folder}/${UNIT}`);
  });
}

Deno.test("systemd finds nothing wrong with the unit", async () => {
  await withUnit(async (path) => {
    const { code, stdout, stderr } = await runProcess(findTool("systemd-analyze"), [
      "verify",
      "--man=no",
      path,
    ]);
    assert.equal(`${stdout}${stderr}`, "");
    assert.equal(code, 0);
  });
});

Deno.test("systemd rates the exposure of the unit below 2.0", async () => {
  await withUnit(async (path) => {
    const { code, stdout, stderr } = await runProcess(findTool("systemd-analyze"), [
      "security",
      "--offline=true",
      `--threshold=${MAX_EXPOSURE_TENTHS}`,
      "--no-pager",
      path,
    ]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /Overall exposure level .*: [01]\.\d OK/);
  });
});

Deno.test("the unit passes the token as a credential, has a state folder, and allows V8 to compile", () => {
  const unit = readExample(UNIT);
  for (
    const line of [
      "Type=exec",
      "DynamicUser=yes",
      "LoadCredential=plex-token:/etc/prometheus-plex-exporter/plex-token",
      "Environment=PLEX_TOKEN_FILE=%d/plex-token",
      "EnvironmentFile=/etc/prometheus-plex-exporter/environment",
      "StateDirectory=prometheus-plex-exporter",
      "StateDirectoryMode=0700",
      "Environment=STATE_FILE=%S/prometheus-plex-exporter/state.json",
    ]
  ) assert.ok(unit.split("\n").includes(line), line);
  assert.doesNotMatch(unit, /^MemoryDenyWriteExecute=/m);
  assert.doesNotMatch(unit, /^Environment=PLEX_TOKEN=/m);
});

Deno.test("the environment file beside the unit has known settings only, and no token", () => {
  const names = [...readExample("environment").matchAll(/^([A-Z_]+)=/gm)].map(([, name = ""]) =>
    name
  );
  assert.ok(names.includes("PLEX_SERVER"));
  for (const name of names) {
    assert.ok(settingNames.some((setting) => setting === name), name);
    assert.doesNotMatch(name, /TOKEN/);
  }
});
