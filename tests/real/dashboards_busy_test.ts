/**
 * The dashboards and alerts on a real Prometheus that holds what the real exporter said of two
 * simulated households in two busy days, scraped every 15 s. `LONG_SPANS` makes it a week.
 */
import { proveSpan } from "../dashboards/proofs/span.ts";

const days = Deno.env.get("LONG_SPANS") === undefined ? 2 : 7;

Deno.test("the dashboards and alerts tell the truth about busy days", (t) => {
  return proveSpan(t, { name: "busy", days, everyS: 15 });
});
