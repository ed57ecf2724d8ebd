/** The demo as a process: the README's command, and the settings that it uses. */
import assert from "node:assert/strict";
import { readPage, sum } from "../testing/harness.ts";
import { eventually } from "../testing/eventually.ts";
import { startProcess, startProgram, until, withFolder } from "../testing/program.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("the README's command starts the demo, and Ctrl-C ends it", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  const [, command = ""] = /```sh\n(npx .* demo)\n```/.exec(readme) ?? [];
  const [deno, ...args] = command.replace(/^npx -y deno@[\d.]+/, Deno.execPath()).split(" ");
  assert.equal(deno, Deno.execPath(), command);
  await using demo = startProcess(deno, args, {
    cwd: ROOT.pathname,
    env: { LISTEN_ADDRESS: "127.0.0.1:0" },
  });
  const url = await demo.says(/metrics\s+(http:\S+)/);
  await until("a session that plays", async () => {
    const page = readPage(await (await eventually(fetch(url))).text());
    return sum(page, "plex_sessions", { state: "playing" }) > 0 || undefined;
  });
  demo.signal("SIGINT");
  assert.equal(await eventually(demo.code), 0);
});

Deno.test("the demo uses every setting except those about Plex", async () => {
  await using demo = startProgram(["demo"], {
    env: {
      LISTEN_ADDRESS: "127.0.0.1:0",
      METRICS_PATH: "/numbers",
      HIDE_LABELS: "user",
      COMPATIBLE_METRICS: "false",
      LOG_FORMAT: "logfmt",
      LOG_LEVEL: "debug",
      PLEX_SERVER: "http://plex.example:1",
      PLEX_TOKEN_FILE: "/nowhere/plex-token",
    },
  });
  const url = await demo.says(/metrics\s+(http:\S+)/);
  assert.match(url, /\/numbers$/);
  await demo.says(/level=debug/);
  await demo.says(/Plex is up/);
  const page = await (await fetch(url)).text();
  assert.match(page, /^plex_session_info\{.*user="hidden"/m);
  assert.doesNotMatch(page, /^plays_total|juniper|otis/m);
});

Deno.test("the demo reads .env, except for the settings about Plex", async () => {
  await withFolder(async (cwd) => {
    const lines = [
      "LISTEN_ADDRESS=127.0.0.1:0",
      "METRICS_PATH=/numbers",
      "LOG_FORMAT=logfmt",
      "PLEX_SERVER=http://plex.example:1",
      "PLEX_TOKEN_FILE=/nowhere/plex-token",
      "a line that sets nothing",
    ];
    await Deno.writeTextFile(`${cwd}/.env`, lines.join("\n"));
    await using demo = startProgram(["demo"], { cwd });
    assert.match(await demo.says(/metrics\s+(http:\S+)/), /\/numbers$/);
    await demo.says(/line 6 of \.env is not NAME=value/);
    await demo.says(/msg="?Plex is up/);
  });
});
