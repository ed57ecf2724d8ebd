import assert from "node:assert/strict";
import {
  discardFile,
  lockFile,
  readFile,
  replaceFile,
  setFileAside,
} from "../../../src/state_file/disk.ts";

/** Runs `test` with the path of a file that does not exist, in a folder of its own. */
async function withPath(test: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/state.json`, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("replaceFile writes a file that only its owner may read, and leaves nothing beside it", async () => {
  await withPath(async (path, folder) => {
    await replaceFile(path, "old");
    await replaceFile(path, "new");
    assert.equal(readFile(path), "new");
    assert.deepEqual(names(folder), ["state.json"]);
    if (Deno.build.os !== "windows") {
      assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    }
  });
});

Deno.test("replaceFile that fails leaves the old file as it was, and nothing beside it", async () => {
  await withPath(async (path, folder) => {
    await Deno.mkdir(path);
    await Deno.writeTextFile(`${path}/inside`, "");
    await assert.rejects(replaceFile(path, "new"));
    assert.deepEqual(names(folder), ["state.json"]);
    assert.deepEqual(names(path), ["inside"]);
  });
});

Deno.test("readFile reads nothing where there is no file, and throws where it cannot read", async () => {
  await withPath(async (path) => {
    assert.equal(readFile(path), undefined);
    await Deno.mkdir(path);
    assert.throws(() => readFile(path));
  });
});

Deno.test("lockFile locks a file for one at a time, until it is closed", async () => {
  await withPath((path) => {
    const first = lockFile(path);
    assert.ok(first);
    assert.equal(lockFile(path), undefined);
    first.close();
    const second = lockFile(path);
    assert.ok(second);
    second.close();
    return Promise.resolve();
  });
});

Deno.test("discardFile removes a file, and is content if there is none", async () => {
  await withPath(async (path, folder) => {
    await Deno.writeTextFile(path, "old");
    assert.equal(await discardFile(path), true);
    assert.deepEqual(names(folder), []);
    assert.equal(await discardFile(path), true);
  });
});

Deno.test("setFileAside renames a file that cannot be used, and says so if it cannot", async () => {
  await withPath(async (path, folder) => {
    assert.equal(setFileAside(path), undefined);
    await Deno.writeTextFile(path, "damaged");
    assert.equal(setFileAside(path), `${path}.unusable`);
    assert.deepEqual(names(folder), ["state.json.unusable"]);
  });
});
