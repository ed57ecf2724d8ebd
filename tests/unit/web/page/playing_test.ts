import assert from "node:assert/strict";
import type { Session } from "../../../../src/core/session.ts";
import { session } from "../../../testing/core_builders.ts";
import { pageOf, partOf, up } from "../../../testing/page_states.ts";

const media = session().output;

function playing(changed: Partial<Session>): string {
  return partOf(pageOf([up(session(changed))]), "playing");
}

Deno.test("playing shows that nothing is playing", () => {
  assert.equal(partOf(pageOf([up()]), "playing"), "Now playing Nothing is playing.");
});

Deno.test("playing shows state, user, player, title, decision, resolution, bitrate, location and progress", () => {
  assert.match(
    playing({ progressMs: 4_320_000 }),
    / Playing bob Den · Plex for TV The Long Road Direct play 1080 8\.0 Mb\/s LAN 60 %$/,
  );
});

Deno.test("playing shows the season and title of an episode, and the channel of a broadcast", () => {
  assert.match(
    playing({ title: "Show 7", childTitle: "Season 1", grandchildTitle: "Wet Paint" }),
    /Show 7 Season 1 · Wet Paint/,
  );
  assert.match(playing({ live: true, channel: "9.2 GULL" }), /9\.2 GULL .* live$/);
});

Deno.test("playing shows how a play is delivered", () => {
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

Deno.test("playing does not show a throttled transcoder as too slow", () => {
  for (const [speed, throttled] of [[0, true], [0.5, true], [0, false]] as const) {
    const transcode = { key: "k", hardware: "none", speed, throttled } as const;
    assert.doesNotMatch(playing({ videoDecision: "transcode", transcode }), /too slow/);
  }
});

Deno.test("playing leaves out what is unknown", () => {
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

Deno.test("playing shows no plays of a stale session list", () => {
  const page = pageOf([up(session())], 120);
  assert.match(partOf(page, "playing"), /Not known: the list of sessions is stale/);
});

Deno.test("playing shows the first 200 plays and counts the others", () => {
  const sessions = Array.from({ length: 205 }, (_, key) => session({ sessionKey: String(key) }));
  const page = pageOf([up(...sessions)]);
  assert.equal(page.match(/The Long Road/g)?.length, 200);
  assert.match(partOf(page, "playing"), /And 5 more\.$/);
});
