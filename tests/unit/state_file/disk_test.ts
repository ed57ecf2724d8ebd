import assert from "node:assert/strict";
import {
  discardFile,
  folderOf,
  isAbsent,
  isFolder,
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
    assert.equal(await readFile(path), "new");
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
    assert.equal(await readFile(path), undefined);
    await Deno.mkdir(path);
    await assert.rejects(readFile(path));
  });
});

Deno.test("lockFile locks a file for one at a time, until it is closed", async () => {
  await withPath(async (path) => {
    const first = await lockFile(path);
    assert.ok(first);
    assert.equal(await lockFile(path), undefined);
    first.close();
    const second = await lockFile(path);
    assert.ok(second);
    second.close();
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
    assert.equal(await setFileAside(path), undefined);
    await Deno.writeTextFile(path, "damaged");
    assert.equal(await setFileAside(path), `${path}.unusable`);
    assert.deepEqual(names(folder), ["state.json.unusable"]);
  });
});

Deno.test("replaceFile writes neither into a file that a killed process left nor through a link", async () => {
  await withPath(async (path, folder) => {
    await Deno.writeTextFile(`${folder}/elsewhere`, "of someone else");
    await Deno.symlink(`${folder}/elsewhere`, `${path}.new`);
    await replaceFile(path, "new");
    assert.equal(await readFile(`${folder}/elsewhere`), "of someone else");
    assert.equal((await Deno.lstat(path)).isSymlink, false);
    await Deno.writeTextFile(`${path}.new`, "half of a sta", { mode: 0o644 });
    await replaceFile(path, "newer");
    assert.equal(await readFile(path), "newer");
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    assert.deepEqual(names(folder), ["elsewhere", "state.json"]);
  });
});

Deno.test("isAbsent is true without a file, of an empty one and of a folder", async () => {
  await withPath(async (path) => {
    assert.equal(await isAbsent(path), true);
    await Deno.writeTextFile(path, "");
    assert.equal(await isAbsent(path), true);
    await Deno.writeTextFile(path, "{}");
    assert.equal(await isAbsent(path), false);
    assert.equal(await isAbsent(`${path}/below`), false, "nothing is known of it");
    await Deno.remove(path);
    await Deno.mkdir(path);
    assert.equal(await isAbsent(path), true);
  });
});

Deno.test("folders of the operator's are neither removed nor renamed", async () => {
  await withPath(async (path, folder) => {
    await Deno.mkdir(path);
    assert.equal(await discardFile(path), true);
    assert.equal(await setFileAside(path), undefined);
    assert.deepEqual(names(folder), ["state.json"]);
  });
});

Deno.test("folderOf is the folder of a path, the working directory of a name", () => {
  assert.equal(folderOf("/var/lib/exporter/state.json"), "/var/lib/exporter/");
  assert.equal(folderOf("/state.json"), "/");
  assert.equal(folderOf("state.json"), ".");
});

Deno.test("isFolder is true of a folder alone", async () => {
  await withPath(async (path, folder) => {
    assert.equal(await isFolder(folder), true);
    assert.equal(await isFolder(path), false);
    await Deno.writeTextFile(path, "");
    assert.equal(await isFolder(path), false);
  });
});
