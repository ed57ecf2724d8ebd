/** The PINs of the simulated plex.tv. */
import assert from "node:assert/strict";
import { Pins } from "../../../../src/simulator/plex_tv/pins.ts";
import { createRandom } from "../../../../src/simulator/random.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";

Deno.test("a PIN has a code of four characters and is its device's own", () => {
  const pins = new Pins(new DrivenClock(), createRandom(1), 60_000);
  const pin = pins.create("device");
  assert.match(pin.code, /^[A-Z2-9]{4}$/);
  assert.equal(pins.find(pin.id, "device"), pin);
  assert.equal(pins.find(pin.id, "another"), undefined);
  assert.notEqual(pins.create("device").code, pin.code);
});

Deno.test("a code is entered once it is known and until it expires, in letters of either case", async () => {
  const clock = new DrivenClock();
  const pins = new Pins(clock, createRandom(1), 60_000);
  const [first, second] = [pins.create("a"), pins.create("b")];
  assert.throws(() => pins.claim("0000", "token"), /No PIN has the code 0000/);
  pins.claim(first.code.toLowerCase(), "token");
  assert.deepEqual([first.authToken, second.authToken], ["token", undefined]);
  await clock.advance(59_999);
  assert.equal(pins.isExpired(second), false);
  await clock.advance(1);
  assert.equal(pins.isExpired(second), true);
  assert.throws(() => pins.claim(second.code, "token"));
});
