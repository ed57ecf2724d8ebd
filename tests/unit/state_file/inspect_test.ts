import assert from "node:assert/strict";
import { inspectStateFile } from "../../../src/state_file/inspect.ts";
import { NO_STATE, withServers } from "../../../src/state_file/saved_state.ts";
import { formatState } from "../../../src/state_file/schema.ts";
import { after, SERVER, START } from "../../testing/core_builders.ts";

Deno.test("inspectStateFile reports what an exporter would begin with, and changes nothing", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/state.json`;
  const inspectText = async (text: string) => {
    await Deno.writeTextFile(path, text);
    return await inspectStateFile(path);
  };
  try {
    assert.deepEqual(await inspectStateFile(path), { good: true, sentence: "there is none yet" });
    assert.deepEqual(await inspectStateFile(`${folder}/missing/state.json`), {
      good: false,
      sentence: `there is no folder "${folder}/missing/"`,
    });
    assert.deepEqual(await inspectStateFile(folder), {
      good: false,
      sentence: `"${folder}" is a folder; name a file in it`,
    });
    const server = after({ type: "server_described", at: START, server: SERVER });
    assert.deepEqual(await inspectText(formatState(withServers(NO_STATE, [server]))), {
      good: true,
      sentence: "counters of 1 server(s)",
    });
    assert.deepEqual(await inspectText("{"), {
      good: false,
      sentence: "counters would begin at 0: It is not JSON, or was cut off",
    });
    assert.equal(await Deno.readTextFile(path), "{");
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["state.json"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
