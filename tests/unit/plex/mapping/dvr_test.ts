import assert from "node:assert/strict";
import { mapRecordings, mapTuners } from "../../../../src/plex/mapping/dvr.ts";
import { parseRecorders, parseSubscriptions } from "../../../../src/plex/dvr_schema.ts";
import { fixture } from "../../../testing/plex_fixture.ts";

function tuners(container: object) {
  const wire = parseRecorders({ MediaContainer: container });
  assert.ok(wire);
  return mapTuners(wire);
}

function recordings(...grabs: readonly object[]) {
  const wire = parseSubscriptions({
    MediaContainer: { MediaSubscription: grabs.map((grab) => ({ MediaGrabOperation: [grab] })) },
  });
  assert.ok(wire);
  return mapRecordings(wire.MediaSubscription);
}

const device = (uuid: string, more: object = {}) => ({ uuid, tuners: "2", ...more });

Deno.test("mapTuners reads the documented form, with numbers for status and state", () => {
  const wire = parseRecorders(fixture("dvrs"));
  assert.deepEqual(wire && mapTuners(wire), { online: 2, offline: 0 });
});

Deno.test("mapTuners is undefined without a recorder, and has no tuners without a device", () => {
  assert.equal(tuners({ size: 0 }), undefined);
  assert.deepEqual(tuners({ Dvr: [{ key: "17" }] }), { online: 0, offline: 0 });
});

Deno.test("mapTuners knows a device that does not answer or is off, by words and by numbers", () => {
  for (
    const off of [
      { status: "dead", state: "enabled" },
      { status: "alive", state: "disabled" },
      { status: "0", state: "1" },
      { status: 1, state: 0 },
    ]
  ) {
    const Device = [device("a"), device("b", { ...off, tuners: 3 })];
    assert.deepEqual(tuners({ Dvr: [{ Device }] }), { online: 2, offline: 3 });
  }
});

Deno.test("mapTuners counts a device of several recorders once, under both spellings of the list", () => {
  const Dvr = [{ Device: [device("a")] }, { Device: [device("a"), device("b")] }];
  assert.deepEqual(tuners({ Dvr }), { online: 4, offline: 0 });
  assert.deepEqual(tuners({ DVR: Dvr }), { online: 4, offline: 0 });
});

Deno.test("mapTuners counts a device that does not say how many tuners it has as one", () => {
  assert.deepEqual(tuners({ Dvr: [{ Device: [{ uuid: "a" }] }] }), { online: 1, offline: 0 });
});

Deno.test("mapRecordings counts by status, and what it does not know as other", () => {
  const all = [
    ...["scheduled", "inprogress", "postprocessing", "complete", "error"],
    ...["cancelled", "paused", "inactive", "new word"],
  ];
  const { byStatus } = recordings(...all.map((status) => ({ status })), { id: "1" });
  assert.deepEqual(byStatus, { scheduled: 1, recording: 2, complete: 1, failed: 1, other: 5 });
});

Deno.test("mapRecordings counts the tuners of what is recorded, not of what is processed after it", () => {
  const { recordingTuners } = recordings({ status: "inprogress" }, { status: "postprocessing" });
  assert.equal(recordingTuners, 1);
});

Deno.test("mapRecordings counts live television as a tuner, and not as a recording", () => {
  const wire = parseSubscriptions(fixture("subscriptions"));
  assert.deepEqual(wire && mapRecordings(wire.MediaSubscription), {
    byStatus: { scheduled: 1, recording: 0, complete: 0, failed: 0, other: 0 },
    recordingTuners: 0,
    liveTuners: 1,
  });
});

Deno.test("mapRecordings counts a grab that several subscriptions list once", () => {
  const grab = { id: "1", status: "scheduled" };
  assert.equal(recordings(grab, grab, { ...grab, id: "2" }).byStatus.scheduled, 2);
});
