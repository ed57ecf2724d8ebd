/**
 * Faults of the disk against the program as a process, each in a mount namespace of its own. The
 * tests need root.
 */
import assert from "node:assert/strict";
import { type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { eventually, within } from "../testing/eventually.ts";
import { type Page, playFilm, readPage, sum } from "../testing/harness.ts";
import { countersOverRestarts } from "../testing/restarts.ts";
import { type Process, runProcess, startProgram, until, withFolder } from "../testing/program.ts";
import { STATE_FILE_FAULTS } from "../testing/state_file_faults.ts";
import { findTool } from "../testing/tools.ts";

/** A server, and a folder for the state file of the program. */
interface DiskTest {
  readonly plex: SimulatedPlex;
  readonly folder: string;
  /**
   * Starts the program, after shell commands for which `$FOLDER` is the folder, and by `wrapper`, a
   * command that executes its arguments.
   */
  start(before?: string, wrapper?: string): Process;
}

/** The shell command that runs `$BEFORE`, then the program, in a mount namespace of its own. */
function enterNamespace(wrapper: string): string {
  const script = `eval "$BEFORE" && exec ${wrapper} "$@"`;
  return `exec "$UNSHARE" --mount --propagation=private sh -c '${script}' sh "$@"`;
}

function testOnDisk(name: string, run: (test: DiskTest) => Promise<void>): void {
  Deno.test(name, () =>
    withFolder(async (folder) => {
      const plex = await startPlex({ clock: systemClock, duplicateShare: 0 });
      playFilm(plex);
      try {
        await run({
          plex,
          folder,
          start: (before = "true", wrapper = "") =>
            startProgram([], {
              shell: enterNamespace(wrapper),
              env: {
                UNSHARE: findTool("unshare"),
                SETPRIV: findTool("setpriv"),
                BEFORE: before,
                FOLDER: folder,
                STATE_FILE: `${folder}/state.json`,
                PLEX_SERVER: plex.url,
                PLEX_TOKEN: plex.ownerToken,
                LISTEN_ADDRESS: "127.0.0.1:0",
                LOG_FORMAT: "logfmt",
              },
            }),
        });
      } finally {
        await plex.close();
      }
    }));
}

/** Runs shell commands in the mount namespace of the program; `$FOLDER` is the folder. */
async function runInside({ pid }: Process, folder: string, commands: string): Promise<string> {
  const { code, stdout, stderr } = await runProcess(findTool("nsenter"), [
    `--target=${pid}`,
    "--mount",
    "sh",
    "-euc",
    commands,
  ], { env: { FOLDER: folder } });
  assert.equal(code, 0, stderr);
  return stdout;
}

/** Returns a function that scrapes the program and asserts that no counter has fallen. */
async function scraperOf(program: Process): Promise<() => Promise<Page>> {
  const url = await program.says(/(http:\/\/127\.0\.0\.1:\d+\/metrics)/);
  let known: ReadonlyMap<string, number> = new Map();
  return async () => {
    const response = await eventually(fetch(url));
    assert.equal(response.status, 200);
    const page = readPage(await response.text());
    const counters = countersOverRestarts(page);
    for (const [series, value] of counters) {
      assert.ok(value >= (known.get(series) ?? 0), `${series} fell`);
    }
    known = new Map([...known, ...counters]);
    return page;
  };
}

/** Scrapes until a line of the log has this text. Resolves to the line. */
function scrapeUntilLogged(
  program: Process,
  scrape: () => Promise<Page>,
  text: string,
): Promise<string> {
  return until(text, async () => {
    await scrape();
    return program.stderr.split("\n").find((line) => line.includes(text));
  });
}

/** Scrapes until a play is counted. Resolves to that page. */
function scrapeUntilPlay(scrape: () => Promise<Page>): Promise<Page> {
  return until("a play", async () => {
    const page = await scrape();
    return sum(page, "plex_plays_total") > 0 ? page : undefined;
  });
}

function errorsOf({ stderr }: Process): readonly string[] {
  return stderr.split("\n").filter((line) => line.includes("level=error"));
}

/** Makes the folder read-only, also for root. */
const READ_ONLY = 'mount --bind "$FOLDER" "$FOLDER" && mount -o remount,bind,ro "$FOLDER"';

testOnDisk(
  "full disk, disk becomes read-only: no scrape fails, and no old state is kept",
  async ({ folder, start }) => {
    await using program = start('mount -t tmpfs -o size=400k tmpfs "$FOLDER"');
    const scrape = await scraperOf(program);
    await scrapeUntilPlay(scrape);
    const files = () => runInside(program, folder, 'cd "$FOLDER" && ls');
    assert.equal(await files(), "state.json\nstate.json.lock\n");

    await runInside(program, folder, 'cat /dev/zero > "$FOLDER/rest" 2>/dev/null || true');
    const { logged } = STATE_FILE_FAULTS["full disk"];
    const full = await scrapeUntilLogged(program, scrape, logged);
    assert.match(full, /level=error .*No space left/);
    assert.equal(await files(), "rest\nstate.json.lock\n", "the outdated state is removed");
    await runInside(program, folder, 'rm "$FOLDER/rest"');
    await scrapeUntilLogged(program, scrape, "The state file can be written again");

    // A bind mount, because a file system with open files cannot be remounted read-only.
    await runInside(program, folder, READ_ONLY);
    const readOnly = await scrapeUntilLogged(
      program,
      scrape,
      STATE_FILE_FAULTS["disk becomes read-only"].logged,
    );
    assert.match(readOnly, /level=error .*Read-only file system/);
    await runInside(program, folder, 'umount "$FOLDER"');
    await until("a save", async () => {
      await scrape();
      return program.stderr.split("can be written again").length > 2 || undefined;
    });
    assert.equal(errorsOf(program).length, 2, program.stderr);
    program.signal("SIGTERM");
    assert.equal(await program.code, 0);
  },
);

testOnDisk(
  "disk is read-only at start: the exporter runs as if it had no state file, and logs an old one",
  async ({ folder, start }) => {
    const old = '{"version":1,"hiddenLabels":[],"servers":[]}';
    await Deno.writeTextFile(`${folder}/state.json`, old);
    await using program = start(READ_ONLY);
    const scrape = await scraperOf(program);
    await scrape();
    const [line = "", ...more] = errorsOf(program);
    assert.ok(line.includes(STATE_FILE_FAULTS["disk is read-only at start"].logged), line);
    assert.match(line, /Read-only file system/);
    assert.deepEqual(more, []);
    assert.equal(await Deno.readTextFile(`${folder}/state.json`), old);
    await runInside(program, folder, 'mount -o remount,bind,rw "$FOLDER"');
    await scrapeUntilLogged(program, scrape, "The state file can be written again");
    assert.notEqual(await Deno.readTextFile(`${folder}/state.json`), old);
  },
);

/** Runs a command as root without the capabilities that override file permissions. */
const WITHOUT_OVERRIDE =
  '"$SETPRIV" --inh-caps=-all --bounding-set=-dac_override,-dac_read_search,-fowner';

testOnDisk(
  "another user's file: it is logged, and the exporter runs as if it had none",
  async ({ folder, start }) => {
    const giveAway = 'chown -R 65534 "$FOLDER" && chmod 600 "$FOLDER"/state.json*';
    for (const name of ["state.json", "state.json.lock"]) {
      await Deno.writeTextFile(`${folder}/${name}`, "");
    }
    await Deno.writeTextFile(`${folder}/state.json`, '{"version":1}');
    await using program = start(giveAway, WITHOUT_OVERRIDE);
    const scrape = await scraperOf(program);
    await scrape();
    const [line = "", ...more] = errorsOf(program);
    assert.ok(line.includes(STATE_FILE_FAULTS["another user's file"].logged), line);
    assert.match(line, /Permission denied/);
    assert.deepEqual(more, []);
    assert.equal(await Deno.readTextFile(`${folder}/state.json`), '{"version":1}');
  },
);

testOnDisk(
  "file in use by another process: of two started at once one ends, and a kill releases the lock",
  async ({ start }) => {
    await using first = start();
    await using second = start();
    const ended = (program: Process) => program.code.then(() => program);
    const refused = await within(
      20_000,
      "the end of one of them",
      () => Promise.race([ended(first), ended(second)]),
    );
    assert.equal(await refused.code, 1);
    const [line = "", ...more] = errorsOf(refused);
    assert.match(line, /Another process uses STATE_FILE .*state\.json.*: stop it/);
    assert.deepEqual(more, []);
    assert.doesNotMatch(refused.stderr, /\.ts:\d|Listening/);

    const serving = refused === first ? second : first;
    const shown = await scrapeUntilPlay(await scraperOf(serving));
    serving.signal("SIGKILL");
    await serving.code;
    await using next = start();
    await next.says(/Counters continue from the state file/);
    const page = await (await scraperOf(next))();
    assert.equal(sum(page, "plex_plays_total"), sum(shown, "plex_plays_total"));
  },
);
