/** The rate of requests to Plex with very many streams. */
import assert from "node:assert/strict";
import { measureMinute } from "../testing/request_load.ts";

Deno.test("three hundred streams cost at most 60 requests a minute", async () => {
  const { requests } = await measureMinute(300, 5);
  assert.ok(requests <= 60, `${requests} a minute`);
});
