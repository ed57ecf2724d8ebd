/** Whether Plex answers its owner. */
import assert from "node:assert/strict";
import { checkOwnerAccess } from "../../../src/plex/owner_access.ts";

Deno.test("checkOwnerAccess returns nothing where Plex lists its sessions", async () => {
  const sessions = () => Promise.resolve({ ok: true, at: 0, value: [] } as const);
  assert.equal(await checkOwnerAccess({ sessions }), undefined);
});

Deno.test("checkOwnerAccess returns why Plex does not list its sessions, without the request", async () => {
  const error = { failure: "unauthorized", detail: "Plex answered 401" } as const;
  const sessions = () => Promise.resolve({ ok: false, at: 0, status: 401, ...error } as const);
  assert.deepEqual(await checkOwnerAccess({ sessions }), error);
});
