/** What the server tells about itself (docs/plex/api.md). */
import assert from "node:assert/strict";
import {
  accountDocument,
  accountsDocument,
  activitiesDocument,
  butlerDocument,
  clientsDocument,
  devicesDocument,
  identityDocument,
  rootDocument,
  updaterCheckDocument,
  updaterDocument,
} from "../../../../src/simulator/api/server.ts";
import { Simulation } from "../../../../src/simulator/simulation.ts";
import { apiClient } from "../../../../src/simulator/users.ts";
import type { Method } from "../../../../src/simulator/stream_output.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import { asJson, NO_LAG, PLAYER, USER } from "../../../testing/simulator_builders.ts";
import type { AnyJson } from "../../../testing/simulator_client.ts";

function open(plexPass = true): Simulation {
  return new Simulation({ clock: new DrivenClock(), plexPass, lag: NO_LAG });
}

const read = (document: unknown): AnyJson => asJson(document).MediaContainer;

Deno.test("identity tells the version and the server's id, and nothing that needs a token", () => {
  const simulation = open();
  const { version, machineIdentifier, ...rest } = read(identityDocument(simulation));
  assert.equal(version, simulation.server.version);
  assert.match(machineIdentifier, /^[0-9a-f]{40}$/);
  assert.deepEqual(rest, { size: 0, claimed: true, apiVersion: "1.1.1" });
});

Deno.test("Plex Pass shows in the features, and without it there are none", () => {
  const { ownerFeatures, myPlexSubscription } = read(rootDocument(open()));
  assert.ok(ownerFeatures.split(",").includes("pass") && myPlexSubscription);
  const bare = read(rootDocument(open(false)));
  assert.deepEqual(["ownerFeatures" in bare, bare.myPlexSubscription], [false, false]);
});

Deno.test("the root counts transcodes of video, those in the background included", async () => {
  const clock = new DrivenClock();
  const simulation = new Simulation({ clock });
  const item = simulation.randomItem("movie");
  const play = (method: Method) => simulation.play({ item, user: USER, player: PLAYER, method });
  const count = () => read(rootDocument(simulation)).transcoderActiveVideoSessions;
  for (const method of ["direct play", "audio transcode", "direct stream"] as const) play(method);
  await clock.advance(2_000);
  assert.equal(count(), 0);
  play("hardware transcode");
  simulation.backgroundJobs.convert(item);
  await clock.advance(2_000);
  assert.equal(count(), 2);
  simulation.close();
});

Deno.test("remote access shows in the root and in the account", () => {
  const simulation = open();
  const states = () => {
    const { mappingState, mappingError } = asJson(accountDocument(simulation)).MyPlex;
    return [read(rootDocument(simulation)).myPlexMappingState, mappingState, mappingError];
  };
  assert.deepEqual(states(), ["mapped", "mapped", undefined]);
  simulation.server.setReachable(false);
  assert.deepEqual(states(), ["failed", "failed", "unreachable"]);
});

Deno.test("the nameless account 0 is the first, the owner is 1", () => {
  const { Account, identifier } = read(accountsDocument(open()));
  assert.equal(identifier, "com.plexapp.system.accounts");
  assert.deepEqual(Account.slice(0, 2).map(({ id, name }: AnyJson) => [id, name]), [
    [0, ""],
    [1, "juniper"],
  ]);
});

Deno.test("devices have numbers that join the statistics", () => {
  const simulation = open();
  const { Device } = read(devicesDocument(simulation));
  assert.deepEqual(
    Device.map(({ id, clientIdentifier }: AnyJson) => [id, clientIdentifier]),
    [...simulation.players, apiClient]
      .map(({ deviceId, machineIdentifier }) => [deviceId, machineIdentifier]),
  );
});

Deno.test("the updater lists the running version until another one is offered", () => {
  const simulation = open();
  const release = () => read(updaterDocument(simulation)).Release[0];
  assert.equal(release().version, simulation.server.version);
  simulation.server.offerUpdate("1.99.0.1-a", "downloading");
  assert.deepEqual([release().version, release().state], ["1.99.0.1-a", "downloading"]);
  assert.equal(read(updaterCheckDocument(simulation)).size, 0);
  simulation.server.updaterSupported = false;
  assert.equal(updaterDocument(simulation), undefined);
  assert.equal(updaterCheckDocument(simulation), undefined);
});

Deno.test("activities are those of all users, or of one", () => {
  const simulation = open();
  simulation.activities.run({ type: "butler", title: "Housekeeping" });
  const { size, Activity: [activity] } = read(activitiesDocument(simulation));
  assert.deepEqual([size, activity.type, activity.progress], [1, "butler", 0]);
  assert.deepEqual(read(activitiesDocument(simulation, USER.id)), { size: 0 });
  simulation.activities.run({ type: "media.download", title: "Download", user: USER });
  assert.equal(read(activitiesDocument(simulation)).size, 2);
  const { Activity: own } = read(activitiesDocument(simulation, USER.id));
  assert.deepEqual(own.map(({ userID }: AnyJson) => userID), [USER.id]);
  simulation.close();
});

Deno.test("the butler's tasks have a root of their own, and no player announces itself", () => {
  assert.equal(asJson(butlerDocument()).ButlerTasks.ButlerTask[0].name, "BackupDatabase");
  assert.deepEqual(read(clientsDocument()), { size: 0 });
});
