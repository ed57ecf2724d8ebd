import assert from "node:assert/strict";
import { isUpdateAvailable, type Release } from "../../../src/core/server.ts";
import { after, listed, SERVER, START } from "../../testing/core_builders.ts";

/** Whether an update is available to a server of this version that lists these releases. */
function available(version: string, ...releases: Release[]): boolean | undefined {
  return isUpdateAvailable(after(
    listed(START),
    { type: "server_described", at: START, server: { ...SERVER, version } },
    { type: "releases_listed", at: START, releases },
  ));
}

Deno.test("isUpdateAvailable is undefined until releases have been read", () => {
  assert.equal(isUpdateAvailable(after(listed(START))), undefined);
});

Deno.test("isUpdateAvailable ignores the running version, which Plex keeps listing", () => {
  for (const state of ["available", "notify", "done"]) {
    assert.equal(available("1.43.3", { version: "1.43.3", state }), false, state);
  }
  assert.equal(available("1.43.3"), false);
});

Deno.test("isUpdateAvailable is true for another version, unless it is installed", () => {
  for (const state of ["available", "downloaded", "tonight", "skipped", "error", "notify", ""]) {
    assert.equal(available("1.43.3", { version: "1.44.0", state }), true, state);
  }
  assert.equal(available("1.43.3", { version: "1.44.0", state: "done" }), false);
});

Deno.test("isUpdateAvailable is false after an upgrade, before releases are read again", () => {
  const before = [
    listed(START),
    { type: "server_described", at: START, server: SERVER },
    { type: "releases_listed", at: START, releases: [{ version: "9.9", state: "available" }] },
  ] as const;
  assert.equal(isUpdateAvailable(after(...before)), true);
  const server = { ...SERVER, version: "9.9" };
  assert.equal(
    isUpdateAvailable(after(...before, { type: "server_described", at: START + 1, server })),
    false,
  );
});

Deno.test("isUpdateAvailable is undefined for another server until its releases are read", () => {
  const state = after(
    listed(START),
    { type: "server_described", at: START, server: SERVER },
    { type: "releases_listed", at: START, releases: [{ version: "9.9", state: "available" }] },
    { type: "server_described", at: START + 1, server: { ...SERVER, id: "another" } },
  );
  assert.equal(isUpdateAvailable(state), undefined);
});
