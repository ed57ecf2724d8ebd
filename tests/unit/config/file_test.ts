/** Files that settings name. */
import assert from "node:assert/strict";
import { readFile } from "../../../src/config/file.ts";
import { readText, token } from "../../testing/config.ts";

Deno.test("readFile() returns the text of the file", () => {
  assert.deepEqual(readFile("PLEX_TOKEN_FILE", "/run/token", readText), { value: `${token}\n` });
});

Deno.test("readFile() names the setting, the file and the reason, and repeats no token", () => {
  const problem = (path: string) =>
    readFile("PLEX_CA_FILE", path, (path) => Deno.readTextFileSync(path)).problems?.join() ?? "";
  assert.match(
    problem("/none/ca.pem"),
    /^PLEX_CA_FILE: cannot read the file "\/none\/ca\.pem": No such file or directory/,
  );
  assert.doesNotMatch(problem(`/none/${token}`), /aBcDe/);
});
