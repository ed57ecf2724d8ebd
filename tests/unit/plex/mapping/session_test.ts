import assert from "node:assert/strict";
import { HIDEABLE_LABELS } from "../../../../src/config/settings.ts";
import { mapSessions, needsSource } from "../../../../src/plex/mapping/session.ts";
import { parsedSessions, sessionOf, sessionsOf } from "../../../testing/plex_fixture.ts";

Deno.test("mapSessions reads an idle list as no plays", () => {
  assert.deepEqual(sessionsOf("sessions_idle"), []);
});

Deno.test("mapSessions reads a session whose every value is a string", () => {
  const session = sessionOf("sessions_strings_only");
  assert.deepEqual(session, {
    sessionKey: "7",
    ratingKey: "1201",
    live: false,
    state: "paused",
    userId: "1",
    user: "juniper",
    player: {
      id: "tv1",
      name: "Den",
      device: "",
      product: "Plex for Android (TV)",
      platform: "Android",
    },
    location: "lan",
    relayed: false,
    secure: true,
    library: { id: "3", title: "Music" },
    mediaType: "track",
    plexType: "track",
    title: "Various Artists",
    childTitle: "Night Ferry",
    grandchildTitle: 'Glass "Harbour"\n\\ 🎷',
    channel: "",
    progressMs: 90_000,
    durationMs: 369_573,
    partDecision: "directplay",
    videoDecision: "none",
    audioDecision: "direct_play",
    subtitleDecision: "none",
    output: session.output,
    source: session.output,
    transcode: undefined,
  });
  assert.deepEqual(session.output, {
    container: "flac",
    videoCodec: "",
    audioCodec: "flac",
    resolution: "",
    bitrateKbps: 1012,
    dynamicRange: "",
  });
});

Deno.test("mapSessions names show, season and episode, or the title alone", () => {
  const { title, childTitle, grandchildTitle } = sessionOf("sessions_hardware_transcode");
  assert.deepEqual([title, childTitle, grandchildTitle], ["Low Tide", "Season 1", "The Pilot"]);
  const film = sessionOf("sessions_direct_stream");
  assert.deepEqual([film.title, film.childTitle, film.grandchildTitle], [
    "The Cartographer",
    "",
    "",
  ]);
  const titles = mapSessions(
    [
      { sessionKey: "1", type: "episode", title: "Alone", User: { id: "1" }, Media: [] },
      {
        sessionKey: "2",
        type: "episode",
        title: "E",
        parentTitle: "S",
        User: { id: "1" },
        Media: [],
      },
      {
        sessionKey: "3",
        type: "track",
        title: "T",
        originalTitle: "A",
        User: { id: "1" },
        Media: [],
      },
    ],
    () => undefined,
    new Set(),
  ).map((session) => [session.title, session.childTitle, session.grandchildTitle]);
  assert.deepEqual(titles, [["Alone", "", ""], ["E", "", ""], ["A", "", "T"]]);
});

Deno.test("mapSessions reads both forms of live television", () => {
  const [news, old] = sessionsOf("sessions_live_television");
  assert.deepEqual(
    [news?.live, news?.mediaType, news?.plexType, news?.library, news?.channel, news?.title],
    [true, "live_tv", "episode", undefined, "4.1 KXYZ", "Evening News"],
  );
  assert.deepEqual(
    [news?.videoDecision, news?.audioDecision, news?.partDecision, news?.output.bitrateKbps],
    ["transcode", "copy", "directplay", undefined],
    "the transcoder decides for live television",
  );
  assert.deepEqual(
    [old?.live, old?.mediaType, old?.ratingKey, old?.state, old?.library, old?.title],
    [true, "live_tv", "", "playing", undefined, "Live Session"],
  );
});

Deno.test("mapSessions gives prerolls and trailers no library, and ignores what is not a play", () => {
  const sessions = sessionsOf("sessions_ephemeral");
  assert.deepEqual(sessions.map(({ sessionKey }) => sessionKey), ["60", "61", "65"]);
  assert.deepEqual(sessions.map(({ library }) => library?.title), [undefined, undefined, "Photos"]);
  assert.deepEqual(sessions.map(({ mediaType }) => mediaType), ["clip", "clip", "photo"]);
});

Deno.test("mapSessions ignores a session whose user and player are absent or empty", () => {
  const sessions = [
    { sessionKey: "1", Media: [] },
    { sessionKey: "2", User: {}, Player: {}, Media: [] },
    { sessionKey: "3", User: {}, Player: { product: "DLNA", platform: "" }, Media: [] },
  ];
  assert.deepEqual(mapSessions(sessions, () => undefined, new Set()), []);
});

Deno.test("mapSessions gives a photo neither video nor audio", () => {
  const photo = sessionsOf("sessions_ephemeral")[2];
  assert.deepEqual(
    [photo?.title, photo?.childTitle, photo?.videoDecision, photo?.audioDecision],
    ["IMG 7", "", "none", "none"],
  );
  assert.equal(photo?.output.resolution, "", "a width alone is no video resolution");
  assert.equal(photo?.output.container, "jpeg");
});

Deno.test("mapSessions leaves out impossible values", () => {
  const session = sessionOf("sessions_convert_maximum");
  assert.deepEqual(
    [session.output.bitrateKbps, session.progressMs, session.durationMs],
    [undefined, undefined, undefined],
  );
  assert.deepEqual([session.location, session.relayed], ["wan", true], "a relay is outside");
  assert.equal(session.output.resolution, "sd");
  assert.equal(session.user, "");
});

Deno.test("mapSessions reads a missing offset as 0 if the duration is known", () => {
  const [session] = mapSessions(
    [{ sessionKey: "1", duration: 60_000, User: { id: "1" }, Media: [] }],
    () => undefined,
    new Set(),
  );
  assert.equal(session?.progressMs, 0);
});

Deno.test("mapSessions leaves out a session whose player has stopped", () => {
  const sessions = ["stopped", "Stopped", "error", "paused", "dancing"].map((state, index) => ({
    sessionKey: `${index}`,
    Player: { state, title: "TV" },
    Media: [],
  }));
  const states = mapSessions(sessions, () => undefined, new Set()).map(({ state }) => state);
  assert.deepEqual(states, ["paused", "playing"]);
});

Deno.test("mapSessions hides every label that is to be hidden", () => {
  for (const name of ["sessions_hardware_transcode", "sessions_live_television"]) {
    const session = mapSessions(parsedSessions(name), () => undefined, new Set(HIDEABLE_LABELS))[0];
    const text = JSON.stringify(session);
    for (
      const secret of [
        "otis",
        "juniper",
        "Linux",
        "Low Tide",
        "KXYZ",
        "TV Shows",
      ]
    ) {
      assert.ok(!text.includes(secret), `${name} holds ${secret}`);
    }
    assert.equal(session?.user, "hidden");
  }
  const [photo] = mapSessions(
    parsedSessions("sessions_ephemeral").slice(-2),
    () => undefined,
    new Set(HIDEABLE_LABELS),
  );
  assert.deepEqual([photo?.user, photo?.player.device], ["", ""], "empty stays empty");
  assert.deepEqual(photo?.library, { id: "5", title: "hidden" });
});

Deno.test("needsSource is true for converted items of a library", () => {
  const needed = (name: string) =>
    parsedSessions(name).filter(needsSource).map(({ ratingKey }) => ratingKey);
  assert.deepEqual(needed("sessions_hardware_transcode"), ["45121"]);
  assert.deepEqual(needed("sessions_direct_stream"), ["510"]);
  assert.deepEqual(needed("sessions_strings_only"), [], "a direct play is its own source");
  assert.deepEqual(needed("sessions_live_television"), []);
  assert.deepEqual(needed("sessions_ephemeral"), []);
  assert.deepEqual(needed("sessions_convert_maximum"), [], "a path is no id of the library");
});
