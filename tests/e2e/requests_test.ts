/** Random events, and after each of them the page that a running exporter answers with. */
import fc from "fast-check";
import { readPage } from "../testing/exposition.ts";
import { ActionRunner, anyAction } from "../testing/actions.ts";
import { withHarness } from "../testing/harness.ts";
import { TruthHistory } from "../testing/truth_history.ts";

/** Longest until a change is known: the least time between two lists, and what Plex itself takes. */
const SETTLE_S = 2.2;

Deno.test("the metrics are true after random events, also over the network", async () => {
  // Restarts take their time on the wire, and have tests of their own.
  const quick = anyAction.filter(({ kind }) => kind !== "restart" && kind !== "upgrade");
  await fc.assert(
    fc.asyncProperty(
      fc.array(quick, { minLength: 40, maxLength: 40 }),
      (actions) =>
        withHarness(async (harness) => {
          const memory = new TruthHistory(harness.plex.simulation);
          const actor = new ActionRunner(harness.plex);
          await harness.pass(5);
          for (const action of actions) {
            actor.do(action);
            await harness.pass(SETTLE_S);
            memory.assertPage(readPage(await harness.text()).values(), JSON.stringify(action));
          }
          memory.close();
        }),
    ),
    { numRuns: 1, endOnFailure: true },
  );
});
