/** What gives the monitor reason to read, and to give up its socket. */
import assert from "node:assert/strict";
import { find, onRig } from "../testing/harness.ts";

onRig("a silent player that is paused costs no socket", async (rig) => {
  const viewing = rig.play({ heartbeatMs: 3_600_000 });
  await rig.pass(5);
  viewing.pause();
  await rig.pass(200);
  assert.equal([...rig.state.plays.values()][0]?.state, "paused");
  assert.equal(rig.state.apiStats.connections, 1);
});

onRig("a silent socket while something plays is given up after 30 s", async (rig) => {
  rig.play({ heartbeatMs: 3_600_000 });
  await rig.pass(70);
  assert.ok(rig.state.apiStats.connections >= 2, `${rig.state.apiStats.connections}`);
});

onRig("a scan shows while it goes on, and is over when it is", async (rig) => {
  const { world } = rig.plex;
  const [library] = world.libraries;
  assert.ok(library);
  const scanning = async () => {
    const page = await rig.scrape();
    return find(page, "plex_library_scanning", { library_id: library.id })[0]?.[1];
  };
  await rig.pass(60);
  assert.equal(await scanning(), 0);
  world.scan(library.id, { added: [], takesMs: 60_000 });
  await rig.pass(15);
  assert.equal(await scanning(), 1);
  await rig.pass(60);
  assert.equal(await scanning(), 0);
});

onRig("what was added while notifications were lost is counted soon after", async (rig) => {
  const { world, faults } = rig.plex;
  const movies = world.libraries.find(({ type }) => type === "movie");
  assert.ok(movies);
  const count = async () => {
    const labels = { library_id: movies.id };
    return find(await rig.scrape(), "plex_library_media_items", labels)[0]?.[1];
  };
  await rig.pass(70);
  const before = await count() ?? 0;
  faults.set({ kind: "socket closes" });
  await rig.pass(0.1);
  faults.set({ kind: "socket hangs" });
  faults.clear("socket closes");
  await rig.pass(1);
  world.scan(movies.id, { added: world.catalogue.addition(movies), takesMs: 1_000 });
  await rig.pass(20);
  assert.equal(await count(), before);
  faults.clear();
  await rig.pass(100);
  assert.ok((await count() ?? 0) > before);
});
