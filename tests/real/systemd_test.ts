/** The example of a systemd unit, checked by systemd itself. It is not started here. */
import assert from "node:assert/strict";
import { settingNames } from "../../src/config/mod.ts";
import { runProcess, withFolder } from "../testing/program.ts";
import { findTool } from "../testing/tools.ts";

const EXAMPLES = new URL("../../examples/systemd/", import.meta.url);
const UNIT = "prometheus-plex-exporter.service";

/** Tenths of the number that systemd gives a service: 0 is fully sandboxed, 10.0 is unprotected. */
const MOST_EXPOSED_TENTHS = 20;

function readExample(name: string): string {
  return Deno.readTextFileSync(new URL(name, EXAMPLES));
}

/** Calls `run` with the unit, which starts a program that this machine has. */
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

Deno.test("systemd rates the unit as sandboxed as far as its network allows", async () => {
  await withUnit(async (path) => {
    const { code, stdout, stderr } = await runProcess(findTool("systemd-analyze"), [
      "security",
      "--offline=true",
      `--threshold=${MOST_EXPOSED_TENTHS}`,
      "--no-pager",
      path,
    ]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /Overall exposure level .*: [01]\.\d OK/);
  });
});

Deno.test("the unit hands the token over as a credential, keeps a state, and V8 may compile", () => {
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

Deno.test("the settings beside the unit are settings, and the token is not among them", () => {
  const names = [...readExample("environment").matchAll(/^([A-Z_]+)=/gm)].map(([, name = ""]) =>
    name
  );
  assert.ok(names.includes("PLEX_SERVER"));
  for (const name of names) {
    assert.ok(settingNames.some((setting) => setting === name), name);
    assert.doesNotMatch(name, /TOKEN/);
  }
});
