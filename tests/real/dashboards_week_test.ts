/**
 * The dashboards and alerts on a real Prometheus that holds what the real exporter said of two
 * simulated households in a normal week, scraped every minute. `LONG_SPANS` scrapes every 15 s.
 */
import { proveSpan } from "../dashboards/proofs/span.ts";

const everyS = Deno.env.get("LONG_SPANS") === undefined ? 60 : 15;

Deno.test("the dashboards and alerts tell the truth about a normal week", (t) => {
  return proveSpan(t, { name: "normal", days: 7, everyS });
});
