/** The settings of the server. */
import assert from "node:assert/strict";
import { preferencesDocument } from "../../../../src/simulator/api/preferences.ts";
import { Simulation } from "../../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import { asJson } from "../../../testing/simulator_builders.ts";
import type { AnyJson } from "../../../testing/simulator_client.ts";

Deno.test("settings are typed, and the name is the server's", () => {
  const simulation = new Simulation({ clock: new DrivenClock() });
  simulation.server.rename("cellar");
  const { Setting } = asJson(preferencesDocument(simulation)).MediaContainer;
  for (const { id, type, value } of Setting) {
    const expected = { text: "string", bool: "boolean", int: "number" }[type as string];
    assert.equal(typeof value, expected, id);
  }
  const name = Setting.find(({ id }: AnyJson) => id === "FriendlyName");
  assert.equal(name.value, "cellar");
});
