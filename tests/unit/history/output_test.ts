/** Where the history is written to. */
import assert from "node:assert/strict";
import { openOutput } from "../../../src/history/output.ts";
import { runProcess, withFolder } from "../../testing/program.ts";

const LINE = "plex_views_total 1 1700000000\n";

Deno.test("what is written is in the file when it is closed, and its length is known", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/plex.om`;
    const output = openOutput(path, new AbortController().signal);
    for (let line = 0; line < 5_000; line += 1) await output.write(LINE);
    await output.close();
    assert.equal(await Deno.readTextFile(path), LINE.repeat(5_000));
    assert.equal(output.bytes, LINE.length * 5_000);
  });
});

Deno.test("a file that is abandoned is empty", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/plex.om`;
    const output = openOutput(path, new AbortController().signal);
    for (let line = 0; line < 5_000; line += 1) await output.write(LINE);
    assert.ok((await Deno.stat(path)).size > 0);
    await output.abandon();
    assert.equal((await Deno.stat(path)).size, 0);
  });
});

Deno.test("after the signal nothing more is written", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/plex.om`;
    const end = new AbortController();
    const output = openOutput(path, end.signal);
    end.abort();
    for (let line = 0; line < 5_000; line += 1) await output.write(LINE);
    assert.equal((await Deno.stat(path)).size, 0);
    await output.abandon();
  });
});

Deno.test("the signal ends a write to a pipe that nobody reads", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/pipe`;
    assert.equal((await runProcess("mkfifo", [path])).code, 0);
    const opened = Deno.open(path, { read: true });
    const end = new AbortController();
    const output = openOutput(path, end.signal);
    const text = LINE.repeat(50_000);
    let isWritten = false;
    const written = output.write(text).then(() => isWritten = true);
    using reader = await opened;
    // It has begun, and the pipe does not hold it all.
    await reader.read(new Uint8Array(LINE.length));
    assert.equal(isWritten, false);
    end.abort();
    await written;
    const abandoned = output.abandon();
    let left = text.length - LINE.length;
    const buffer = new Uint8Array(1 << 16);
    while (left > 0) left -= await reader.read(buffer) ?? left;
    await abandoned;
  });
});
