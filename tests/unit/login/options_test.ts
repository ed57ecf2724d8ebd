/** The options of `login`. */
import assert from "node:assert/strict";
import { readOptions } from "../../../src/login/options.ts";

Deno.test("login has --write and --force, and needs neither", () => {
  assert.deepEqual(readOptions([]).value, { file: undefined, force: false });
  assert.deepEqual(readOptions(["--write", ".env"]).value, { file: ".env", force: false });
  assert.deepEqual(readOptions(["--force", "--write=a b"]).value, { file: "a b", force: true });
});

Deno.test("invalid options are problems that name the option", () => {
  for (
    const [args, problem] of [
      [["--write"], /--write/],
      [["--write="], /--write needs the name of a file, such as \.env/],
      [["--force"], /--force is for --write/],
      [["--token", "x"], /--token/],
      [["file"], /file/],
    ] as const
  ) {
    const { problems, value } = readOptions(args);
    assert.equal(value, undefined);
    assert.match(problems?.join() ?? "", problem);
  }
});
