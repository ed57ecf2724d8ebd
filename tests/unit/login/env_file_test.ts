/** The file that `login --write` leaves. */
import assert from "node:assert/strict";
import { beginEnvFile, WriteError } from "../../../src/login/env_file.ts";
import { withFolder } from "../../testing/program.ts";

const TEXT = "PLEX_SERVER=http://192.168.1.10:32400\nPLEX_TOKEN=abc\n";

function begin(path: string, force = false) {
  return beginEnvFile(path, { force, unique: "0001" });
}

/** The names in a folder. */
function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** Asserts that it ends with a message for users. */
function assertRefused(run: () => unknown, message: RegExp): void {
  assert.throws(run, (error) => error instanceof WriteError && message.test(error.message));
}

Deno.test("the file appears as a whole, for its owner only, and nothing else is left", async () => {
  await withFolder(async (folder) => {
    const file = begin(`${folder}/.env`);
    assert.deepEqual(namesIn(folder), [".env.0001.new"]);
    assert.equal(((await Deno.stat(`${folder}/.env.0001.new`)).mode ?? 0) & 0o777, 0o600);
    await file.commit(TEXT);
    assert.deepEqual(namesIn(folder), [".env"]);
    assert.equal(await Deno.readTextFile(`${folder}/.env`), TEXT);
    assert.equal(((await Deno.stat(`${folder}/.env`)).mode ?? 0) & 0o777, 0o600);
    // As the command does, whatever happened.
    file.discard();
    assert.deepEqual(namesIn(folder), [".env"]);
  });
});

Deno.test("a file that is discarded leaves nothing, and an old one as it was", async () => {
  await withFolder(async (folder) => {
    begin(`${folder}/.env`).discard();
    assert.deepEqual(namesIn(folder), []);
    await Deno.writeTextFile(`${folder}/.env`, "old");
    begin(`${folder}/.env`, true).discard();
    assert.deepEqual(namesIn(folder), [".env"]);
    assert.equal(await Deno.readTextFile(`${folder}/.env`), "old");
  });
});

Deno.test("a file that exists is replaced by force only, and then has the mode of a new one", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/.env`;
    await Deno.writeTextFile(path, "old", { mode: 0o644 });
    assertRefused(
      () => begin(path),
      /\.env exists; --force replaces it and everything in it\. To keep .* without --write, /,
    );
    assert.deepEqual(namesIn(folder), [".env"]);
    await begin(path, true).commit(TEXT);
    assert.equal(await Deno.readTextFile(path), TEXT);
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  });
});

Deno.test("a file that appears during the sign-in is not replaced without force", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/.env`;
    const file = begin(path);
    await Deno.writeTextFile(path, "another");
    await assert.rejects(file.commit(TEXT), /\.env exists by now; --force replaces it/);
    assert.equal(await Deno.readTextFile(path), "another");
    assert.deepEqual(namesIn(folder), [".env"]);
  });
});

Deno.test("what cannot be a file is refused before anything is written, with what to do", async () => {
  await withFolder(async (folder) => {
    await Deno.symlink("elsewhere", `${folder}/link`);
    await Deno.mkdir(`${folder}/sub`);
    for (
      const [path, message] of [
        [`${folder}/sub`, /sub is a folder; name a file in it/],
        [`${folder}/sub/`, /sub\/ is a folder; name a file in it/],
        [`${folder}/none/.env`, /none\/\.env: its folder does not exist/],
        // The file system there does not allow files to be created, even by root.
        [
          "/sys/plex.env",
          /\/sys\/plex\.env: no permission to write there\. Name a file in a folder/,
        ],
        [`${folder}/link`, /link is a link or a device and is not replaced/],
        ["/dev/null", /\/dev\/null is a link or a device and is not replaced/],
      ] as const
    ) {
      for (const force of [false, true]) assertRefused(() => begin(path, force), message);
    }
    assert.deepEqual(namesIn(folder), ["link", "sub"]);
  });
});

Deno.test("a folder that vanishes during the sign-in is an error, and its name is in it", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/sub`);
    const file = begin(`${folder}/sub/.env`);
    await Deno.remove(`${folder}/sub`, { recursive: true });
    await assert.rejects(
      file.commit(TEXT),
      (error) =>
        error instanceof WriteError &&
        /sub\/\.env: its folder does not exist/.test(error.message),
    );
  });
});

Deno.test("a file that could not be written is removed once, and not what is there afterwards", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/.env`;
    const file = begin(path);
    // What is to be renamed is gone, so that only the reserved name is left.
    await Deno.remove(`${path}.0001.new`);
    await assert.rejects(file.commit(TEXT), WriteError);
    assert.deepEqual(namesIn(folder), []);
    await Deno.writeTextFile(path, "another");
    file.discard();
    assert.deepEqual(namesIn(folder), [".env"]);
  });
});
