/** Random events, and after each of them the page that a running exporter answers with. */
import fc from "fast-check";
import { readPage } from "../testing/exposition.ts";
import { Actor, anyDeed } from "../testing/viewer_actions.ts";
import { withRig } from "../testing/harness.ts";
import { Memory } from "../testing/truth.ts";

/** Longest until a change is known: the least time between two lists, and what Plex itself takes. */
const SETTLE_S = 2.2;

Deno.test("over the wire, too, the metrics say after random events what is true", async () => {
  // Restarts take their time on the wire, and have tests of their own.
  const quick = anyDeed.filter(({ kind }) => kind !== "restart" && kind !== "upgrade");
  await fc.assert(
    fc.asyncProperty(
      fc.array(quick, { minLength: 40, maxLength: 40 }),
      (deeds) =>
        withRig(async (rig) => {
          const memory = new Memory(rig.plex.world);
          const actor = new Actor(rig.plex);
          await rig.pass(5);
          for (const deed of deeds) {
            actor.do(deed);
            await rig.pass(SETTLE_S);
            memory.judge(readPage(await rig.text()).values(), JSON.stringify(deed));
          }
          memory.close();
        }),
    ),
    { numRuns: 1, endOnFailure: true },
  );
});
