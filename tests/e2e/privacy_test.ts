/** What the operator hides is nowhere: not on the metrics, not on the page, not in the log. */
import assert from "node:assert/strict";
import { animate } from "../../src/demo/household.ts";
import { find, onRig, type Rig, sum } from "./rig.ts";

/** Everything that the exporter shows. */
async function everything(rig: Rig): Promise<string> {
  const page = await (await fetch(rig.app.url)).text();
  return [await rig.text(), page, ...rig.lines].join("\n");
}

onRig("HIDE_LABELS hides users, players, devices, titles, channels and libraries", async (rig) => {
  const { world } = rig.plex;
  const household = animate(world, { clock: rig.clock, seed: 5 });
  await rig.pass(120);
  const [library] = world.libraries;
  assert.ok(library);
  world.removeLibrary(library.id);
  await rig.pass(120);
  household.stop();
  const shown = await everything(rig);
  const hidden = [
    ...world.users.map(({ name }) => name),
    ...world.players.flatMap(({ title, device }) => [title, device ?? ""]),
    ...world.plays.map(({ title }) => title),
    library.title,
    ...world.libraries.map(({ title }) => title),
  ].filter((name) => name.length > 4);
  assert.ok(hidden.length > 20);
  // A word of the product or of a heading is no name that leaked.
  const allowed = shown.includes("Photos</h") ? ["Photos", "Music"] : ["Music", "Photos", "Series"];
  for (const name of new Set(hidden)) {
    if (allowed.includes(name) || /^(Chrome|Firefox|iPhone|Tablet|Linux|Windows)$/.test(name)) {
      continue;
    }
    const quoted = name.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
    assert.ok(!shown.includes(`"${quoted}"`), `${name} is a label value`);
    assert.ok(!shown.includes(`>${name}<`), `${name} is on the page`);
  }
  assert.ok(find(await rig.scrape(), "plex_sessions").length === 18);
}, {
  settings: { HIDE_LABELS: "user, player, device, title, channel, library" },
});

onRig("HIDE_LABELS: samples that coincide are summed, and plays stay apart", async (rig) => {
  rig.play({ who: 0 });
  rig.play({ who: 1 });
  await rig.pass(30);
  await rig.scrape();
  const page = await rig.scrape();
  assert.equal(sum(page, "plex_plays_total", { user: "hidden" }), 2);
  assert.equal(find(page, "plays_total", { user: "hidden" }).length, 2);
  assert.equal(new Set(find(page, "plex_plays_total").map(([series]) => series)).size, 2);
}, { settings: { HIDE_LABELS: "user" } });

onRig(
  "COMPATIBLE_METRICS=false leaves out the compatible families and nothing else",
  async (rig) => {
    rig.play();
    await rig.pass(20);
    await rig.scrape();
    const page = await rig.scrape();
    assert.equal(find(page, "plays_total").length, 0);
    assert.equal(find(page, "server_info").length, 0);
    assert.equal(find(page, "plex_library_items").length, 0);
    assert.equal(sum(page, "plex_plays_total"), 1);
  },
  { settings: { COMPATIBLE_METRICS: "false" } },
);
