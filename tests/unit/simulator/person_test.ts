/** One simulated user. */
import assert from "node:assert/strict";
import { Person } from "../../../src/simulator/person.ts";
import { createRandom } from "../../../src/simulator/random.ts";
import { Simulation, type SimulationOptions } from "../../../src/simulator/simulation.ts";
import { Timers } from "../../../src/simulator/timers.ts";
import type { Preference, ViewerProfile } from "../../../src/simulator/viewer_profiles.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

const PROFILE: ViewerProfile = {
  user: 1,
  player: 2,
  preference: "films",
  method: "direct stream",
  location: "wan",
};

function open(
  profile: Partial<ViewerProfile> = {},
  options: Partial<SimulationOptions> = {},
  watchMs: readonly [number, number] = [60_000, 120_000],
) {
  const clock = new DrivenClock();
  const simulation = new Simulation({ clock, ...options });
  const timers = new Timers(clock);
  const person = new Person(
    simulation,
    timers,
    createRandom(1),
    { ...PROFILE, ...profile },
    watchMs,
  );
  const close = () => {
    timers.close();
    simulation.close();
  };
  return { clock, simulation, person, close };
}

Deno.test("a person plays what is preferred, on the own player and as the profile says", () => {
  const types: readonly (readonly [Preference, string])[] = [
    ["films", "movie"],
    ["series", "episode"],
    ["music", "track"],
    ["photos", "photo"],
    ["television", "episode"],
  ];
  for (const [preference, type] of types) {
    const { simulation, person, close } = open({ preference });
    person.watch(true);
    const session = person.viewer?.session;
    assert.equal(session?.item.type, type, preference);
    assert.equal(session?.item.live !== undefined, preference === "television");
    assert.deepEqual([session?.user, session?.player], [
      simulation.users[1],
      simulation.players[2],
    ]);
    assert.deepEqual([session?.stream.method, session?.location], ["direct stream", "wan"]);
    close();
  }
});

Deno.test("a person with nothing to watch looks again every ten seconds", async () => {
  const { clock, simulation, person, close } = open({}, { libraries: [] });
  person.watch(false);
  await clock.advance(25_000);
  assert.equal(person.viewer, undefined);
  simulation.libraries.add({ title: "Films", type: "movie" });
  await clock.advance(10_000);
  assert.ok(person.viewer);
  close();
});

Deno.test("the next item is never the one before, and television stays on its tuner", () => {
  for (const preference of ["photos", "television"] as const) {
    const { person, close } = open({ preference });
    person.watch(true);
    const { viewer } = person;
    const before = viewer?.session?.item;
    let last = before;
    for (let nth = 0; viewer && nth < 40; nth += 1) {
      person.playNext(viewer, "same key");
      const item = viewer.session?.item;
      assert.notEqual(item, last);
      last = item;
    }
    assert.equal(last?.live?.path, before?.live?.path);
    close();
  }
});

Deno.test("frames of what a person watches live have its rating key on newer servers only", () => {
  for (const isNewer of [true, false]) {
    const { simulation, person, close } = open({ preference: "television" });
    simulation.server.hasEphemeralMetadata = isNewer;
    person.watch(true);
    const { viewer } = person;
    assert.ok(viewer);
    const isNamed = Array.from({ length: 4 }, () => {
      person.playNext(viewer);
      const item = viewer.session?.item;
      return item?.live?.frameRatingKey === item?.ratingKey;
    });
    assert.deepEqual(isNamed, isNewer ? [true, true, true, true] : [true, false, true, false]);
    close();
  }
});

Deno.test("a person leaves when the time is over, and watches something else within half a minute", async () => {
  const { clock, simulation, person, close } = open({}, {}, [5_000, 5_000]);
  person.watch(true);
  const first = person.viewer;
  await clock.advance(5_000);
  assert.equal(person.viewer, undefined);
  await clock.advance(30_000);
  assert.ok(simulation.plays.length > 1 && person.viewer !== first);
  close();
});
