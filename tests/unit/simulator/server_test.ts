/** The attributes of a simulated server. */
import assert from "node:assert/strict";
import type { Notification } from "../../../src/simulator/notification.ts";
import { Server } from "../../../src/simulator/server.ts";

Deno.test("what the owner changes is announced, as Plex does", () => {
  const announced: Notification[] = [];
  const options = { name: "attic", plexPass: true, machineIdentifier: "a".repeat(40) };
  const server = new Server(options, (notification) => void announced.push(notification));
  server.version = "1.44.0.1-a";
  assert.deepEqual(announced, []);
  server.rename("cellar");
  server.setReachable(false);
  assert.deepEqual([server.friendlyName, server.mappingState], ["cellar", "failed"]);
  server.setReachable(true);
  assert.equal(server.mappingState, "mapped");
  server.offerUpdate("1.45.0.1-b");
  assert.deepEqual(server.update, { version: "1.45.0.1-b", state: "available" });
  server.offerUpdate("1.45.0.1-b", "done");
  assert.deepEqual(announced, [
    { kind: "preference", id: "FriendlyName", value: "cellar" },
    { kind: "reachability", reachable: false },
    { kind: "reachability", reachable: true },
    { kind: "update", version: "1.45.0.1-b", state: "available" },
    { kind: "update", version: "1.45.0.1-b", state: "done" },
  ]);
});
