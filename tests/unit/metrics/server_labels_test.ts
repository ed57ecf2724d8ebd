import assert from "node:assert/strict";
import { createServerLabels, serverLabels } from "../../../src/metrics/server_labels.ts";
import { after, SERVER, START } from "../../testing/core_builders.ts";

const describe = (changed: Partial<typeof SERVER> = {}) =>
  after({ type: "server_described", at: START, server: { ...SERVER, ...changed } });

Deno.test("serverLabels names a server by its address until it has a name that is not empty", () => {
  assert.deepEqual(serverLabels("server", describe({ name: "" })), {
    server: "plex.example:32400",
    server_id: SERVER.id,
  });
  assert.equal(serverLabels("legacy", after())["server"], "plex.example:32400");
  assert.deepEqual(serverLabels("none", after()), {});
});

Deno.test("createServerLabels returns the same object until the server's labels change", () => {
  const withServer = createServerLabels();
  const own = { user: "bob" };
  const labels = withServer("server", describe())(own);
  assert.deepEqual(Object.entries(labels), [
    ["server", "home"],
    ["server_id", SERVER.id],
    ["user", "bob"],
  ]);
  assert.equal(withServer("server", describe())(own), labels);
  assert.equal(withServer("legacy", describe())(own)["server_type"], "plex");
  assert.equal(withServer("server", describe({ name: "attic" }))(own)["server"], "attic");
});
