import assert from "node:assert/strict";
import {
  parseActivities,
  parseJobs,
  parseResources,
  parseServer,
  type WireServer,
} from "../../../../src/plex/schema.ts";
import {
  mapActivities,
  mapActivity,
  mapIdentity,
  mapJobs,
  mapResources,
  mapServer,
} from "../../../../src/plex/mapping/server.ts";
import { fixture } from "../../../testing/plex_fixture.ts";

Deno.test("mapServer reads the description, without the e-mail address", () => {
  const server = mapServer(parseServer(fixture("server")) ?? {});
  assert.deepEqual(server, {
    id: "0123456789abcdef0123456789abcdef01234567",
    name: "den",
    version: "1.41.3.9314-a0bfb8370",
    platform: "Linux",
    platformVersion: "6.1",
    plexPass: true,
    remoteAccess: true,
    signedIn: true,
  });
  assert.ok(!JSON.stringify(server).includes("juniper@example.org"));
});

Deno.test("mapServer leaves out missing fields", () => {
  const server = (wire: WireServer) => mapServer({ machineIdentifier: "m", ...wire });
  assert.equal(mapServer({ friendlyName: "den" }), undefined, "no id, no server");
  assert.deepEqual(
    [server({})?.plexPass, server({})?.remoteAccess, server({})?.signedIn],
    [undefined, undefined, undefined],
  );
  const passes = [{ ownerFeatures: "pass" }, { ownerFeatures: "bypass,x" }, {
    myPlexSubscription: true,
  }].map((wire) => server(wire)?.plexPass);
  assert.deepEqual(passes, [true, false, true]);
  const states = ["mapped", "waiting", "failed", "unknown"]
    .map((myPlexMappingState) => server({ myPlexMappingState })?.remoteAccess);
  assert.deepEqual(states, [true, false, false, undefined]);
  assert.equal(server({ myPlexSigninState: "none" })?.signedIn, false);
});

Deno.test("mapIdentity needs an id", () => {
  assert.equal(mapIdentity({ version: "1" }), undefined);
  assert.deepEqual(mapIdentity({ machineIdentifier: "m" }), { id: "m", version: "" });
});

Deno.test("mapResources takes the newest value of each field, in whatever order", () => {
  const { StatisticsResources = [] } = parseResources(fixture("resources")) ?? {};
  assert.deepEqual(mapResources(StatisticsResources), {
    sampledS: 1_718_384_442,
    hostCpuPercent: 3.5,
    hostMemoryPercent: 1,
    processCpuPercent: 1,
    processMemoryPercent: 1,
  });
  const unread = { at: 5, hostMemoryUtilization: 2 };
  assert.deepEqual(mapResources([unread]), {
    sampledS: 5,
    hostCpuPercent: undefined,
    hostMemoryPercent: 2,
    processCpuPercent: undefined,
    processMemoryPercent: undefined,
  });
  assert.equal(mapResources([]), undefined);
});

Deno.test("mapActivities returns types by id", () => {
  const { Activity = [] } = parseActivities(fixture("activities")) ?? {};
  assert.deepEqual([...mapActivities(Activity)], [
    ["a", { type: "library_scan", libraryId: "2" }],
    ["b", { type: "download", libraryId: undefined, downloaderId: "" }],
    ["c", { type: "other", libraryId: undefined }],
  ]);
});

Deno.test("mapActivity names the account of a download, and of nothing else", () => {
  const of = (type: string) => mapActivity({ uuid: "a", type, userID: "19646554" }).downloaderId;
  assert.equal(of("media.download"), "19646554");
  assert.deepEqual(["media.optimize", "sync", "library.update.section"].map(of), [
    undefined,
    undefined,
    undefined,
  ]);
  assert.equal(mapActivity(undefined).downloaderId, undefined);
});

Deno.test("mapJobs counts by type, `other` for one that is not known", () => {
  const { TranscodeJob = [] } = parseJobs(fixture("jobs")) ?? {};
  assert.deepEqual(mapJobs(TranscodeJob), { transcode: 2, other: 2 });
  assert.deepEqual(mapJobs(parseJobs({ MediaContainer: { size: 0 } })?.TranscodeJob ?? []), {
    transcode: 0,
    other: 0,
  });
});
