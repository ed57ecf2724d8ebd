/**
 * Faults of the disk under the real program, each in a view of the file system of its own: it needs
 * root.
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

/** The program on a server, with a state file in `folder`. */
interface Run {
  readonly plex: SimulatedPlex;
  readonly folder: string;
  /** Starts the program after shell commands, which see the folder as `$FOLDER`. */
  start(before?: string, wrapper?: string): Process;
}

/** Runs the program in a name space of its own for mounts. */
const ENTER =
  'exec "$UNSHARE" --mount --propagation=private sh -c "$BEFORE"\' && exec "$@"\' sh "$@"';

function testOnDisk(name: string, run: (run: Run) => Promise<void>): void {
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
              shell: ENTER.replace('"$@"\'', `${wrapper} "$@"'`),
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

/** Runs shell commands in the program's view of the file system; `$FOLDER` is the folder. */
async function inside({ pid }: Process, folder: string, commands: string): Promise<string> {
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

/** Scrapes the program; no counter falls from one page to the next. */
async function scraper(program: Process): Promise<() => Promise<Page>> {
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

/** Scrapes until the log says something. */
function saysWhileScraped(
  program: Process,
  scrape: () => Promise<Page>,
  text: string,
): Promise<string> {
  return until(text, async () => {
    await scrape();
    return program.stderr.split("\n").find((line) => line.includes(text));
  });
}

/** Scrapes until a play has been counted and shown. */
function showsPlay(scrape: () => Promise<Page>): Promise<Page> {
  return until("a play", async () => {
    const page = await scrape();
    return sum(page, "plex_plays_total") > 0 ? page : undefined;
  });
}

function errorsOf({ stderr }: Process): readonly string[] {
  return stderr.split("\n").filter((line) => line.includes("level=error"));
}

/** What anyone sees of the folder becomes read-only. */
const READ_ONLY = 'mount --bind "$FOLDER" "$FOLDER" && mount -o remount,bind,ro "$FOLDER"';

testOnDisk(
  "full disk, disk becomes read-only: no scrape is lost, and no old state is kept",
  async ({ folder, start }) => {
    await using program = start('mount -t tmpfs -o size=400k tmpfs "$FOLDER"');
    const scrape = await scraper(program);
    await showsPlay(scrape);
    const files = () => inside(program, folder, 'cd "$FOLDER" && ls');
    assert.equal(await files(), "state.json\nstate.json.lock\n");

    await inside(program, folder, 'cat /dev/zero > "$FOLDER/rest" 2>/dev/null || true');
    const { logged } = STATE_FILE_FAULTS["full disk"];
    const full = await saysWhileScraped(program, scrape, logged);
    assert.match(full, /level=error .*No space left/);
    assert.equal(await files(), "rest\nstate.json.lock\n", "what is on it is out of date");
    await inside(program, folder, 'rm "$FOLDER/rest"');
    await saysWhileScraped(program, scrape, "The state file can be written again");

    // No remount: that waits for files that are open. An error of the disk does not.
    await inside(program, folder, READ_ONLY);
    const readOnly = await saysWhileScraped(
      program,
      scrape,
      STATE_FILE_FAULTS["disk becomes read-only"].logged,
    );
    assert.match(readOnly, /level=error .*Read-only file system/);
    await inside(program, folder, 'umount "$FOLDER"');
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
  "disk is read-only at start: the exporter runs as without a state file, and logs an old one",
  async ({ folder, start }) => {
    const old = '{"version":1,"hiddenLabels":[],"servers":[]}';
    await Deno.writeTextFile(`${folder}/state.json`, old);
    await using program = start(READ_ONLY);
    const scrape = await scraper(program);
    await scrape();
    const [line = "", ...more] = errorsOf(program);
    assert.ok(line.includes(STATE_FILE_FAULTS["disk is read-only at start"].logged), line);
    assert.match(line, /Read-only file system/);
    assert.deepEqual(more, []);
    assert.equal(await Deno.readTextFile(`${folder}/state.json`), old);
    await inside(program, folder, 'mount -o remount,bind,rw "$FOLDER"');
    await saysWhileScraped(program, scrape, "The state file can be written again");
    assert.notEqual(await Deno.readTextFile(`${folder}/state.json`), old);
  },
);

/** Root that owns what is root's, and may do with files of others what anyone may. */
const MERE_OWNER =
  '"$SETPRIV" --inh-caps=-all --bounding-set=-dac_override,-dac_read_search,-fowner';

testOnDisk(
  "another user's file: it is logged, and the exporter runs as without one",
  async ({ folder, start }) => {
    const own = 'chown -R 65534 "$FOLDER" && chmod 600 "$FOLDER"/state.json*';
    for (const name of ["state.json", "state.json.lock"]) {
      await Deno.writeTextFile(`${folder}/${name}`, "");
    }
    await Deno.writeTextFile(`${folder}/state.json`, '{"version":1}');
    await using program = start(own, MERE_OWNER);
    const scrape = await scraper(program);
    await scrape();
    const [line = "", ...more] = errorsOf(program);
    assert.ok(line.includes(STATE_FILE_FAULTS["another user's file"].logged), line);
    assert.match(line, /Permission denied/);
    assert.deepEqual(more, []);
    assert.equal(await Deno.readTextFile(`${folder}/state.json`), '{"version":1}');
  },
);

testOnDisk(
  "file in use by another process: of two started at once one ends, and a kill leaves no lock",
  async ({ start }) => {
    await using first = start();
    await using second = start();
    const isRefused = (program: Process) => program.code.then(() => program);
    const refused = await within(
      20_000,
      "an end",
      () => Promise.race([isRefused(first), isRefused(second)]),
    );
    assert.equal(await refused.code, 1);
    const [line = "", ...more] = errorsOf(refused);
    assert.match(line, /Another process uses STATE_FILE .*state\.json.*: stop it/);
    assert.deepEqual(more, []);
    assert.doesNotMatch(refused.stderr, /\.ts:\d|Listening/);

    const serving = refused === first ? second : first;
    const shown = await showsPlay(await scraper(serving));
    serving.signal("SIGKILL");
    await serving.code;
    await using next = start();
    await next.says(/Counters continue from the state file/);
    const page = await (await scraper(next))();
    assert.equal(sum(page, "plex_plays_total"), sum(shown, "plex_plays_total"));
  },
);
