/** Samples of the load (docs/plex/api.md#host-load). */
import assert from "node:assert/strict";
import { createRandom } from "../../../src/simulator/random.ts";
import { type Load, Resources } from "../../../src/simulator/resources.ts";

const IDLE: Load = { sessions: 0, softwareTranscodes: 0, otherTranscodes: 0, activities: 0 };

/** The processor time that this load takes, in percent. */
function cpuOf(load: Partial<Load>): number {
  const resources = new Resources(createRandom(1));
  resources.sample(1_000, { ...IDLE, ...load }, 0);
  return resources.samples[0]?.processCpu ?? 0;
}

Deno.test("a sample is shown a second or two late, and 2.5 minutes of them are kept", () => {
  const resources = new Resources(createRandom(1));
  for (let nth = 0; nth < 40; nth += 1) resources.sample(1_000 + 5 * nth, IDLE, 5_000 * nth);
  assert.equal(resources.samples.length, 30);
  assert.deepEqual([resources.samples[0]?.atS, resources.samples.at(-1)?.atS], [1_050, 1_195]);
  const newest = (nowMs: number) => resources.shownAt(nowMs).at(-1)?.atS;
  assert.deepEqual([195_000, 196_199, 196_200].map(newest), [1_190, 1_190, 1_195]);
});

Deno.test("load grows with what causes it, most with a transcode in software", () => {
  const [idle, session, hardware, scan, software] = [
    {},
    { sessions: 8 },
    { otherTranscodes: 2 },
    { activities: 1 },
    { softwareTranscodes: 1 },
  ].map(cpuOf) as [number, number, number, number, number];
  assert.ok(idle < session && session < hardware && hardware < scan && scan < software);
});

Deno.test("percentages are those of the whole machine: the server's are part of the host's", () => {
  const resources = new Resources(createRandom(1));
  for (const softwareTranscodes of [0, 1, 50]) {
    resources.sample(1_000, { ...IDLE, softwareTranscodes }, 0);
  }
  for (const { hostCpu, processCpu, hostMemory, processMemory } of resources.samples) {
    assert.ok(processCpu > 0 && processCpu < hostCpu && hostCpu <= 100, `${processCpu} ${hostCpu}`);
    assert.ok(
      processMemory > 0 && processMemory < hostMemory && hostMemory <= 100,
      `${processMemory} ${hostMemory}`,
    );
  }
});
