/**
 * The dashboards and alerts on a real Prometheus with the exporter's metrics of two simulated
 * servers over three normal days, scraped every minute. `LONG_SPANS` makes it a week, scraped every
 * 15 s.
 */
import { assertSpan } from "../dashboards/assertions/span.ts";

const isLong = Deno.env.get("LONG_SPANS") !== undefined;

Deno.test("dashboards and alerts agree with the simulation over normal days", (t) => {
  return assertSpan(t, { name: "normal", days: isLong ? 7 : 3, everyS: isLong ? 15 : 60 });
});
