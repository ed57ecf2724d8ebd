/** What plex.tv calls a machine. */
import assert from "node:assert/strict";
import { deviceOf } from "../../../src/login/device.ts";

Deno.test("a host is the same device at every login, another host is another one", async () => {
  const attic = await deviceOf("attic");
  assert.deepEqual(await deviceOf("attic"), attic);
  assert.match(attic.clientIdentifier, /^prometheus-plex-exporter-[0-9a-f]{32}$/);
  assert.equal(attic.name, "prometheus-plex-exporter (attic)");
  assert.notEqual((await deviceOf("cabin")).clientIdentifier, attic.clientIdentifier);
});

Deno.test("all containers without a host name of their own are one device", async () => {
  const container = await deviceOf("3f2a9c41d0be");
  assert.deepEqual(await deviceOf("00112233aabb"), container);
  assert.equal(container.name, "prometheus-plex-exporter (container)");
  assert.notEqual((await deviceOf("media-server")).clientIdentifier, container.clientIdentifier);
});

Deno.test("a name that a header cannot carry loses those characters", async () => {
  assert.equal((await deviceOf("küche\n")).name, "prometheus-plex-exporter (kche)");
  assert.equal((await deviceOf("台所")).name, "prometheus-plex-exporter");
  new Headers({ name: (await deviceOf("台所\r\nX: y")).name });
});
