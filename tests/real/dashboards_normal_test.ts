/**
 * The dashboards and alerts on a real Prometheus that holds what the real exporter said of two
 * simulated servers in three normal days, scraped every minute. `LONG_SPANS` makes it a week,
 * scraped every 15 s.
 */
import { assertSpan } from "../dashboards/assertions/span.ts";

const isLong = Deno.env.get("LONG_SPANS") !== undefined;

Deno.test("the dashboards and alerts tell the truth about normal days", (t) => {
  return assertSpan(t, { name: "normal", days: isLong ? 7 : 3, everyS: isLong ? 15 : 60 });
});
