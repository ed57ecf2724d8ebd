/** How often Plex is asked where very many watch. */
import assert from "node:assert/strict";
import { busyMinute } from "../testing/load.ts";

Deno.test("three hundred streams cost at most 60 requests a minute", async () => {
  const { requests } = await busyMinute(300, 5);
  assert.ok(requests <= 60, `${requests} a minute`);
});
