import assert from "node:assert/strict";
import { recordingLog } from "../../../src/log/mod.ts";
import { openStateFile, type StateFile } from "../../../src/state_file/mod.ts";
import { StateFileError } from "../../../src/state_file/schema.ts";
import { reduce } from "../../../src/core/reduce.ts";
import type { ServerState } from "../../../src/core/state.ts";
import { after, listed, SERVER, session, START } from "../../testing/core_builders.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

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

const ADDRESS = after().address;

Deno.test("a state file gives the next process what was saved, by identifier and by address", async () => {
  await withStateFile(async ({ open }) => {
    const state = played(3);
    await (await open()).close(() => [state]);
    const next = await open();
    const saved = next.saved(SERVER.id);
    assert.deepEqual(saved?.plays.map(({ startedAt }) => startedAt), [START]);
    assert.equal(next.savedAt(ADDRESS), saved);
    assert.equal(next.savedAt("elsewhere"), undefined);
    assert.equal(next.saved("another"), undefined);
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
