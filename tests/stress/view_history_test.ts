/** A history of 200,000 views: the cost to read it, and that no view is lost. */
import assert from "node:assert/strict";
import { seriesOf } from "../../src/core/counter_vec.ts";
import { monitorSimulation } from "../testing/in_memory_monitor.ts";

Deno.test("a history of 200,000 views is read in five minutes by at most 500 requests", async () => {
  const monitored = await monitorSimulation({ pastViews: { count: 200_000 } });
  try {
    await monitored.pass(300);
    const { apiStats, viewHistory } = monitored.state;
    assert.ok(viewHistory);
    const views = seriesOf(viewHistory.views).reduce((sum, { value }) => sum + value, 0);
    assert.equal(views, 200_000);
    const requests = seriesOf(apiStats.requests)
      .filter(({ key: { endpoint } }) => endpoint === "/status/sessions/history/all")
      .reduce((sum, { value }) => sum + value, 0);
    assert.ok(requests <= 500, `${requests} requests`);
  } finally {
    await monitored.close();
  }
});
