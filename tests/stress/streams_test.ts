/** How often Plex is asked where very many watch. */
import assert from "node:assert/strict";
import { measureMinute } from "../testing/request_load.ts";

Deno.test("three hundred streams cost at most 60 requests a minute", async () => {
  const { requests } = await measureMinute(300, 5);
  assert.ok(requests <= 60, `${requests} a minute`);
});
