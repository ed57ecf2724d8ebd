/** The `history` command as a process: what it writes where, its exit codes, its end. */
import assert from "node:assert/strict";
import { systemClock } from "../../src/clock.ts";
import { type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import { within } from "../testing/eventually.ts";
import { samplesOf } from "../testing/history_run.ts";
import { runProcess, startProgram, withFolder } from "../testing/program.ts";
import { findTool } from "../testing/tools.ts";

/** A server with some views; `run` is given its settings. */
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

function end(program: { readonly code: Promise<number> }): Promise<number> {
  return within(20_000, "the end of the command", () => program.code);
}

Deno.test("history: stdout has the file and nothing else, stderr the progress, notes and the command for promtool", async () => {
  await withPlex(async (env) => {
    await using program = startProgram(["history"], { env });
    assert.equal(await end(program), 0);
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
      const args = [
        "history",
        "--output",
        "plex.om",
        "--label",
        "job=plex",
        "--label",
        "instance=a",
      ];
      await using program = startProgram(args, { env, cwd });
      assert.equal(await end(program), 0);
      assert.equal(program.stdout, "");
      assert.doesNotMatch(program.stderr, /note:/);
      const text = await Deno.readTextFile(`${cwd}/plex.om`);
      assert.ok(text.endsWith("# EOF\n") && [...samplesOf(text)].length > 1_000);
    });
  });
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`history: ${signal} ends it with code ${code} and leaves no part of a history`, async () => {
    await withPlex(async (env) => {
      await withFolder(async (cwd) => {
        const args = ["history", "--output", "plex.om"];
        await using program = startProgram(args, { env, cwd });
        await program.says(/views read \(reading 1 of 2\)/);
        program.signal(signal);
        assert.equal(await end(program), code);
        assert.match(program.stderr, new RegExp(`Interrupted by ${signal}`));
        assert.equal((await Deno.stat(`${cwd}/plex.om`)).size, 0);
      });
    });
  });
}

Deno.test("history: it ends silently if its output is no longer read", async () => {
  await withPlex(async (env) => {
    const shell = '{ "$@"; echo "code $?" >&2; } | head -n 3';
    await using program = startProgram(["history"], { env, shell });
    assert.equal(await end(program), 0);
    assert.equal(program.stdout.split("\n").length, 4);
    assert.match(program.stderr, /^code 141$/m);
    assert.doesNotMatch(program.stderr, /error|BrokenPipe|Written/);
  });
});

Deno.test("history: a full disk is reported, with code 1", async () => {
  await withPlex(async (env) => {
    const shell = 'exec "$@" > /dev/full';
    await using program = startProgram(["history"], { env, shell });
    assert.equal(await end(program), 1);
    assert.match(program.stderr, /error: Cannot write to stdout: No space left/);
  });
});

Deno.test("history: promtool imports a whole file, and nothing of one without its end", async () => {
  await withPlex(async (env) => {
    await withFolder(async (cwd) => {
      await using program = startProgram(["history", "--output", "plex.om"], { env, cwd });
      assert.equal(await end(program), 0);
      const text = await Deno.readTextFile(`${cwd}/plex.om`);
      const half = text.slice(0, text.lastIndexOf("\n", text.length / 2) + 1);
      await Deno.writeTextFile(`${cwd}/half.om`, half);
      const load = (file: string) =>
        runProcess(findTool("promtool"), [
          ...["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=1500h"],
          ...[file, `${file}.data`],
        ], { cwd });
      assert.equal((await load("plex.om")).code, 0);
      assert.ok([...Deno.readDirSync(`${cwd}/plex.om.data`)].length > 0);
      const { code, stderr } = await load("half.om");
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
      assert.equal(await end(program), code, program.stderr);
      assert.match(program.stderr, message);
      assert.equal(program.stdout, "");
    }
  });
});
