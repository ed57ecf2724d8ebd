/**
 * The dashboards and alerts on a real Prometheus with the exporter's metrics of two simulated
 * servers over two busy days, scraped every 30 s. `LONG_SPANS` makes it a week, scraped every 15 s.
 */
import { assertSpan } from "../dashboards/assertions/span.ts";

const isLong = Deno.env.get("LONG_SPANS") !== undefined;

Deno.test("dashboards and alerts agree with the simulation over busy days", (t) => {
  return assertSpan(t, { name: "busy", days: isLong ? 7 : 2, everyS: isLong ? 15 : 30 });
});
