/** What the simulated server answers, also on paths that the exporter does not request. */
import assert from "node:assert/strict";
import { readQuery } from "../../../../src/simulator/api/query.ts";
import { respond, templateOf } from "../../../../src/simulator/api/routes.ts";
import type { SimulatedPlex } from "../../../../src/simulator/plex.ts";
import { Simulation } from "../../../../src/simulator/simulation.ts";
import { plexTests } from "../../../testing/plex_test_case.ts";
import { NO_LAG } from "../../../testing/simulator_builders.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import { apiClient, guestOf } from "../../../../src/simulator/users.ts";
import { type AnyJson, get } from "../../../testing/simulator_client.ts";

const test = plexTests({ seed: 4, lag: NO_LAG });

const xml = { headers: { accept: "*/*" } };

/** What somebody plays with. */
function watching({ simulation }: SimulatedPlex) {
  const [user] = simulation.users;
  const [player] = simulation.players;
  assert.ok(user && player);
  return { user, player };
}

test("plex answers the paths that other clients request", async ({ plex }) => {
  for (
    const path of [
      "/library",
      "/library/sections/",
      "/status/sessions/history/all",
      "/livetv/sessions",
      "/livetv/dvrs",
      "/clients",
      "/updater/check",
      "/hubs/search?query=e",
      "/library/all?type=1",
      "/library/recentlyAdded",
      "/library/sections/1/recentlyAdded",
      "/hubs/home/recentlyAdded?type=1",
      "/library/sections/1/collections",
      "/library/sections/1/onDeck",
      "/library/sections/1/label",
      "/library/sections/3/albums",
      "/library/onDeck",
      "/hubs/continueWatching/items",
      "/playlists",
      "/servers",
    ]
  ) {
    const { status, text } = await get(plex, path);
    assert.equal(status, 200, path);
    assert.equal(typeof JSON.parse(text).MediaContainer.size, "number", path);
  }
  assert.equal((await get(plex, "/hubs/search")).status, 400);
  assert.equal((await get(plex, "/livetv/sessions/none")).status, 404);
  assert.equal((await get(plex, "/library/sections/77/recentlyAdded")).status, 404);
  assert.equal((await get(plex, "/library/metadata/0/children")).status, 404);
});

/** The status of a path for the owner, the guest and nobody. */
function statusesOf(simulation: Simulation, path: string, rawQuery = ""): number[] {
  const { owner, guest } = simulation.tokens;
  return [owner, guest, undefined].map((token) =>
    respond(simulation, {
      path,
      rawQuery,
      query: readQuery(rawQuery),
      token,
      wantsJson: true,
      ignoreFilters: false,
      everyoneIsGuest: false,
    }).status
  );
}

Deno.test("only the identity is for everyone, users see libraries, and the rest is the owner's", () => {
  const simulation = new Simulation({ clock: new DrivenClock() });
  const expected: readonly (readonly [paths: string, ...statuses: number[]])[] = [
    ["/identity", 200, 200, 200],
    ["/ /media/providers /library/sections /library/sections/1/all /activities", 200, 200, 401],
    ["/status/sessions/history/all", 200, 200, 401],
    ["/status/sessions /transcode/sessions /status/sessions/background", 200, 403, 401],
    ["/accounts /devices /butler /:/prefs /updater/status /myplex/account", 200, 403, 401],
    ["/no/such/path", 404, 404, 401],
  ];
  for (const [paths, ...statuses] of expected) {
    for (const path of paths.split(" ")) {
      assert.deepEqual(statusesOf(simulation, path), statuses, path);
    }
  }
});

Deno.test("statistics are the owner's, need Plex Pass, and bandwidth a timespan", () => {
  const withPass = new Simulation({ clock: new DrivenClock() });
  const without = new Simulation({ clock: new DrivenClock(), plexPass: false });
  for (const path of ["/statistics/resources", "/statistics/bandwidth"]) {
    assert.deepEqual(statusesOf(withPass, path, "timespan=6"), [200, 403, 401], path);
    assert.equal(statusesOf(without, path, "timespan=6")[0], 404, path);
    const [bare] = statusesOf(withPass, path);
    assert.equal(bare, path.endsWith("bandwidth") ? 400 : 200);
  }
});

Deno.test("a path with an id has a template; any other path is its own", () => {
  const templates = Object.entries({
    "/library/metadata/1,2": "/library/metadata/{id}",
    "/library/sections/17/all": "/library/sections/{id}/all",
    "/library/sections/": "/library/sections",
    "/livetv/sessions/0b6e": "/livetv/sessions/{id}",
    "/status/sessions": "/status/sessions",
    "/status/sessions/": "/status/sessions/",
    "//identity": "//identity",
  });
  for (const [path, template] of templates) assert.equal(templateOf(path), template);
});

test("plex leads from a show to its seasons and episodes, and back", async ({ plex }) => {
  const { ratingKey = "", title } = plex.simulation.randomItem("show");
  const rowsBelow = async (key: string, segment: string): Promise<readonly AnyJson[]> =>
    (await get(plex, `/library/metadata/${key}/${segment}`)).json().Metadata ?? [];
  const seasons = await rowsBelow(ratingKey, "children");
  const episodes = await rowsBelow(ratingKey, "allLeaves");
  assert.deepEqual(await rowsBelow(ratingKey, "grandchildren"), episodes);
  const bySeason = await Promise.all(seasons.map((each) => rowsBelow(each.ratingKey, "children")));
  assert.deepEqual(bySeason.flat(), episodes);
  const { Metadata: [show] } = (await get(plex, `/library/metadata/${ratingKey}`)).json();
  assert.deepEqual([show.childCount, show.leafCount], [seasons.length, episodes.length]);
  const [episode] = episodes;
  assert.equal(episode.grandparentKey, `/library/metadata/${ratingKey}`);
  assert.deepEqual([episode.grandparentTitle, episode.parentKey], [
    title,
    `/library/metadata/${seasons[0].ratingKey}`,
  ]);
  assert.deepEqual(await rowsBelow(episode.ratingKey, "children"), []);
});

test("plex lists what was added last, by library, by hub and in pages", async ({ plex }) => {
  const { simulation } = plex;
  const films = simulation.libraries.get("1");
  const [added] = simulation.generator.addition(films);
  assert.ok(added);
  films.items = [{ ...added, addedAtS: simulation.plexNowS() + 60 }, ...films.items];
  const page = "X-Plex-Container-Start=0&X-Plex-Container-Size=3";
  for (
    const path of [
      `/library/recentlyAdded?${page}`,
      `/library/sections/1/recentlyAdded?${page}`,
      `/hubs/home/recentlyAdded?type=1&${page}`,
    ]
  ) {
    const { size, Metadata } = (await get(plex, path)).json();
    assert.deepEqual([size, Metadata[0].ratingKey], [3, added.ratingKey], path);
  }
  const kinds = async (query: string) =>
    (await get(plex, `/hubs/home/recentlyAdded?${query}`)).json().Metadata
      .map(({ type, librarySectionID }: AnyJson) => `${type} of ${librarySectionID}`);
  assert.deepEqual([...new Set(await kinds("type=2"))], ["season of 2"]);
  assert.deepEqual([...new Set(await kinds("type=8"))], ["album of 3"]);
  assert.deepEqual([...new Set(await kinds("type=1&personal=1"))], ["movie of 5"]);
});

test("plex lists the device under which it counts its own answers", async ({ plex }) => {
  plex.simulation.recordTraffic(1, apiClient.deviceId, 500);
  const ids = (await get(plex, "/devices")).json().Device.map(({ id }: AnyJson) => id);
  const { StatisticsBandwidth } = (await get(plex, "/statistics/bandwidth?timespan=6")).json();
  assert.ok(StatisticsBandwidth.every(({ deviceID }: AnyJson) => ids.includes(deviceID)));
});

test("plex finds items by a part of their title, also with an empty limit", async ({ plex }) => {
  const item = plex.simulation.randomItem("movie");
  for (const limit of ["", "&limit=", "&limit=5"]) {
    const query = `query=${encodeURIComponent(item.title)}${limit}`;
    const { Hub } = (await get(plex, `/hubs/search?${query}`)).json();
    const movies: AnyJson = Hub.find(({ type }: AnyJson) => type === "movie");
    assert.ok(movies.Metadata.some(({ ratingKey }: AnyJson) => ratingKey === item.ratingKey));
  }
});

test("plex lists background jobs as TranscodeJob", async ({ plex, clock }) => {
  plex.simulation.backgroundJobs.convert(plex.simulation.randomItem("movie"));
  await clock.advance(20_000);
  const { size, TranscodeJob: [job], Metadata } = (await get(plex, "/status/sessions/background"))
    .json();
  assert.deepEqual([size, Metadata], [1, undefined]);
  assert.ok(job.progress > 0 && job.progress < 100 && job.speed > 0 && job.title !== "");
});

test("plex shows a guest only the guest's own activities", async ({ plex }) => {
  plex.simulation.activities.run({ type: "butler", title: "Housekeeping" });
  assert.equal((await get(plex, "/activities")).json().size, 1);
  const asGuest = async () => (await get(plex, "/activities", { token: plex.guestToken })).json();
  assert.equal((await asGuest()).size, 0);
  const user = guestOf(plex.simulation.users);
  plex.simulation.activities.run({ type: "media.download", title: "Download", user });
  assert.deepEqual((await asGuest()).Activity.map(({ userID }: AnyJson) => userID), [user.id]);
  assert.equal((await get(plex, "/activities", { token: undefined })).status, 401);
});

test("plex lists a browsing DLNA device with an empty user, and a player without name and platform", async ({ plex }) => {
  plex.simulation.phantoms.browseByDlna(plex.simulation.randomItem("movie"));
  const { Metadata: [session] } = (await get(plex, "/status/sessions")).json();
  const { product, platform } = session.Player;
  assert.deepEqual([session.User, product, platform], [{}, "DLNA", ""]);
});

test("plex lists the session of stray stops with an empty user and an empty player", async ({ plex }) => {
  plex.simulation.phantoms.strayStops(plex.simulation.randomItem("movie"));
  const { Metadata: [session] } = (await get(plex, "/status/sessions")).json();
  assert.deepEqual([session.User, session.Player], [{}, {}]);
  assert.match((await get(plex, "/status/sessions", xml)).text, /<User\/><Player\/>/);
});

test("plex shows albums of photos as directories in XML, with a key to their photos", async ({ plex }) => {
  const photos = plex.simulation.libraries.all.find(({ type }) => type === "photo");
  assert.ok(photos);
  const path = `/library/sections/${photos.id}/all?type=14`;
  const { Metadata: [album] } = (await get(plex, path)).json();
  assert.deepEqual([album.type, album.key.endsWith("/children")], ["photo", true]);
  const { text } = await get(plex, path, xml);
  assert.match(text, /<Directory ratingKey=/);
  assert.doesNotMatch(text, /<Photo /);
});

test(
  "plex spells some numbers as strings, and ignores streams that nobody chose",
  async ({ plex, clock }) => {
    const item = plex.simulation.libraries.all
      .flatMap(({ items }) => items)
      .find(({ type, versions: [version] }) =>
        type === "movie" && (version?.subtitles.length ?? 0) > 0 && version?.video !== undefined
      );
    assert.ok(item);
    plex.simulation.play({ ...watching(plex), item, method: "software transcode" });
    await clock.advance(3_000);
    const { Metadata: [session] } = (await get(plex, "/status/sessions")).json();
    const streams: AnyJson[] = session.Media[0].Part[0].Stream;
    const subtitles = streams.filter(({ streamType }) => streamType === 3);
    assert.ok(subtitles.length > 0 && subtitles.every(({ decision }) => decision === "ignore"));
    assert.equal(session.TranscodeSession.subtitleDecision, "ignore");
    assert.equal(session.TranscodeSession.width, item.versions[0]?.width, "the source's");
    const { Metadata: [{ Media: [medium] }] } = (await get(plex, session.key)).json();
    assert.deepEqual([typeof medium.aspectRatio, typeof medium.hasVoiceActivity], [
      "string",
      "string",
    ]);
  },
);

test("plex answers for the metadata of prerolls and broadcasts only on servers that have it", async ({ plex }) => {
  const { nonLibrary } = plex.simulation.generator;
  const channel = { number: "5.1", callSign: "HBR", title: "Harbour One" };
  const broadcast = nonLibrary.broadcast(channel, "The Late Weather", "/livetv/sessions/abc");
  for (const item of [nonLibrary.preroll(), broadcast]) {
    plex.simulation.server.hasEphemeralMetadata = false;
    const viewer = plex.simulation.play({ ...watching(plex), item });
    const path = `/library/metadata/${item.ratingKey}`;
    assert.equal((await get(plex, path)).status, 404);
    plex.simulation.server.hasEphemeralMetadata = true;
    assert.equal((await get(plex, path)).json().Metadata[0].title, item.title);
    viewer.stop();
    assert.equal((await get(plex, path)).status, 404, "only while it is played");
  }
});

test(
  "plex shows live television by its path, with the transcode inside the medium",
  async ({ plex, clock }) => {
    const channel = { number: "5.1", callSign: "HBR", title: "Harbour One" };
    const path = "/livetv/sessions/abc";
    const item = plex.simulation.generator.nonLibrary.broadcast(channel, "The Late Weather", path);
    plex.simulation.play({ ...watching(plex), item, method: "software transcode" });
    await clock.advance(3_000);
    for (const asked of ["/livetv/sessions", path]) {
      const { Metadata: [shown] } = (await get(plex, asked)).json();
      assert.equal(shown.User, undefined);
      assert.ok(shown.Media[0].TranscodeSession.key);
    }
  },
);
