/** Jobs in the background (docs/plex/notifications.md). */
import assert from "node:assert/strict";
import { Activities } from "../../../src/simulator/activities.ts";
import type { Notification } from "../../../src/simulator/notification.ts";
import { openContext } from "../../testing/simulator_builders.ts";

const JOB = { type: "media.generate.intros", title: "Detecting intros", libraryId: "2" };

function stepsOf(announced: readonly Notification[]): (string | number)[][] {
  return announced.map((notification) =>
    notification.kind === "activity"
      ? [notification.event, notification.activity.percent]
      : [notification.kind]
  );
}

Deno.test("a job is listed from its start to its end, and announced with its progress", async () => {
  const context = openContext();
  const activities = new Activities(context);
  let finished = 0;
  activities.run({ ...JOB, takesMs: 4_000 }, () => finished += 1);
  const [running] = activities.running;
  assert.match(running?.uuid ?? "", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.deepEqual([running?.type, running?.libraryId, running?.subtitle], [
    JOB.type,
    JOB.libraryId,
    "",
  ]);
  await context.clock.advance(3_999);
  assert.deepEqual([activities.running[0]?.percent, finished], [75, 0]);
  await context.clock.advance(1);
  assert.deepEqual([activities.running, finished], [[], 1]);
  assert.deepEqual(stepsOf(context.announced), [
    ["started", 0],
    ["updated", 25],
    ["updated", 50],
    ["updated", 75],
    ["ended", 100],
  ]);
});

Deno.test("a job that is cleared never ends, and later jobs are not affected", async () => {
  const context = openContext();
  const activities = new Activities(context);
  let finished = 0;
  activities.run({ ...JOB, takesMs: 4_000 }, () => finished += 1);
  await context.clock.advance(2_000);
  activities.clear();
  assert.deepEqual(activities.running, []);
  activities.run({ ...JOB, title: "Another", takesMs: 4_000 });
  await context.clock.advance(3_000);
  assert.deepEqual(activities.running.map(({ title }) => title), ["Another"]);
  assert.equal(finished, 0);
  assert.ok(!stepsOf(context.announced).some(([event]) => event === "ended"));
});
