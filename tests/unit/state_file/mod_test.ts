import assert from "node:assert/strict";
import { openStateFile, type StateFile } from "../../../src/state_file/mod.ts";
import { StateFileError } from "../../../src/state_file/schema.ts";
import { reduce } from "../../../src/core/reduce.ts";
import type { ServerState } from "../../../src/core/state.ts";
import { after, listed, SERVER, session, START } from "../../testing/core_builders.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";
import { recordingLog } from "../../testing/recording_log.ts";

const described = { type: "server_described", at: START, server: SERVER } as const;

/** A state file in a folder of its own, as one process after another opens it. */
interface Setup {
  readonly path: string;
  readonly clock: DrivenClock;
  readonly log: ReturnType<typeof recordingLog>;
  open(hiddenLabels?: readonly string[]): Promise<StateFile>;
}

async function withStateFile(test: (setup: Setup) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/state.json`;
  const clock = new DrivenClock();
  const log = recordingLog();
  try {
    await test({
      path,
      clock,
      log,
      open: (hiddenLabels = []) => openStateFile({ path, hiddenLabels, log, clock }),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A server with one play, which has played for so many minutes. */
function played(minutes: number): ServerState {
  return [
    described,
    listed(START, session()),
    ...Array.from(
      { length: minutes },
      (_, index) => listed(START + (index + 1) * 60_000, session()),
    ),
  ].reduce(reduce, after());
}

function errorsOf({ entries }: Setup["log"]): Setup["log"]["entries"] {
  return entries.filter(({ level }) => level === "error");
}

const ADDRESS = after().address;

Deno.test("a state file gives the next process what was saved, by identifier and by address", async () => {
  await withStateFile(async ({ open }) => {
    const state = played(3);
    await (await open()).close(() => [state]);
    const next = await open();
    const saved = next.savedById(SERVER.id);
    assert.deepEqual(saved?.plays.map(({ startedAt }) => startedAt), [START]);
    assert.equal(next.savedByAddress(ADDRESS), saved);
    assert.equal(next.savedByAddress("elsewhere"), undefined);
    assert.equal(next.savedById("another"), undefined);
    await next.close(() => []);
  });
});

Deno.test("within a second of a save, what was saved is shown, and then what is new", async () => {
  await withStateFile(async ({ open, clock, path }) => {
    const file = await open();
    const first = [played(1)];
    const second = [played(2)];
    assert.equal(await file.save(() => first), first);
    const text = await Deno.readTextFile(path);
    await clock.advance(999);
    assert.equal(await file.save(() => second), first);
    assert.equal(await Deno.readTextFile(path), text);
    await clock.advance(1);
    assert.equal(await file.save(() => second), second);
    assert.notEqual(await Deno.readTextFile(path), text);
    await file.close(() => second);
  });
});

Deno.test("two scrapes at the same time share a save", async () => {
  await withStateFile(async ({ open }) => {
    const file = await open();
    const first = [played(1)];
    const [one, other] = await Promise.all([
      file.save(() => first),
      file.save(() => [played(2)]),
    ]);
    assert.equal(one, first);
    assert.equal(other, first);
    await file.close(() => first);
  });
});

Deno.test("a second process that opens the file is refused", async () => {
  await withStateFile(async ({ open, path }) => {
    const file = await open();
    await assert.rejects(open(), (error) => {
      assert.ok(error instanceof StateFileError);
      assert.equal(
        error.message,
        `Another process uses STATE_FILE "${path}": stop it, or give each process a file of its own`,
      );
      return true;
    });
    await file.close(() => []);
    await (await open()).close(() => []);
  });
});

/** How a file becomes unusable, and the reason in the log. */
const UNUSABLE: Readonly<
  Record<string, readonly [corrupt: (text: string) => string, reason: string]>
> = {
  "is empty": [() => "", "It is not JSON, or was cut off"],
  "is garbage": [() => "\u0000\u0001\u0002", "It is not JSON, or was cut off"],
  "was cut off": [(text) => text.slice(0, text.length / 2), "It is not JSON, or was cut off"],
  "is another program's": [() => "[1, 2]", "It is not a state file of this exporter"],
  "is of a newer version": [
    (text) => text.replace('"version":1', '"version":2'),
    "A newer version of the exporter wrote it (format 2)",
  ],
  "is damaged": [
    (text) => text.replace('"playMs":[{', '"playMs":[{"key":7},{'),
    "It is damaged at servers.0.playCounters.playMs.0.key",
  ],
};

for (const [name, [corrupt, reason]] of Object.entries(UNUSABLE)) {
  Deno.test(`a state file that ${name} is set aside, and the next one is written`, async () => {
    await withStateFile(async ({ open, path, log }) => {
      await (await open()).close(() => [played(1)]);
      const corrupted = corrupt(await Deno.readTextFile(path));
      await Deno.writeTextFile(path, corrupted);
      const file = await open();
      assert.equal(file.savedById(SERVER.id), undefined);
      const [{ message, fields } = assert.fail(), ...more] = errorsOf(log);
      assert.equal(message, "Cannot use the state file: counters begin at 0");
      assert.equal(fields.aside, `${path}.unusable`);
      assert.equal((fields.error as Error).message, reason);
      assert.deepEqual(more, []);
      assert.equal(await Deno.readTextFile(`${path}.unusable`), corrupted);
      await file.close(() => [played(2)]);
      const next = await open();
      assert.ok(next.savedById(SERVER.id));
      await next.close(() => []);
    });
  });
}

Deno.test("what cannot be saved is shown all the same, logged once, and saved as soon as it can be", async () => {
  await withStateFile(async ({ open, path, clock, log }) => {
    const file = await open();
    const [first, second, third] = [[played(1)], [played(2)], [played(3)]];
    await file.save(() => first);
    assert.equal(file.savedAtMs, clock.now());
    const savedAtMs = file.savedAtMs;
    // No rename replaces a folder.
    await Deno.remove(path);
    await Deno.mkdir(path);
    for (const states of [second, third]) {
      await clock.advance(1_000);
      assert.equal(await file.save(() => states), states);
    }
    assert.equal(file.savedAtMs, savedAtMs);
    assert.deepEqual(errorsOf(log).map(({ message }) => message), [
      "Cannot write the state file: it keeps no counters over a restart",
    ]);
    await Deno.remove(path);
    await clock.advance(1_000);
    assert.equal(await file.save(() => third), third);
    assert.equal(file.savedAtMs, clock.now());
    assert.equal(log.entries.at(-1)?.message, "The state file can be written again");
    await file.close(() => third);
  });
});

Deno.test("a file that cannot be replaced is removed: it is out of date", async () => {
  await withStateFile(async ({ open, path, clock, log }) => {
    const file = await open();
    await file.save(() => [played(1)]);
    await Deno.mkdir(`${path}.new/inside`, { recursive: true });
    await clock.advance(1_000);
    await file.save(() => [played(2)]);
    await assert.rejects(Deno.lstat(path), Deno.errors.NotFound);
    assert.equal(errorsOf(log).length, 1);
    await Deno.remove(`${path}.new`, { recursive: true });
    await file.close(() => [played(2)]);
    assert.ok((await Deno.stat(path)).isFile);
  });
});

Deno.test("a state file that another process takes meanwhile is left to it", async () => {
  await withStateFile(async ({ open, path, clock, log }) => {
    await Deno.mkdir(`${path}.lock`);
    const late = await open();
    assert.match(errorsOf(log)[0]?.message ?? "", /^Cannot use STATE_FILE: /);
    await Deno.remove(`${path}.lock`);
    const other = await open();
    await other.save(() => [played(2)]);
    const text = await Deno.readTextFile(path);
    await clock.advance(1_000);
    await late.save(() => [played(1)]);
    assert.equal(await Deno.readTextFile(path), text);
    assert.equal(
      errorsOf(log).at(-1)?.message,
      "Cannot write the state file: another process has taken it",
    );
    await other.close(() => []);
    await late.close(() => [played(1)]);
    assert.notEqual(await Deno.readTextFile(path), text);
  });
});

Deno.test("an old file that cannot be locked is named as out of date", async () => {
  await withStateFile(async ({ open, path, log }) => {
    await (await open()).close(() => [played(1)]);
    await Deno.remove(`${path}.lock`);
    await Deno.mkdir(`${path}.lock`);
    const file = await open();
    assert.equal(file.savedById(SERVER.id), undefined, "it may be another process's");
    assert.deepEqual(errorsOf(log).map(({ message }) => message), [
      "Cannot use STATE_FILE: remove it before a restart, because it is out of date",
    ]);
    await file.close(() => []);
  });
});

Deno.test("a file with values that are hidden now is removed with those beside it", async () => {
  await withStateFile(async ({ open, path, log }) => {
    await (await open(["user"])).close(() => [played(1)]);
    const same = await open(["user"]);
    assert.ok(same.savedById(SERVER.id));
    await same.close(() => []);
    for (const left of [".new", ".unusable"]) await Deno.copyFile(path, path + left);
    const file = await open(["user", "title"]);
    assert.equal(file.savedById(SERVER.id), undefined);
    const names = [...Deno.readDirSync(path.replace(/[^/]*$/, ""))].map(({ name }) => name);
    assert.deepEqual(names, ["state.json.lock"]);
    const [{ message, fields } = assert.fail()] = log.entries.slice(-1);
    assert.match(message, /values of labels that are hidden now: counters begin at 0/);
    assert.deepEqual(fields.labels, ["title"]);
    await file.close(() => [played(1)]);
    const less = await open(["title"]);
    assert.ok(less.savedById(SERVER.id), "labels that are no longer hidden do not matter");
    await less.close(() => []);
  });
});

Deno.test("saveRegularly saves every eight seconds, but only if something was counted", async () => {
  await withStateFile(async ({ open, clock }) => {
    const file = await open();
    const end = new AbortController();
    let states = [played(1)];
    const startMs = clock.now();
    const saving = file.saveRegularly(() => states, end.signal);
    /** Waits until a save that has begun is on disk; fails if it would need another one. */
    const settle = () => file.save(() => assert.fail("nothing was saved within the last second"));
    await clock.advance(8_000);
    assert.equal(await settle(), states);
    assert.equal(file.savedAtMs, startMs + 8_000);
    await clock.advance(60_000);
    assert.equal(file.savedAtMs, startMs + 8_000, "nothing was counted");
    states = [played(2)];
    await clock.advance(3_999);
    assert.equal(file.savedAtMs, startMs + 8_000, "the next save is due after 72 s");
    await clock.advance(1);
    assert.equal(await settle(), states);
    assert.equal(file.savedAtMs, startMs + 72_000);
    end.abort();
    await saving;
    await file.close(() => states);
  });
});
