/** The `history` command as a process: its output, its exit codes, and signals. */
import assert from "node:assert/strict";
import { systemClock } from "../../src/clock.ts";
import { type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import { samplesOf } from "../testing/history_run.ts";
import { exitCode, runProcess, startProgram, withFolder } from "../testing/program.ts";
import { findTool } from "../testing/tools.ts";

/** Calls `run` with a server that has some views, and the settings for it. */
async function withPlex(
  run: (env: Record<string, string>, plex: SimulatedPlex) => Promise<void>,
): Promise<void> {
  const past = { count: 200, years: 0.1 };
  const plex = await startPlex({ clock: systemClock, seed: 1, plexPass: false, pastViews: past });
  try {
    await run({ PLEX_SERVER: plex.url, PLEX_TOKEN: plex.ownerToken }, plex);
  } finally {
    await plex.close();
  }
}

Deno.test("history: stdout has only the file, stderr the progress, notes and the command for promtool", async () => {
  await withPlex(async (env) => {
    await using program = startProgram(["history"], { env });
    assert.equal(await exitCode(program), 0);
    const lines = program.stdout.trimEnd().split("\n");
    assert.equal(lines.at(-1), "# EOF");
    for (const line of lines) assert.match(line, /^(# |plex_(title_)?views_total\{)/);
    assert.match(program.stderr, /200 of 200 views read \(reading 2 of 2\)/);
    assert.match(program.stderr, /note: without --label job=/);
    assert.match(program.stderr, /promtool tsdb create-blocks-from openmetrics/);
  });
});

Deno.test("history: --output writes a file in place of stdout", async () => {
  await withPlex(async (env) => {
    await withFolder(async (cwd) => {
      const labels = ["--label", "job=plex", "--label", "instance=a"];
      const args = ["history", "--output", "plex.om", ...labels];
      await using program = startProgram(args, { env, cwd });
      assert.equal(await exitCode(program), 0);
      assert.equal(program.stdout, "");
      assert.doesNotMatch(program.stderr, /note:/);
      const text = await Deno.readTextFile(`${cwd}/plex.om`);
      assert.ok(text.endsWith("# EOF\n") && [...samplesOf(text)].length > 1_000);
    });
  });
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`history: ${signal} ends it with code ${code} and leaves the file empty`, async () => {
    await withPlex(async (env) => {
      await withFolder(async (cwd) => {
        const args = ["history", "--output", "plex.om"];
        await using program = startProgram(args, { env, cwd });
        await program.says(/views read \(reading 1 of 2\)/);
        program.signal(signal);
        assert.equal(await exitCode(program), code);
        assert.match(program.stderr, new RegExp(`Interrupted by ${signal}`));
        assert.equal((await Deno.stat(`${cwd}/plex.om`)).size, 0);
      });
    });
  });
}

Deno.test("history: it ends silently on a broken pipe", async () => {
  await withPlex(async (env) => {
    const shell = '{ "$@"; echo "code $?" >&2; } | head -n 3';
    await using program = startProgram(["history"], { env, shell });
    assert.equal(await exitCode(program), 0);
    assert.equal(program.stdout.split("\n").length, 4);
    assert.match(program.stderr, /^code 141$/m);
    assert.doesNotMatch(program.stderr, /error|BrokenPipe|Written/);
  });
});

Deno.test("history: a full disk is reported, with code 1", async () => {
  await withPlex(async (env) => {
    const shell = 'exec "$@" > /dev/full';
    await using program = startProgram(["history"], { env, shell });
    assert.equal(await exitCode(program), 1);
    assert.match(program.stderr, /error: Cannot write to stdout: No space left/);
  });
});

Deno.test("history: promtool imports a complete file, and nothing of a truncated one", async () => {
  await withPlex(async (env) => {
    await withFolder(async (cwd) => {
      await using program = startProgram(["history", "--output", "plex.om"], { env, cwd });
      assert.equal(await exitCode(program), 0);
      const text = await Deno.readTextFile(`${cwd}/plex.om`);
      const half = text.slice(0, text.lastIndexOf("\n", text.length / 2) + 1);
      await Deno.writeTextFile(`${cwd}/half.om`, half);
      const importFile = (file: string) =>
        runProcess(findTool("promtool"), [
          ...["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=1500h"],
          ...[file, `${file}.data`],
        ], { cwd });
      assert.equal((await importFile("plex.om")).code, 0);
      assert.ok([...Deno.readDirSync(`${cwd}/plex.om.data`)].length > 0);
      const { code, stderr } = await importFile("half.om");
      assert.notEqual(code, 0);
      assert.match(stderr, /does not end with # EOF/);
      assert.deepEqual([...Deno.readDirSync(`${cwd}/half.om.data`)], []);
    });
  });
});

Deno.test("history: errors are reported in a sentence, with code 1 or 2", async () => {
  await withPlex(async (env, plex) => {
    const cases = [
      [["--since", "soon"], env, 2, /--since is "soon"/],
      [["--output", "no/such/folder/plex.om"], env, 1, /Cannot write no\/such\/folder\/plex\.om/],
      [["--output", "/dev/full"], env, 1, /Cannot write \/dev\/full: it is a device/],
      [[], {}, 2, /PLEX_SERVER is not set/],
      [[], { ...env, PLEX_TOKEN: plex.guestToken }, 1, /not the server owner's/],
    ] as const;
    for (const [args, variables, code, message] of cases) {
      await using program = startProgram(["history", ...args], { env: variables });
      assert.equal(await exitCode(program), code, program.stderr);
      assert.match(program.stderr, message);
      assert.equal(program.stdout, "");
    }
  });
});
