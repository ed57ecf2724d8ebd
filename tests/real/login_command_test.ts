/** The `login` command as a process: its output, its exit codes, and signals. */
import assert from "node:assert/strict";
import { systemClock } from "../../src/clock.ts";
import { type PlexTv, startPlexTv } from "../../src/simulator/plex_tv/mod.ts";
import { type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import { codeIn, deviceOf } from "../testing/login_run.ts";
import { exitCode, type Process, startProgram, withFolder } from "../testing/program.ts";

interface Simulated {
  readonly plex: SimulatedPlex;
  readonly plexTv: PlexTv;
  /** Makes the program use the simulated plex.tv. */
  readonly env: Readonly<Record<string, string>>;
}

/** Calls `run` with a plex.tv whose account has one server. */
async function withPlexTv(run: (simulated: Simulated) => Promise<void>): Promise<void> {
  const plex = await startPlex({ clock: systemClock, seed: 1 });
  const plexTv = await startPlexTv({ clock: systemClock, devices: [deviceOf(plex)] });
  try {
    await run({ plex, plexTv, env: { PLEX_TV_TEST_PORT: String(plexTv.port) } });
  } finally {
    await plexTv.close();
    await plex.close();
  }
}

/** Enters the code as soon as it is shown. */
async function enterCode(program: Process, plexTv: PlexTv): Promise<void> {
  await program.says(/enter the code \w{4}$/m);
  plexTv.claim(codeIn(program.stderr));
}

Deno.test("login: stdout has only the two settings, which check accepts, and stderr has no token", async () => {
  await withPlexTv(async ({ env, plex, plexTv }) => {
    await using program = startProgram(["login"], { env });
    await enterCode(program, plexTv);
    assert.equal(await exitCode(program), 0, program.stderr);
    assert.equal(program.stdout, `PLEX_SERVER=${plex.url}\nPLEX_TOKEN=${plex.ownerToken}\n`);
    for (const token of [plex.ownerToken, plexTv.accountToken]) {
      assert.ok(!program.stderr.includes(token));
    }
    for (const control of ["\r", "\u001b"]) assert.ok(!program.stderr.includes(control));
    const settings = Object.fromEntries(
      program.stdout.trim().split("\n").map((line) => line.split("=")),
    );
    await using check = startProgram(["check"], { env: settings });
    assert.equal(await exitCode(check), 0, check.stdout);
  });
});

Deno.test("login: --write writes a .env that only its owner can read, in place of stdout; --force replaces it", async () => {
  await withPlexTv(async ({ env, plex, plexTv }) => {
    await withFolder(async (cwd) => {
      await using program = startProgram(["login", "--write", ".env"], { env, cwd });
      await enterCode(program, plexTv);
      assert.equal(await exitCode(program), 0, program.stderr);
      assert.ok(!(program.stdout + program.stderr).includes(plex.ownerToken));
      assert.equal(program.stdout, "");
      assert.match(
        program.stderr,
        /^Wrote \.env, readable by its owner only: PLEX_SERVER and PLEX_TOKEN of .*\.\n.* check /m,
      );
      assert.equal(((await Deno.stat(`${cwd}/.env`)).mode ?? 0) & 0o777, 0o600);
      assert.deepEqual([...Deno.readDirSync(cwd)].map(({ name }) => name), [".env"]);
      await using check = startProgram(["check"], { cwd });
      assert.equal(await exitCode(check), 0, check.stdout);
      // It fails before it asks plex.tv.
      const { length } = plexTv.requests;
      await using again = startProgram(["login", "--write", ".env"], { env, cwd });
      assert.equal(await exitCode(again), 1);
      assert.match(again.stderr, /^error: \.env exists; --force replaces it/m);
      assert.equal(plexTv.requests.length, length);
      await using forced = startProgram(["login", "--write", ".env", "--force"], { env, cwd });
      await enterCode(forced, plexTv);
      assert.equal(await exitCode(forced), 0, forced.stderr);
      // Both runs are the same device to plex.tv.
      const identities = new Set(
        plexTv.requests.map(({ headers }) =>
          `${headers["x-plex-client-identifier"]} ${headers["x-plex-device-name"]}`
        ),
      );
      assert.equal(identities.size, 1);
      assert.match(
        [...identities].join(),
        /^prometheus-plex-exporter-[0-9a-f]{32} prometheus-plex-exporter( \(.+\))?$/,
      );
    });
  });
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`login: ${signal} ends it with code ${code} and leaves no file`, async () => {
    await withPlexTv(async ({ env }) => {
      await withFolder(async (cwd) => {
        await using program = startProgram(["login", "--write", ".env"], { env, cwd });
        await program.says(/enter the code/);
        program.signal(signal);
        assert.equal(await exitCode(program), code);
        assert.match(program.stderr, new RegExp(`Interrupted by ${signal}: nothing was written`));
        assert.deepEqual([...Deno.readDirSync(cwd)], []);
      });
    });
  });
}

Deno.test("login: on a terminal the countdown is one line", async () => {
  await withPlexTv(async ({ env, plexTv }) => {
    // `script` runs it on a pseudo-terminal.
    const shell = `line=; for word; do line="$line '$word'"; done
      exec script --quiet --return --command "$line" /dev/null`;
    await using program = startProgram(["login"], { env, shell });
    await program.says(/Waiting for the code: 14:58 left/);
    plexTv.claim(codeIn(program.stdout.replaceAll("\r\n", "\n")));
    assert.equal(await exitCode(program), 0, program.stdout);
    const erased = program.stdout.split("\r\u001b[K");
    assert.ok(erased.length >= 4, program.stdout);
    for (const line of erased.slice(1, -1)) {
      assert.match(line, /^Waiting for the code: \d+:\d\d left$/);
    }
    assert.match(erased.at(-1) ?? "", /^Signed in as the device/);
  });
});

Deno.test("login: it ends silently on a broken pipe, and reports a full disk", async () => {
  await withPlexTv(async ({ env, plexTv }) => {
    const cases = [
      ['{ "$@"; echo "code $?" >&2; } | true', /^code 141$/m, /error|BrokenPipe/],
      [
        '"$@" > /dev/full; echo "code $?" >&2',
        /^error: Cannot write to stdout: No space[^]*^code 1$/m,
        /\.ts:/,
      ],
    ] as const;
    await Promise.all(cases.map(async ([shell, message, never]) => {
      await using program = startProgram(["login"], { env, shell });
      await enterCode(program, plexTv);
      await exitCode(program);
      assert.match(program.stderr, message);
      assert.doesNotMatch(program.stderr, never);
    }));
  });
});

Deno.test("login: errors are reported in a sentence, with code 1 or 2", async () => {
  await withPlexTv(async ({ env, plexTv }) => {
    plexTv.setFault({ kind: "status", status: 500 });
    const cases = [
      [["--force"], env, 2, /^error: --force is for --write/m],
      [["--token", "x"], env, 2, /^error: .*--token/m],
      [["--write", "no/such/.env"], env, 1, /^error: Cannot write no\/such\/\.env: its folder/m],
      [["--write", "/dev/null"], env, 1, /^error: \/dev\/null is a link or a device/m],
      [[], env, 1, /^error: plex\.tv answered 500/m],
      [
        [],
        { ...env, HTTPS_PROXY: "http://127.0.0.1:1" },
        1,
        /^warning: HTTPS_PROXY has no effect/m,
      ],
      [[], { PLEX_TV_TEST_PORT: "1" }, 1, /^error: Cannot reach plex\.tv/m],
    ] as const;
    await Promise.all(cases.map(async ([args, variables, code, message]) => {
      await using program = startProgram(["login", ...args], { env: variables });
      assert.equal(await exitCode(program), code, program.stderr);
      assert.match(program.stderr, message);
      assert.doesNotMatch(program.stderr, /\.ts:\d/);
      assert.equal(program.stdout, "");
    }));
  });
});
