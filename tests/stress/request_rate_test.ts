/** The rate of requests to Plex with 300 streams. */
import assert from "node:assert/strict";
import { measureMinute } from "../testing/request_load.ts";

Deno.test("three hundred streams cause at most 60 requests a minute", async () => {
  const { requests } = await measureMinute(300, 5);
  assert.ok(requests <= 60, `${requests} a minute`);
});
