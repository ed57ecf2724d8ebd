/** Downloads (docs/plex/api.md#downloads). */
import assert from "node:assert/strict";
import { Activities } from "../../../src/simulator/activities.ts";
import { BackgroundJobs } from "../../../src/simulator/background_jobs.ts";
import { download } from "../../../src/simulator/download.ts";
import { FILM, inShort, openContext, USER } from "../../testing/simulator_builders.ts";

Deno.test("a download is an activity of its user and a background transcode, a minute by default", async () => {
  const context = openContext();
  const server = {
    activities: new Activities(context),
    backgroundJobs: new BackgroundJobs(context),
  };
  download(server, { item: FILM, user: USER });
  const [activity] = server.activities.running;
  assert.deepEqual([activity?.type, activity?.userId, activity?.subtitle], [
    "media.download",
    USER.id,
    FILM.title,
  ]);
  assert.deepEqual(server.backgroundJobs.running.map(({ item, key }) => [item, key]), [[FILM, ""]]);
  await context.clock.advance(59_999);
  assert.equal(server.activities.running.length, 1);
  await context.clock.advance(1);
  assert.deepEqual([server.activities.running, server.backgroundJobs.running], [[], []]);
  const announced = new Set(inShort(context.announced));
  for (const word of ["activity started", "activity ended", "transcode start", "transcode end"]) {
    assert.ok(announced.has(word), word);
  }
});

Deno.test("an activity is the owner's unless it says whose it is", () => {
  const activities = new Activities(openContext());
  activities.run({ type: "butler", title: "Housekeeping" });
  assert.deepEqual(activities.running.map(({ userId }) => userId), [1]);
});
