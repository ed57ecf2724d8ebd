import assert from "node:assert/strict";
import { parseRecorders, parseSubscriptions } from "../../../src/plex/dvr_schema.ts";
import { fixture } from "../../testing/plex_fixture.ts";

Deno.test("parseRecorders reads numbers that are sent as text, and both spellings of the list", () => {
  const device = {
    uuid: "device://tv.plex.grabbers.hdhomerun/1053C0CA",
    key: "17",
    status: "1",
    state: "1",
    tuners: 2,
  };
  assert.deepEqual(parseRecorders(fixture("dvrs")), { Dvr: [{ Device: [device] }], DVR: [] });
  assert.deepEqual(parseRecorders({ MediaContainer: { DVR: {} } }), {
    Dvr: [],
    DVR: [{ Device: [] }],
  });
});

Deno.test("parseSubscriptions reads subscriptions without grabs, and flags in any form", () => {
  const { MediaSubscription = [] } = parseSubscriptions(fixture("subscriptions")) ?? {};
  const grabs = MediaSubscription.flatMap(({ MediaGrabOperation }) => MediaGrabOperation);
  assert.deepEqual(grabs.map(({ status, rolling }) => [status, rolling]), [
    ["scheduled", undefined],
    ["inprogress", true],
  ]);
  assert.deepEqual(parseSubscriptions({ MediaContainer: { MediaSubscription: [{ key: "1" }] } }), {
    MediaSubscription: [{ MediaGrabOperation: [] }],
  });
});

Deno.test("what is no answer of Plex's is rejected", () => {
  for (const body of [null, [], {}, { MediaContainer: null }]) {
    assert.equal(parseRecorders(body), undefined);
    assert.equal(parseSubscriptions(body), undefined);
  }
});
