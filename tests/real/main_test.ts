/**
 * The program as a process: its commands, exit codes, signals and permissions, and the files that
 * it embeds.
 */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import manifest from "../../deno.json" with { type: "json" };
import { settingNames } from "../../src/config/mod.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { makeSelfSigned } from "../testing/certificates.ts";
import { dashboardText, FILES } from "../dashboards/load.ts";
import { EXAMPLES } from "../testing/example_files.ts";
import {
  exitCode,
  freePort,
  type Process,
  startProgram,
  until,
  withFolder,
} from "../testing/program.ts";

const ANY_PORT = { LISTEN_ADDRESS: "127.0.0.1:0" };

/** The settings for a server that cannot be reached. */
const UNREACHABLE_PLEX = {
  PLEX_SERVER: `http://127.0.0.1:${freePort()}`,
  PLEX_TOKEN: "s3cretTokenOf20Chars",
};

/** The URL that the program logs when it listens. */
function listeningUrl(program: Process): Promise<string> {
  return program.says(/\burl(?:=|":")(http:[^\s"]+)/);
}

/** Runs a command to its end. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  await using program = startProgram(args, { env });
  const code = await exitCode(program);
  return { code, stdout: program.stdout, stderr: program.stderr };
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`main: ${signal} ends the program at once with code 0 and leaves no file`, async () => {
    await withFolder(async (cwd) => {
      await using program = startProgram(["demo"], { cwd, env: ANY_PORT });
      const url = await listeningUrl(program);
      const plex = await program.says(/Plex\s+(http:\S+)/);
      assert.ok((await (await fetch(`${url}/metrics`)).text()).length > 0);
      await program.says(/Receiving notifications/);
      program.signal(signal);
      assert.equal(await exitCode(program, 3_000), 0);
      assert.match(program.stderr, new RegExp(`Stopping.*${signal}`));
      for (const closed of [url, plex]) await assert.rejects(fetch(closed), closed);
      assert.deepEqual([...Deno.readDirSync(cwd)], []);
    });
  });
}

Deno.test("main: the dashboards and alert rules that it serves are those in examples/", async () => {
  await using program = startProgram(["demo"], { env: ANY_PORT });
  const url = await listeningUrl(program);
  const read = async (path: string) => await (await fetch(`${url}${path}`)).text();
  for (const name of FILES) {
    assert.equal(await read(`/dashboards/${encodeURIComponent(name)}`), dashboardText(name), name);
  }
  const rules = Deno.readTextFileSync(new URL("prometheus/alerts.yml", EXAMPLES));
  assert.equal(await read("/alerts.yml"), rules);
});

Deno.test("main: a client that does not read delays the end by 10 s at most", async () => {
  await using program = startProgram(["demo"], { env: ANY_PORT });
  const { hostname, port } = new URL(await listeningUrl(program));
  const connection = await Deno.connect({ hostname, port: Number(port) });
  try {
    const request = "GET /metrics HTTP/1.1\r\nHost: exporter\r\n\r\n";
    // More than the buffers of both sides hold, and none of it is read.
    await connection.write(new TextEncoder().encode(request.repeat(200)));
    await delay(500);
    program.signal("SIGTERM");
    assert.equal(await exitCode(program, 10_000), 0);
  } finally {
    connection.close();
  }
});

Deno.test("main: invalid settings are all reported, with code 2 and without the token", async () => {
  const { code, stdout, stderr } = await run([], {
    PLEX_SERVER: "plex.example",
    PLEX_TOKEN: '"s3cretTokenOf20Chars"',
    LISTEN_ADDRESS: "9000",
    HIDE_LABELS: "usr",
    LOG_LEVEL: "loud",
  });
  assert.equal(code, 2);
  assert.equal(stdout, "");
  for (
    const line of [
      /^warning: LOG_LEVEL has "loud".*using the default, info$/m,
      /^error: PLEX_SERVER has no scheme; write it like http:/m,
      /^error: PLEX_TOKEN is in quotes/m,
      /^error: LISTEN_ADDRESS is "9000"; a port alone needs a colon: ":9000"$/m,
      /^error: HIDE_LABELS has "usr".*did you mean user\?$/m,
      /--help/,
    ]
  ) assert.match(stderr, line);
  assert.doesNotMatch(stderr, /s3cret/);
});

Deno.test("main: without settings it names the two that are required", async () => {
  const { code, stderr } = await run(["serve"]);
  assert.equal(code, 2);
  assert.match(stderr, /^error: PLEX_SERVER is not set/m);
  assert.match(stderr, /^error: PLEX_TOKEN is not set/m);
});

Deno.test("main: a port in use ends it with code 1 and a message", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `127.0.0.1:${listener.addr.port}`;
  const { code, stderr } = await run([], { ...UNREACHABLE_PLEX, LISTEN_ADDRESS: address });
  listener.close();
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(address));
  assert.match(stderr, /another program uses this port/);
  assert.doesNotMatch(stderr, /s3cret|\.ts:\d/);
});

Deno.test("main: without Plex it serves, says that Plex is down, and shows no token", async () => {
  const env = { ...UNREACHABLE_PLEX, ...ANY_PORT, LOG_FORMAT: "logfmt" };
  await using program = startProgram([], { env });
  const url = await listeningUrl(program);
  await program.says(/Plex is down: cannot connect/);
  const answer = await fetch(`${url}/metrics`);
  const page = await answer.text();
  assert.equal(answer.status, 200);
  const { host } = new URL(UNREACHABLE_PLEX.PLEX_SERVER);
  assert.ok(page.includes(`\nplex_up{server="${host}",server_id=""} 0\n`));
  program.signal("SIGTERM");
  assert.equal(await program.code, 0);
  assert.doesNotMatch(page + program.stderr, /s3cret/);
});

Deno.test("main: while it serves, the network is its only permission", async () => {
  const env = { ...UNREACHABLE_PLEX, ...ANY_PORT, LOG_LEVEL: "debug", LOG_FORMAT: "logfmt" };
  await using program = startProgram([], { env });
  const line = await program.says(/.*Permissions left.*/);
  assert.match(line, / granted=.*$/);
  assert.equal(JSON.parse(/ granted=(.*)$/.exec(line)?.[1] ?? ""), '["net"]');
});

Deno.test("main: no proxy from the environment is used, and the log says so", async () => {
  let connections = 0;
  const proxy = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const counting = (async () => {
    for await (const connection of proxy) {
      connections += 1;
      connection.close();
    }
  })();
  const plex = await startPlex({ clock: systemClock });
  try {
    const url = `http://127.0.0.1:${proxy.addr.port}`;
    const env = { ...ANY_PORT, PLEX_SERVER: plex.url, PLEX_TOKEN: plex.ownerToken };
    for (const name of ["HTTP_PROXY", "all_proxy"]) {
      await using program = startProgram([], { env: { ...env, [name]: url } });
      await program.says(new RegExp(`${name} has no effect: a proxy would see the token`));
      await program.says(/Plex is up/);
      await until("notifications", () => Promise.resolve(plex.openSockets > 0 || undefined));
      assert.equal(connections, 0);
    }
  } finally {
    await plex.close();
    proxy.close();
    await counting;
  }
});

Deno.test("main: with a token file it keeps the permission to read, and reloads the file when it changes", async () => {
  const plex = await startPlex({ clock: systemClock });
  try {
    await withFolder(async (cwd) => {
      const path = `${cwd}/plex-token`;
      await Deno.writeTextFile(path, "not-the-token-at-all\n", { mode: 0o400 });
      const env = { ...ANY_PORT, PLEX_SERVER: plex.url, PLEX_TOKEN_FILE: path, LOG_LEVEL: "debug" };
      await using program = startProgram([], { env });
      assert.match(await program.says(/.*Permissions left.*/), /"granted":\["net","read"\]/);
      await program.says(/Plex is down: Plex rejects the token/);
      // The file is replaced, as Kubernetes replaces Secrets.
      await Deno.writeTextFile(`${path}.new`, `${plex.ownerToken}\n`);
      await Deno.rename(`${path}.new`, path);
      await program.says(/Reloaded the token file/);
      await program.says(/Plex is up/);
    });
  } finally {
    await plex.close();
  }
});

Deno.test("main: with a state file it keeps the permissions to read and write, and saves when it stops", async () => {
  await withFolder(async (cwd) => {
    const settings = { LOG_LEVEL: "debug", STATE_FILE: `${cwd}/state.json` };
    const env = { ...UNREACHABLE_PLEX, ...ANY_PORT, ...settings };
    await using program = startProgram([], { env });
    assert.match(await program.says(/.*Permissions left.*/), /"granted":\["net","read","write"\]/);
    program.signal("SIGTERM");
    assert.equal(await program.code, 0);
    assert.doesNotMatch(program.stderr, /NotCapable|"level":"error"/);
    assert.deepEqual([...Deno.readDirSync(cwd)].map(({ name }) => name).sort(), [
      "state.json",
      "state.json.lock",
    ]);
  });
});

Deno.test("main: without TLS verification, nothing needs a permission that was dropped", async () => {
  const plex = await startPlex({
    clock: systemClock,
    certificate: await makeSelfSigned({ name: "elsewhere.example", addresses: [] }),
  });
  try {
    const env = {
      ...ANY_PORT,
      PLEX_SERVER: plex.url,
      PLEX_TOKEN: plex.ownerToken,
      SKIP_TLS_VERIFICATION: "true",
      LOG_LEVEL: "debug",
      TZ: "Europe/Berlin",
    };
    await using program = startProgram([], { env });
    assert.match(await program.says(/.*Permissions left.*/), /"granted":\["net"\]/);
    await program.says(/Plex is up/);
    await program.says(/Receiving notifications/);
    assert.doesNotMatch(program.stderr, /NotCapable|bug in the exporter/i);
  } finally {
    await plex.close();
  }
});

Deno.test("main: the first signal waits for pending responses, a second one ends it at once", async () => {
  await using program = startProgram([], { env: { ...UNREACHABLE_PLEX, ...ANY_PORT } });
  const url = new URL(await listeningUrl(program));
  // The client pipelines requests and reads no response.
  const client = await Deno.connect({ hostname: url.hostname, port: Number(url.port) });
  const requests = "GET /dashboards/overview.json HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2_000);
  const written = client.write(new TextEncoder().encode(requests)).catch(() => 0);
  await delay(500);
  program.signal("SIGINT");
  await program.says(/Stopping/);
  // The system merges two signals that come at once.
  await delay(500);
  program.signal("SIGINT");
  // After the first signal alone it would wait 5 s for the pending responses.
  assert.equal(await exitCode(program, 4_000), 0);
  client.close();
  await written;
});

Deno.test("main: .env in the working directory is read, and its misspelt settings are reported", async () => {
  await withFolder(async (cwd) => {
    const lines = [`PLEX_SERVER=${UNREACHABLE_PLEX.PLEX_SERVER}`, "PLEX_TOKEN=abc", "PLEX_SEVER=x"];
    await Deno.writeTextFile(`${cwd}/.env`, lines.join("\n"));
    await using program = startProgram([], { cwd, env: { ...ANY_PORT, LOG_FORMAT: "console" } });
    await program.says(/PLEX_SEVER in \.env is not a setting; did you mean PLEX_SERVER\?/);
    await listeningUrl(program);
    program.signal("SIGTERM");
    assert.equal(await program.code, 0);
  });
});

Deno.test("main: --help lists every command and setting, or the usage of a command; --version prints the version", async () => {
  const help = await run(["--help"]);
  assert.equal(help.code, 0);
  for (
    const word of ["serve", "login", "check", "history", "demo", "healthcheck", ...settingNames]
  ) {
    assert.match(help.stdout, new RegExp(`\\b${word}\\b`));
  }
  const { code, stdout } = await run(["login", "--write", "x", "--help"]);
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: prometheus-plex-exporter login /);
  assert.deepEqual(await run(["--version"]), {
    code: 0,
    stdout: `${manifest.version}\n`,
    stderr: "",
  });
});

Deno.test("main: an unknown command, argument or option ends it with code 2", async () => {
  for (const args of [["sevre"], ["check", "twice"], ["--port=1"]]) {
    const { code, stderr } = await run(args, UNREACHABLE_PLEX);
    assert.equal(code, 2);
    assert.match(stderr, /^error: .*see .*--help$/m);
  }
});

Deno.test("main: healthcheck is 0 while the exporter serves and 1 while it does not", async () => {
  const env = { ...UNREACHABLE_PLEX, LISTEN_ADDRESS: `127.0.0.1:${freePort()}` };
  await using program = startProgram([], { env });
  await listeningUrl(program);
  assert.equal((await run(["healthcheck"], env)).code, 0);
  // It needs no settings for Plex: a container that runs the demo has none.
  const { LISTEN_ADDRESS } = env;
  assert.equal((await run(["healthcheck"], { LISTEN_ADDRESS })).code, 0);
  const wrong = { LISTEN_ADDRESS, PLEX_TOKEN_FILE: "/nowhere/plex-token" };
  assert.equal((await run(["healthcheck"], wrong)).code, 0);
  program.signal("SIGTERM");
  await program.code;
  assert.equal((await run(["healthcheck"], env)).code, 1);
});

Deno.test("main: check exits with 0 if all works, otherwise with 1 and the reason", async () => {
  const plex = await startPlex({ clock: systemClock });
  try {
    const env = {
      PLEX_SERVER: plex.url,
      PLEX_TOKEN: plex.ownerToken,
      LISTEN_ADDRESS: `127.0.0.1:${freePort()}`,
    };
    const good = await run(["check"], env);
    assert.equal(good.code, 0, good.stdout);
    assert.doesNotMatch(good.stdout, /FAIL/);
    assert.match(good.stdout, /note {2}the exporter does not run here/);
    await using program = startProgram([], { env });
    const url = await listeningUrl(program);
    assert.match((await run(["check"], env)).stdout, /note {2}nothing has scraped/);
    await (await fetch(`${url}/metrics`)).text();
    const { stdout } = await run(["check"], env);
    assert.match(stdout, /^ {2}ok {4}last scraped \d s ago$/m);
    assert.ok(stdout.endsWith(`      - targets: ["${env.LISTEN_ADDRESS}"]\n`), stdout);
    program.signal("SIGTERM");
    await program.code;
    const guest = await run(["check"], { PLEX_SERVER: plex.url, PLEX_TOKEN: plex.guestToken });
    assert.equal(guest.code, 1);
    assert.match(guest.stdout, /FAIL {2}the token is valid, but not the server owner's/);
  } finally {
    await plex.close();
  }
  const refused = await run(["check"], { ...UNREACHABLE_PLEX, LISTEN_ADDRESS: ":0" });
  assert.equal(refused.code, 1);
  assert.match(refused.stdout, /FAIL {2}cannot connect/);
});
