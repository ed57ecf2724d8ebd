/**
 * The dashboards and alerts on a real Prometheus that holds what the real exporter said of two
 * simulated households in three normal days, scraped every minute. `LONG_SPANS` makes it a week,
 * scraped every 15 s.
 */
import { proveSpan } from "../dashboards/proofs/span.ts";

const isLong = Deno.env.get("LONG_SPANS") !== undefined;

Deno.test("the dashboards and alerts tell the truth about normal days", (t) => {
  return proveSpan(t, { name: "normal", days: isLong ? 7 : 3, everyS: isLong ? 15 : 60 });
});
