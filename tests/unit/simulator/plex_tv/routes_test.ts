/** Which answer of the simulated plex.tv a request gets. */
import assert from "node:assert/strict";
import { Pins } from "../../../../src/simulator/plex_tv/pins.ts";
import { type PlexTvState, respond } from "../../../../src/simulator/plex_tv/routes.ts";
import { createRandom } from "../../../../src/simulator/random.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import type { AnyJson } from "../../../testing/simulator_client.ts";

const CLIENT = { "x-plex-client-identifier": "device" };

function stateOf(clock: DrivenClock, more: Partial<PlexTvState> = {}): PlexTvState {
  return {
    pins: new Pins(clock, createRandom(1), 60_000),
    accountToken: "account",
    devices: [{ name: "attic", clientIdentifier: "a", connections: [] }],
    nowMs: clock.now(),
    clockOffsetMs: 0,
    keepsExpiredPins: false,
    ...more,
  };
}

Deno.test("a PIN is created and read by the same device, and gone when it has expired", async () => {
  const clock = new DrivenClock();
  const state = stateOf(clock);
  const created = respond(
    { method: "POST", url: "/api/v2/pins?strong=false", headers: CLIENT },
    state,
  );
  const { id }: AnyJson = created.body;
  assert.equal(created.status, 201);
  const read = (more: Partial<PlexTvState> = {}, headers: Record<string, string> = CLIENT) =>
    respond({ method: "GET", url: `/api/v2/pins/${id}`, headers }, { ...state, ...more }).status;
  assert.equal(read(), 200);
  assert.equal(read({}, { "x-plex-client-identifier": "another" }), 404);
  assert.equal(read({}, {}), 400);
  await clock.advance(60_000);
  assert.equal(read(), 404);
  assert.equal(read({ keepsExpiredPins: true }), 200);
});

Deno.test("the devices are for the account's token alone", () => {
  const state = stateOf(new DrivenClock());
  const ask = (token?: string) => {
    const headers = { ...CLIENT, ...(token === undefined ? {} : { "x-plex-token": token }) };
    return respond({ method: "GET", url: "/api/v2/resources?includeHttps=1", headers }, state);
  };
  assert.deepEqual([ask().status, ask("wrong").status, ask("account").status], [401, 401, 200]);
  const [device]: AnyJson = ask("account").body;
  assert.equal(device.name, "attic");
});

Deno.test("any other path or method is not found", () => {
  const state = stateOf(new DrivenClock());
  for (
    const [method, url] of [["GET", "/"], ["GET", "/api/v2/pins"], ["POST", "/api/v2/resources"]]
  ) assert.equal(respond({ method, url, headers: CLIENT }, state).status, 404, `${method} ${url}`);
});
