/** What the operator hides is nowhere: not on the metrics, not on the page, not in the log. */
import assert from "node:assert/strict";
import { download } from "../../src/simulator/download.ts";
import type { Item } from "../../src/simulator/item.ts";
import { type Player, players, type User, users } from "../../src/simulator/users.ts";
import { HIDEABLE_LABELS } from "../../src/config/mod.ts";
import { findSamples, type Harness, sum, testWithHarness } from "../testing/harness.ts";

/** Everything that the exporter shows. */
async function everything(harness: Harness): Promise<string> {
  const page = await (await fetch(harness.app.url)).text();
  const open = await harness.text({ accept: "application/openmetrics-text;version=1.0.0" });
  return [await harness.text(), open, page, ...harness.lines].join("\n").toLowerCase();
}

/** Letters that stand together in no word, so that a part of a name is as telling as the whole. */
function gibberish(seed: number): string {
  let state = seed + 1;
  return Array.from({ length: 16 }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return "bcdfghjklmnpqrstvwxz"[state % 20] ?? "";
  }).join("");
}

/** The names of each kind; none of their parts stands in any other text. */
const NAMES = Object.fromEntries(
  HIDEABLE_LABELS.map((kind, index) => [
    kind,
    Array.from({ length: 12 }, (_, nth) => gibberish(100 * (index + 1) + nth)),
  ]),
) as Record<(typeof HIDEABLE_LABELS)[number], string[]>;

const nameOf = (kind: (typeof HIDEABLE_LABELS)[number], nth: number) => NAMES[kind][nth] ?? "";

const USERS: readonly User[] = users.map((user, nth) => ({ ...user, name: nameOf("user", nth) }));
const PLAYERS: readonly Player[] = players.map((player, nth) => ({
  ...player,
  title: nameOf("player", nth),
  device: nameOf("device", nth),
}));
const LIBRARIES = (["movie", "show", "artist", "photo"] as const)
  .map((type, nth) => ({ type, title: nameOf("library", nth) }));

/** An item, and all that it is part of, under titles of ours. */
function retitled(item: Item, nth: number): Item {
  const { parent, ...rest } = item;
  const above = parent === undefined ? {} : { parent: retitled(parent, nth + 1) };
  return { ...rest, ...above, title: nameOf("title", nth) };
}

/** A film, an episode, a track, a photo and live television, each with a viewer. */
async function watch(harness: Harness, seconds: number): Promise<void> {
  const { simulation } = harness.plex;
  const channel = { number: "1", callSign: nameOf("channel", 0), title: nameOf("channel", 1) };
  const items = [
    retitled(simulation.randomItem("movie"), 0),
    retitled(simulation.randomItem("episode"), 1),
    retitled(simulation.randomItem("track"), 4),
    retitled(simulation.randomItem("photo"), 7),
    retitled(
      simulation.generator.nonLibrary.broadcast(channel, "", "/livetv/sessions/0a1b2c3d"),
      8,
    ),
  ];
  const [, user] = simulation.users;
  if (user) download(simulation, { item: retitled(simulation.randomItem("movie"), 0), user });
  items.forEach((item, who) =>
    harness.play({
      item,
      who,
      method: item.live ? "direct stream" : "direct play",
      location: "wan",
    })
  );
  await harness.pass(seconds);
}

/** Which of the names, whole or in part, are in the text. */
function shown(names: readonly string[], text: string): readonly string[] {
  return names.filter((name) =>
    Array.from({ length: name.length - 4 }, (_, at) => name.slice(at, at + 5))
      .some((part) => text.includes(part))
  );
}

const PEOPLE = { users: USERS, players: PLAYERS, libraries: LIBRARIES };

for (const hidden of HIDEABLE_LABELS) {
  testWithHarness(
    `HIDE_LABELS=${hidden} hides each ${hidden}, in whole and in part, and nothing else`,
    async (harness) => {
      await watch(harness, 5);
      await harness.scrape();
      const text = await everything(harness);
      assert.deepEqual(shown(NAMES[hidden], text), []);
      for (const other of HIDEABLE_LABELS) {
        if (other !== hidden) assert.ok(shown(NAMES[other], text).length > 0, `${other} is shown`);
      }
      assert.match(text, hidden === "channel" ? /channel="hidden"/ : /="hidden"/);
    },
    { ...PEOPLE, settings: { HIDE_LABELS: hidden } },
  );
}

testWithHarness(
  "HIDE_LABELS hides all of them at once, and what comes and goes",
  async (harness) => {
    const { simulation } = harness.plex;
    await watch(harness, 60);
    const [first, second] = simulation.libraries;
    assert.ok(first && second);
    simulation.libraries.remove(first.id);
    simulation.libraries.rename(second.id, nameOf("library", 9));
    const title = `Scanning ${second.title}`;
    simulation.activities.run({ type: "library.update.section", title });
    await harness.pass(120);
    await harness.scrape();
    const text = await everything(harness);
    assert.deepEqual(shown(Object.values(NAMES).flat(), text), []);
    const page = await harness.scrape();
    assert.equal(findSamples(page, "plex_sessions").length, 18);
    assert.ok(findSamples(page, "plex_user_transmit_bytes_total", { user: "hidden" }).length > 0);
    assert.ok(sum(page, "plex_title_play_seconds_total", { title: "hidden" }) > 100);
  },
  { ...PEOPLE, settings: { HIDE_LABELS: HIDEABLE_LABELS.join(", ") } },
);

testWithHarness(
  "HIDE_LABELS: samples that coincide are summed, and plays stay apart",
  async (harness) => {
    harness.play({ who: 0 });
    harness.play({ who: 1 });
    await harness.pass(30);
    await harness.scrape();
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_plays_total", { user: "hidden" }), 2);
    assert.equal(findSamples(page, "plays_total", { user: "hidden" }).length, 2);
    assert.equal(new Set(findSamples(page, "plex_plays_total").map(([series]) => series)).size, 2);
  },
  { settings: { HIDE_LABELS: "user" } },
);

testWithHarness(
  "COMPATIBLE_METRICS=false leaves out the compatible families and nothing else",
  async (harness) => {
    harness.play();
    await harness.pass(20);
    await harness.scrape();
    const page = await harness.scrape();
    assert.equal(findSamples(page, "plays_total").length, 0);
    assert.equal(findSamples(page, "server_info").length, 0);
    assert.equal(findSamples(page, "plex_library_items").length, 0);
    assert.equal(sum(page, "plex_plays_total"), 1);
  },
  { settings: { COMPATIBLE_METRICS: "false" } },
);
