import assert from "node:assert/strict";
import { NO_RECORDINGS } from "../../../../src/core/dvr.ts";
import type { ServerEvent } from "../../../../src/core/event.ts";
import { START } from "../../../testing/core_builders.ts";
import { later, pageOf, partOf, up } from "../../../testing/page_states.ts";

function read(tuners: { online: number; offline: number }, more: object = {}): ServerEvent {
  const { recordingTuners = 0, ...counts } = more as Record<string, number>;
  const byStatus = { ...NO_RECORDINGS.byStatus, ...counts };
  const recordings = { ...NO_RECORDINGS, recordingTuners, byStatus };
  return { type: "dvr_read", at: START, dvr: { tuners, recordings } };
}

const shown = (...events: readonly ServerEvent[]) =>
  partOf(pageOf([later(up(), ...events)]), "television");

Deno.test("television is left out without a recorder", () => {
  assert.equal(shown(), "");
  assert.ok(!pageOf([up()]).includes("Television"));
});

Deno.test("television shows recordings by status, and how many tuners are in use", () => {
  assert.equal(
    shown(read({ online: 4, offline: 0 }, { recordingTuners: 2, recording: 2, scheduled: 3 })),
    "Television scheduled 3 recording 2 complete 0 failed 0 tuners 2 of 4 in use",
  );
});

Deno.test("television shows other recordings and tuners that are offline only if there are any", () => {
  assert.match(
    shown(read({ online: 1, offline: 2 }, { other: 1 })),
    /other 1 tuners 0 of 1 in use 2 offline$/,
  );
});

Deno.test("television warns of a failed recording, and if no tuner is idle", () => {
  const page = pageOf([
    later(up(), read({ online: 1, offline: 0 }, { recordingTuners: 1, failed: 1 })),
  ]);
  assert.match(page, /dot warn" aria-hidden="true"><\/span> failed/);
  assert.match(page, /dot warn" aria-hidden="true"><\/span> tuners/);
  const normal = pageOf([later(up(), read({ online: 1, offline: 0 }))]);
  assert.match(normal, /dot idle" aria-hidden="true"><\/span> failed/);
  assert.match(normal, /dot good" aria-hidden="true"><\/span> tuners/);
});
