/** The file of PLEX_CA_FILE. */
import assert from "node:assert/strict";
import { readCaFile } from "../../../src/config/ca_file.ts";
import { certificate, readText } from "../../testing/config.ts";

Deno.test("readCaFile() returns every certificate of the file, one per block", () => {
  const joined = certificate.trimEnd() + certificate.trimEnd();
  const { value } = readCaFile("/ca.pem", () => `comment\n${joined}`);
  assert.deepEqual(value, { path: "/ca.pem", pem: `${certificate.trim()}\n${certificate.trim()}` });
});

Deno.test("readCaFile() reports a file that is unreadable, not PEM, or malformed", () => {
  const problem = (path: string) => readCaFile(path, readText).problems?.join("\n") ?? "";
  assert.match(problem("/run/none"), /^PLEX_CA_FILE: cannot read the file "\/run\/none": No such/);
  assert.match(problem("/run/token"), /^PLEX_CA_FILE names a file without a certificate; .*PEM/);
  assert.match(problem("/run/cut.pem"), /^PLEX_CA_FILE: certificate 2 of the file is malformed$/);
});
