/** Random events: after each, the metrics of a running exporter agree with the simulation. */
import fc from "fast-check";
import { readPage } from "../testing/exposition.ts";
import { ActionRunner, anyAction } from "../testing/actions.ts";
import { withHarness } from "../testing/harness.ts";
import { TruthHistory } from "../testing/truth_history.ts";

/** Maximum delay until a change is known: the minimum time between two lists, and Plex's lag. */
const SETTLE_S = 2.2;

Deno.test("the metrics that an exporter serves agree with the simulation after random events", async () => {
  // Restarts take long over real sockets, and have tests of their own.
  const quick = anyAction.filter(({ kind }) => kind !== "restart" && kind !== "upgrade");
  await fc.assert(
    fc.asyncProperty(
      fc.array(quick, { minLength: 40, maxLength: 40 }),
      (actions) =>
        withHarness(async (harness) => {
          const history = new TruthHistory(harness.plex.simulation);
          const actor = new ActionRunner(harness.plex);
          await harness.pass(5);
          for (const action of actions) {
            actor.do(action);
            await harness.pass(SETTLE_S);
            history.assertPage(readPage(await harness.text()).values(), JSON.stringify(action));
          }
          history.close();
        }),
    ),
    { numRuns: 1, endOnFailure: true },
  );
});
