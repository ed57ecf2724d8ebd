/** The answers about the recorder, with one and without, to owners and others. */
import assert from "node:assert/strict";
import { type PlexOptions, startPlex } from "../../../../src/simulator/plex.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import { NO_LAG } from "../../../testing/simulator_builders.ts";
import { type AnyJson, get } from "../../../testing/simulator_client.ts";

const PATHS = ["/livetv/dvrs", "/media/subscriptions?includeGrabs=1"];

async function withPlex(
  options: Partial<PlexOptions>,
  run: (plex: Awaited<ReturnType<typeof startPlex>>, clock: DrivenClock) => Promise<void>,
): Promise<void> {
  const clock = new DrivenClock();
  const plex = await startPlex({ clock, seed: 4, lag: NO_LAG, ...options });
  try {
    await run(plex, clock);
  } finally {
    await plex.close();
  }
}

async function grabs(plex: Awaited<ReturnType<typeof startPlex>>, query = "?includeGrabs=1") {
  const { text } = await get(plex, `/media/subscriptions${query}`);
  const { MediaSubscription = [] } = JSON.parse(text).MediaContainer;
  return MediaSubscription.flatMap((subscription: AnyJson) =>
    subscription.MediaGrabOperation ?? []
  );
}

Deno.test("plex lists the recorder with its devices, and which of them it cannot use", () =>
  withPlex({
    dvr: {
      devices: [
        { id: "A1", model: "HDHomeRun", tuners: 4, alive: true, enabled: true },
        { id: "A2", model: "HDHomeRun", tuners: 2, alive: false, enabled: true },
        { id: "A3", model: "HDHomeRun", tuners: 1, alive: true, enabled: false },
      ],
    },
  }, async (plex) => {
    const { text } = await get(plex, "/livetv/dvrs");
    const [dvr] = JSON.parse(text).MediaContainer.Dvr;
    const devices = dvr.Device.map((device: AnyJson) => [
      device.uuid,
      device.tuners,
      device.status,
      device.state,
    ]);
    assert.deepEqual(devices, [
      ["device://tv.plex.grabbers.hdhomerun/A1", "4", "alive", "enabled"],
      ["device://tv.plex.grabbers.hdhomerun/A2", "2", "dead", "enabled"],
      ["device://tv.plex.grabbers.hdhomerun/A3", "1", "alive", "disabled"],
    ]);
  }));

Deno.test("plex has no recorder by default, and says so by an empty list or by 404", () =>
  withPlex({}, async (plex) => {
    const { status, text } = await get(plex, "/livetv/dvrs");
    assert.deepEqual([status, JSON.parse(text)], [200, { MediaContainer: { size: 0 } }]);
    assert.equal((await get(plex, "/media/subscriptions")).status, 404);
    plex.simulation.server.plexPass = false;
    for (const path of PATHS) assert.equal((await get(plex, path)).status, 404, path);
  }));

Deno.test("plex refuses the recorder to others than the owner, by 401 in old versions", () =>
  withPlex({ dvr: {} }, async (plex) => {
    const statuses = async () => {
      const found: number[] = [];
      for (const path of PATHS) {
        const response = await fetch(plex.url + path, {
          headers: { "x-plex-token": plex.guestToken },
        });
        await response.body?.cancel();
        found.push(response.status);
      }
      return found;
    };
    assert.deepEqual(await statuses(), [403, 403]);
    plex.simulation.server.version = "1.40.0.1-abc";
    assert.deepEqual(await statuses(), [401, 401]);
  }));

Deno.test("plex lists the grabs of recordings only where they are asked for", () =>
  withPlex({ dvr: {} }, async (plex, clock) => {
    plex.simulation.dvr?.schedule({ title: "News", inMs: 0, takesMs: 600_000 });
    await clock.advance(300_000);
    const [grab] = await grabs(plex);
    assert.deepEqual([grab.status, grab.percent, grab.currentSize, grab.rolling], [
      "inprogress",
      50,
      300_000_000,
      undefined,
    ]);
    assert.deepEqual(await grabs(plex, ""), []);
  }));

Deno.test("plex lists live television as a rolling grab, or not at all", async () => {
  for (const listsLiveGrabs of [true, false]) {
    await withPlex({ dvr: { listsLiveGrabs } }, async (plex, clock) => {
      const { simulation } = plex;
      const channel = { number: "5.1", callSign: "HBR", title: "Harbour One" };
      const item = simulation.generator.nonLibrary.broadcast(channel, "News", "/livetv/sessions/a");
      simulation.play({ item, method: "software transcode" });
      await clock.advance(1_000);
      const found = (await grabs(plex)).map(({ rolling, status }: AnyJson) => [rolling, status]);
      assert.deepEqual(found, listsLiveGrabs ? [[true, "inprogress"]] : []);
    });
  }
});
