/**
 * The simulated server over real HTTP and a real socket. Faults have a file of their own.
 */
import assert from "node:assert/strict";
import { type SimulatedPlex, startPlex } from "../../../src/simulator/plex.ts";
import type { ViewerOptions } from "../../../src/simulator/viewer_context.ts";
import { type AnyJson, get, NotificationClient } from "../../testing/simulator_client.ts";
import { waitUntil } from "../../testing/eventually.ts";
import { plexTests } from "../../testing/plex_test_case.ts";
import { NO_LAG } from "../../testing/simulator_builders.ts";

const test = plexTests({ lag: NO_LAG, duplicateShare: 0 });

function options(plex: SimulatedPlex, rest: Partial<ViewerOptions> = {}): ViewerOptions {
  const [user] = plex.simulation.users;
  const [player] = plex.simulation.players;
  if (user === undefined || player === undefined) throw new Error("The simulation has no users");
  return {
    item: plex.simulation.randomItem("movie", "1"),
    user,
    player,
    state: "playing",
    ...rest,
  };
}

const page = "X-Plex-Container-Start=0&X-Plex-Container-Size=0";

test("plex answers /identity to anyone and everything else by token", async ({ plex }) => {
  const identity = await get(plex, "/identity", { token: undefined });
  assert.match(identity.json().machineIdentifier, /^[0-9a-f]{40}$/);
  assert.equal(identity.headers.get("x-plex-protocol"), "1.0");
  const root = await get(plex, "/", { token: undefined });
  assert.deepEqual([root.status, root.text.length], [401, 193]);
  const sessions = await get(plex, "/status/sessions", { token: "wrong" });
  assert.deepEqual([sessions.status, sessions.text.length], [401, 91]);
  assert.equal((await get(plex, "/", { token: plex.guestToken })).status, 200);
  assert.equal((await get(plex, "/status/sessions", { token: plex.guestToken })).status, 403);
  const { version } = plex.simulation.server;
  for (const [other, status] of [["1.41.6.1-a", 401], ["1.41.7.1-a", 403], ["2.0.0.1-a", 403]]) {
    plex.simulation.server.version = String(other);
    assert.equal((await get(plex, "/status/sessions", { token: plex.guestToken })).status, status);
  }
  plex.simulation.server.version = version;
  assert.equal(
    (await get(plex, `/?X-Plex-Token=${plex.ownerToken}`, { token: undefined })).status,
    200,
  );
  for (const path of ["//identity", "/identity/", "/web/identity", "/library/metadata/0"]) {
    assert.equal((await get(plex, path)).status, 404, path);
  }
  plex.simulation.tokens.revoke();
  assert.equal((await get(plex, "/")).status, 401);
  plex.simulation.tokens.restore();
  assert.equal((await get(plex, "/")).status, 200);
});

test("plex without Plex Pass has no statistics", async ({ plex }) => {
  const { status, text } = await get(plex, "/statistics/resources?timespan=6");
  assert.equal(status, 404);
  assert.match(text, /<h1>404 Not Found<\/h1>/);
  assert.equal((await get(plex, "/")).json().ownerFeatures, undefined);
}, { plexPass: false });

test("plex lists exactly size 0 while nothing plays", async ({ plex }) => {
  for (const path of ["/status/sessions", "/transcode/sessions", "/activities"]) {
    assert.equal((await get(plex, path)).text, '{"MediaContainer":{"size":0}}');
  }
  const xml = await get(plex, "/status/sessions", { headers: { accept: "*/*" } });
  assert.match(xml.text, /<MediaContainer size="0"\/>/);
});

test("plex types ids as strings in sessions and as numbers in metadata", async ({ plex }) => {
  const viewer = plex.simulation.play(options(plex));
  const { Metadata: [item] } = (await get(plex, "/status/sessions")).json();
  const { Metadata: [source] } = (await get(plex, item.key)).json();
  assert.equal(item.sessionKey, viewer.key);
  assert.deepEqual([typeof item.librarySectionID, typeof source.librarySectionID], [
    "string",
    "number",
  ]);
  assert.deepEqual([typeof item.Media[0].id, typeof source.Media[0].id], ["string", "number"]);
  assert.equal(item.Media.find((media: AnyJson) => media.selected).Part[0].decision, "directplay");
  assert.deepEqual([typeof item.User.id, typeof item.Player.userID], ["string", "number"]);
  assert.equal(item.TranscodeSession, undefined);
});

test("plex shows the output of a transcode, and no colorTrc", async ({ plex, clock }) => {
  const item = plex.simulation.libraries.get("1").items.find((film) =>
    film.versions[0]?.resolution === "4k"
  );
  assert.ok(item);
  plex.simulation.play(options(plex, { item, method: "subtitle burn", location: "wan" }));
  await clock.advance(1000);
  const { Metadata: [shown] } = (await get(plex, "/status/sessions")).json();
  const [media] = shown.Media;
  assert.deepEqual([media.videoResolution, media.videoCodec], ["1080p", "h264"]);
  const streams: AnyJson[] = media.Part[0].Stream;
  assert.deepEqual(streams.map((stream) => stream.decision), [
    "transcode",
    "transcode",
    "ignore",
    "burn",
  ]);
  assert.equal(streams[0].colorTrc, undefined);
  assert.equal(shown.TranscodeSession.transcodeHwEncoding, undefined);
  const { Metadata: [source] } = (await get(plex, shown.key)).json();
  assert.ok(source.Media[0].Part[0].Stream[0].colorTrc);
  const { TranscodeSession: [job] } = (await get(plex, "/transcode/sessions")).json();
  assert.equal(shown.TranscodeSession.key.split("/").at(-1), job.key);
});

test("plex marks the played one of several files as selected", async ({ plex }) => {
  const item = plex.simulation.libraries.get("1").items.find((film) => film.versions.length > 1);
  assert.ok(item);
  plex.simulation.play(options(plex, { item, version: 1 }));
  const { Metadata: [shown] } = (await get(plex, "/status/sessions")).json();
  assert.deepEqual(shown.Media.map((media: AnyJson) => media.selected), [undefined, true]);
});

test("plex counts by type, and photos only with clusterZoomLevel", async ({ plex }) => {
  const total = async (query: string) => {
    const { totalSize, size, Metadata } = (await get(plex, query)).json();
    assert.deepEqual([size, Metadata], [0, undefined]);
    return totalSize;
  };
  const all = "/library/sections";
  const truth = new Map(
    plex.simulation.libraries.totals().map((library) => [library.id, library.counts]),
  );
  assert.equal(await total(`${all}/1/all?type=1&${page}`), truth.get("1")?.movie);
  assert.equal(await total(`${all}/2/all?type=4&${page}`), truth.get("2")?.episode);
  assert.equal(await total(`${all}/3/all?type=10&${page}`), truth.get("3")?.track);
  assert.equal(
    await total(`${all}/4/all?type=13&clusterZoomLevel=1&${page}`),
    truth.get("4")?.photo,
  );
  assert.equal(
    await total(`${all}/4/all?type=12&clusterZoomLevel=1&${page}`),
    truth.get("4")?.clip,
  );
  assert.equal(await total(`${all}/4/all?type=14&${page}`), truth.get("4")?.photoalbum);
  assert.equal(await total(`${all}/4/all?type=13&${page}`), undefined);
  assert.equal(await total(`${all}/1/all?type=4&${page}`), 0);
  const sizeOnly = await get(plex, `${all}/1/all?type=1&X-Plex-Container-Size=0`);
  assert.equal(sizeOnly.json().totalSize, undefined);
  const paged = { "x-plex-container-start": "0", "x-plex-container-size": "2" };
  const byHeader = (await get(plex, `${all}/1/all?type=1`, { headers: paged })).json();
  assert.deepEqual([byHeader.size, byHeader.totalSize], [2, truth.get("1")?.movie]);
});

test("plex lists Home without an id, and storage only when asked", async ({ plex }) => {
  const directories = async (query: string): Promise<AnyJson[]> =>
    (await get(plex, `/media/providers${query}`)).json().MediaProvider
      .find((provider: AnyJson) => provider.identifier === "com.plexapp.plugins.library")
      .Feature.find((feature: AnyJson) => feature.type === "content").Directory;
  const bare = await directories("");
  assert.deepEqual(bare[0], { hubKey: "/hubs", title: "Home" });
  assert.ok(bare.every((directory) => directory.storageTotal === undefined));
  for (const library of plex.simulation.libraries.totals()) {
    const found = (await directories("?includeStorage=1")).find(({ id }) => id === library.id);
    assert.deepEqual([found.storageTotal, found.durationTotal], [
      library.storageBytes,
      library.durationMs,
    ]);
  }
});

test("plex filters bandwidth by at>, encoded or not, and counts what it sent", async ({ plex, clock }) => {
  plex.simulation.play(options(plex));
  const fromS = plex.simulation.plexNowS();
  const read = async (operator: string) =>
    (await get(plex, `/statistics/bandwidth?timespan=6&at${operator}=${fromS}`)).json()
      .StatisticsBandwidth ?? [];
  const totals: number[] = [];
  for (let second = 0; second < 20; second += 1) {
    await clock.advance(1000);
    totals.push((await read("%3E")).reduce((sum: number, row: AnyJson) => sum + row.bytes, 0));
  }
  plex.simulation.viewers[0]?.pause();
  await clock.advance(15_000);
  const rows: AnyJson[] = await read("%3E");
  assert.ok(rows.every((row) => row.at >= fromS && row.lan === true && row.accountID === 1));
  assert.equal(rows.reduce((sum, row) => sum + row.bytes, 0), plex.simulation.bandwidth.total());
  assert.ok(new Set(totals).size > 5, "they grow");
  const whole = (await get(plex, "/statistics/bandwidth?timespan=6")).json();
  assert.ok(whole.size > 700, "there is history from before");
  assert.equal((await get(plex, "/statistics/bandwidth")).status, 400);
});

test("plex samples its load every five seconds, and shows a sample a second late", async ({ plex, clock }) => {
  const read = async (): Promise<readonly { readonly at: number }[]> =>
    (await get(plex, "/statistics/resources?timespan=6")).json().StatisticsResources;
  await clock.advance(11_000);
  const shown = (await read()).map(({ at }) => at);
  const taken = plex.simulation.resources.samples.map(({ atS }) => atS);
  assert.deepEqual(shown, taken.slice(0, -1));
  await clock.advance(1_000);
  const ats = (await read()).map(({ at }) => at);
  assert.equal(ats.length, 30);
  assert.ok(ats.slice(1).every((at, index) => at - (ats[index] ?? 0) === 5));
  assert.equal(plex.simulation.plexNowS() - (ats.at(-1) ?? 0), 2);
});

test("plex sends frames to its sockets, filtered as asked", async ({ plex, clock }) => {
  const all = new NotificationClient(plex);
  const some = new NotificationClient(plex, { query: "?filters=playing,nonsense" });
  const most = new NotificationClient(plex, { query: "?filters=-playing" });
  assert.deepEqual(await Promise.all([all.opened, some.opened, most.opened]), [true, true, true]);
  const viewer = plex.simulation.play(options(plex, { method: "hardware transcode" }));
  await clock.advance(21_000);
  viewer.stop();
  await clock.advance(2000);
  await waitUntil(() => all.entries("transcodeSession.end").length === 1);
  await waitUntil(() => some.entries("playing").length === 4);
  const states = all.entries("playing").map((entry) => entry.state);
  assert.deepEqual(states, ["playing", "playing", "playing", "stopped"]);
  assert.ok(all.entries("transcodeSession.update").length >= 3);
  assert.equal(all.entries("transcodeSession.end")[0].maxOffsetAvailable, undefined);
  assert.deepEqual(new Set(some.frames.map(({ type }) => type)), new Set(["playing"]));
  assert.equal(most.entries("playing").length, 0);
  assert.equal(plex.openSockets, 3);
  assert.equal(plex.requests.filter(({ status }) => status === 101).length, 3);
  await Promise.all([all.close(), some.close(), most.close()]);
  await waitUntil(() => plex.openSockets === 0);
});

test("plex opens its socket under the documented path and under the one in use", async ({ plex }) => {
  const clients = ["/:/websocket/notifications", "/:/websockets/notifications"]
    .map((path) => new NotificationClient(plex, { path }));
  assert.deepEqual(await Promise.all(clients.map(({ opened }) => opened)), [true, true]);
  plex.simulation.play(options(plex));
  await waitUntil(() => clients.every((client) => client.entries("playing").length === 1));
  assert.deepEqual(clients[0]?.frames, clients[1]?.frames);
  await Promise.all(clients.map((client) => client.close()));
});

test("an older plex refuses its socket to guests: with 401, since 1.41.7 with 403", async ({ plex }) => {
  for (const [version, status] of [["1.40.2.1-a", 401], ["1.43.3.1-a", 403]] as const) {
    plex.simulation.server.version = version;
    const client = new NotificationClient(plex, { token: plex.guestToken });
    assert.equal(await client.opened, false);
    assert.equal(plex.requests.at(-1)?.status, status);
  }
});

test("a newer plex sends a guest the frames of the guest's own plays", async ({ plex, clock }) => {
  plex.simulation.server.opensGuestSockets = true;
  const owner = new NotificationClient(plex);
  const guest = new NotificationClient(plex, { token: plex.guestToken });
  const stranger = new NotificationClient(plex, { token: "wrong" });
  assert.deepEqual(await Promise.all([owner.opened, guest.opened, stranger.opened]), [
    true,
    true,
    false,
  ]);
  const [, user] = plex.simulation.users;
  const [, player] = plex.simulation.players;
  assert.ok(user && player);
  plex.simulation.play(options(plex, { method: "software transcode" }));
  const own = plex.simulation.play(options(plex, { user, player, method: "software transcode" }));
  plex.simulation.activities.run({ type: "butler", title: "Housekeeping" });
  plex.simulation.server.rename("cellar");
  plex.simulation.scan("1");
  await clock.advance(20_000);
  own.stop();
  await clock.advance(2_000);
  await waitUntil(() => guest.entries("transcodeSession.end").length === 1);
  await waitUntil(() => owner.entries("status").length === 1);
  assert.deepEqual(new Set(guest.entries("playing").map(({ sessionKey }) => sessionKey)).size, 1);
  assert.deepEqual(
    guest.entries("playing"),
    owner.entries("playing").filter(({ clientIdentifier }) =>
      clientIdentifier === player.machineIdentifier
    ),
  );
  assert.deepEqual(
    new Set(guest.frames.map(({ type }) => type)),
    new Set([
      "playing",
      "transcodeSession.start",
      "transcodeSession.update",
      "transcodeSession.end",
      "progress",
      "status",
    ]),
  );
  for (const type of ["activity", "preference"]) assert.ok(owner.entries(type).length > 0, type);
  await Promise.all([owner.close(), guest.close()]);
});

test("plex restarts: refused, 503 everywhere, then new session keys from 1", async ({ plex, clock }) => {
  const client = new NotificationClient(plex);
  await client.opened;
  const viewer = plex.simulation.play(options(plex));
  plex.simulation.restart({ goneMs: 3000, startingMs: 4000 });
  await plex.ready();
  assert.notEqual((await client.closed).code, 1000);
  await assert.rejects(get(plex, "/identity"));
  await clock.advance(3000);
  await plex.ready();
  const starting = await get(plex, "/identity", { token: undefined });
  assert.equal(starting.status, 503);
  assert.match(starting.text, /<Response code="503" title="Maintenance"/);
  assert.equal(await new NotificationClient(plex).opened, false);
  await clock.advance(4000);
  assert.equal((await get(plex, "/status/sessions")).json().size, 0);
  await clock.advance(10_000);
  const { Metadata: [item] } = (await get(plex, "/status/sessions")).json();
  assert.deepEqual([item.sessionKey, viewer.key], ["1", "1"]);
  assert.equal(plex.simulation.plays.length, 2);
});

test("plex compresses its responses for clients that accept gzip", async ({ plex }) => {
  const packed = await get(plex, "/", { headers: { "accept-encoding": "gzip" } });
  assert.equal(packed.status, 200);
  assert.ok(Number(packed.headers.get("x-plex-content-original-length")) > 1000);
  const plain = await get(plex, "/", { headers: { "accept-encoding": "identity" } });
  assert.equal(plain.headers.get("x-plex-content-original-length"), null);
});

test("plex behind a path prefix answers only there", async ({ plex }) => {
  assert.equal((await get(plex, "/identity")).status, 200);
  const outside = await fetch(`${plex.url.replace("/plex", "")}/identity`);
  await outside.body?.cancel();
  assert.equal(outside.status, 404);
}, { pathPrefix: "/plex" });

test("plex closes in the middle of everything, and twice", async ({ plex, clock }) => {
  const client = new NotificationClient(plex);
  await client.opened;
  plex.simulation.play(options(plex, { method: "software transcode" }));
  plex.simulation.scan("2");
  plex.faults.set({ kind: "slow", ms: 60_000 }, { path: "/accounts" });
  plex.faults.set({ kind: "hang" }, { path: "/devices" });
  const lost = Promise.allSettled([get(plex, "/accounts"), get(plex, "/devices")]);
  await waitUntil(() => plex.requests.length === 3);
  plex.simulation.restart();
  await Promise.all([plex.close(), plex.close()]);
  assert.deepEqual((await lost).map(({ status }) => status), ["rejected", "rejected"]);
  await client.closed;
  await clock.advance(60_000);
});

test("plex can't start on a port that is taken", async ({ plex, clock }) => {
  const port = Number(new URL(plex.url).port);
  await assert.rejects(startPlex({ clock, port }), /in use/i);
});
