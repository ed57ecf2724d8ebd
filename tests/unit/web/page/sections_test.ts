/** The parts of the page: plays, sources, scrapes and libraries in words. */
import assert from "node:assert/strict";
import type { Session } from "../../../../src/core/session.ts";
import { listed, SERVER, session, START } from "../../../testing/core_builders.ts";
import { walkedItem, walkTally } from "../../../testing/walk_builders.ts";
import { later, pageOf, partOf, scrape, STRANGER, up } from "../../../testing/page_states.ts";

const media = session().output;

function playing(changed: Partial<Session>): string {
  return partOf(pageOf([up(session(changed))]), "playing");
}

Deno.test("now playing: nothing is playing", () => {
  assert.equal(partOf(pageOf([up()]), "playing"), "Now playing Nothing is playing.");
});

Deno.test("now playing: state, user, player, title, decision, bitrate, place and progress", () => {
  assert.match(
    playing({ progressMs: 4_320_000 }),
    / Playing bob Den · Plex for TV The Long Road Direct play 1080 8\.0 Mb\/s LAN 60 %$/,
  );
});

Deno.test("now playing: an episode has its show, season and name, a broadcast its channel", () => {
  assert.match(
    playing({ title: "Show 7", childTitle: "Season 1", grandchildTitle: "Wet Paint" }),
    /Show 7 Season 1 · Wet Paint/,
  );
  assert.match(playing({ live: true, channel: "9.2 GULL" }), /9\.2 GULL .* live$/);
});

Deno.test("now playing: the ways of delivery in plain words", () => {
  const transcode = { key: "k", hardware: "full", throttled: false } as const;
  const output = { ...media, resolution: "480", bitrateKbps: 800 };
  const converted = { videoDecision: "transcode", transcode, output } as const;
  assert.match(
    playing({ ...converted, source: { ...media, resolution: "4k" }, location: "wan" }),
    /Transcode \(hardware\) 4k → 480 800 kb\/s WAN/,
  );
  assert.match(
    playing({ ...converted, transcode: { ...transcode, hardware: "partial" } }),
    /Transcode \(partly hardware\)/,
  );
  assert.match(
    playing({
      ...converted,
      transcode: { ...transcode, hardware: "none", speed: 0.7 },
      subtitleDecision: "burn",
      relayed: true,
      location: "wan",
    }),
    /Transcode \(software\) 1080 → 480 burns subtitles too slow: 0\.7× 800 kb\/s WAN relay/,
  );
  assert.match(playing({ audioDecision: "transcode" }), /Transcode \(audio only\)/);
  assert.match(playing({ videoDecision: "copy" }), /Direct stream/);
});

Deno.test("now playing: a transcoder that rests is not too slow", () => {
  for (const [speed, throttled] of [[0, true], [0.5, true], [0, false]] as const) {
    const transcode = { key: "k", hardware: "none", speed, throttled } as const;
    assert.doesNotMatch(playing({ videoDecision: "transcode", transcode }), /too slow/);
  }
});

Deno.test("now playing: what is unknown is left out", () => {
  assert.match(
    playing({
      user: "",
      title: "",
      durationMs: undefined,
      source: undefined,
      output: { ...media, resolution: "", bitrateKbps: undefined },
    }),
    /Unknown user Den · Plex for TV Untitled Direct play – LAN –$/,
  );
});

Deno.test("now playing: a stale list is not shown for the truth", () => {
  const page = pageOf([up(session())], 120);
  assert.match(partOf(page, "playing"), /Not known: the list of sessions is stale/);
});

Deno.test("now playing: of a crowd the first are shown and the rest is counted", () => {
  const crowd = Array.from({ length: 205 }, (_, key) => session({ sessionKey: String(key) }));
  const page = pageOf([up(...crowd)]);
  assert.equal(page.match(/The Long Road/g)?.length, 200);
  assert.match(partOf(page, "playing"), /And 5 more\.$/);
});

Deno.test("sources: the age of each, and the socket", () => {
  assert.equal(
    partOf(pageOf([up()], 5), "sources"),
    "Sources sessions 5 s ago server 5 s ago libraries 5 s ago resources 5 s ago " +
      "bandwidth 5 s ago activities 5 s ago history 5 s ago events connected",
  );
});

Deno.test("sources: a failing one says how often and how, and is stale in the end", () => {
  const failing = later(
    up(),
    {
      type: "request_ended",
      at: START,
      endpoint: "/status/sessions",
      outcome: "timeout",
      durationMs: 9,
    },
    listed(START + 110_000),
  );
  const sources = partOf(pageOf([failing], 120), "sources");
  assert.match(sources, /sessions 10 s ago 1 of 2 requests failed \(timeout\)/);
  assert.match(sources, /server 2 min ago libraries 2 min ago/);
  assert.match(sources, /resources stale: 2 min ago/);
});

Deno.test("sources: without Plex Pass the statistics are missing for that reason", () => {
  const free = later(
    STRANGER,
    { type: "server_described", at: START, server: { ...SERVER, plexPass: false } },
    listed(START),
    { type: "source_unavailable", at: START, source: "resources" },
    { type: "source_unavailable", at: START, source: "bandwidth" },
  );
  const sources = partOf(pageOf([free]), "sources");
  assert.match(sources, /resources needs Plex Pass bandwidth needs Plex Pass/);
  assert.match(sources, /activities not read yet/);
  assert.match(partOf(pageOf([free]), "servers"), /no Plex Pass/);
});

Deno.test("sources: for a guest what is missing needs the owner's token", () => {
  const guest = later(
    STRANGER,
    { type: "sessions_denied", at: START },
    { type: "source_unavailable", at: START, source: "bandwidth" },
  );
  const sources = partOf(pageOf([guest]), "sources");
  assert.match(sources, /sessions needs the owner's token/);
  assert.match(sources, /bandwidth needs the owner's token/);
  assert.match(sources, /events needs the owner's token/);
});

Deno.test("sources: a socket that was lost and came back is told", () => {
  const lost = later(up(), { type: "socket_changed", at: START, connected: false });
  assert.match(partOf(pageOf([lost]), "sources"), /events lost: polling instead/);
  const back = later(lost, { type: "socket_changed", at: START, connected: true });
  assert.match(partOf(pageOf([back]), "sources"), /events connected 1 reconnect$/);
});

Deno.test("scrapes: from whom, when, how often and how many series, the latest first", () => {
  const scraped = later(
    up(),
    scrape(START - 40_000, "10.0.0.7", 9),
    ...[0, 15_000, 30_000].map((ms) => scrape(START + ms, "172.18.0.4")),
  );
  assert.match(
    partOf(pageOf([scraped], 39), "scrapes"),
    / 172\.18\.0\.4 9 s ago about every 15 s 143 series 10\.0\.0\.7 79 s ago once so far 9 series$/,
  );
  assert.match(partOf(pageOf([scraped], 600), "scrapes"), /9 min ago was about every 15 s/);
});

Deno.test("scrapes: who looks by hand is not missed", () => {
  const looked = later(up(), ...[0, 50, 120].map((ms) => scrape(START + ms, "127.0.0.1")));
  assert.match(
    partOf(pageOf([looked], 60), "scrapes"),
    / 127\.0\.0\.1 \S+ .* several times at once/,
  );
});

Deno.test("libraries: when the last walk ended, or how far the one under way is", () => {
  const walked = later(
    up(),
    {
      type: "library_walked",
      at: START,
      libraryId: "2",
      startedAt: START,
      contentRevision: undefined,
      tally: walkTally([walkedItem("1")]),
    },
    {
      type: "walk_progressed",
      at: START,
      progress: { libraryId: "1", startedAt: START, items: 750, totalItems: 1234 },
    },
  );
  assert.match(
    partOf(pageOf([walked], 60), "libraries"),
    / 3\.5 TB 750 of 1,234 items Series .* – 60 s ago$/,
  );
});

Deno.test("libraries: type, items and storage, and what is not known yet", () => {
  assert.match(
    partOf(pageOf([up()]), "libraries"),
    /Films Movies 1,234 movies 3\.5 TB – Series Shows not counted yet – –$/,
  );
});
