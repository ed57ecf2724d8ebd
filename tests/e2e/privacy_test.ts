/** Label values that the operator hides are nowhere: in no metric, page or log line. */
import assert from "node:assert/strict";
import { download } from "../../src/simulator/download.ts";
import type { Item } from "../../src/simulator/item.ts";
import { type Player, players, type User, users } from "../../src/simulator/users.ts";
import { HIDEABLE_LABELS } from "../../src/config/mod.ts";
import { findSamples, type Harness, sum, testWithHarness } from "../testing/harness.ts";
import { valuesBy } from "../testing/labels.ts";

/** All output of the exporter, in lower case. */
async function allOutput(harness: Harness): Promise<string> {
  const page = await harness.statusPage();
  const open = await harness.text({ accept: "application/openmetrics-text;version=1.0.0" });
  return [await harness.text(), open, page, ...harness.lines].join("\n").toLowerCase();
}

/** Random consonants: even a part of such a name is in no other text. */
function gibberish(seed: number): string {
  let state = seed + 1;
  return Array.from({ length: 16 }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return "bcdfghjklmnpqrstvwxz"[state % 20] ?? "";
  }).join("");
}

/** Names for the values of each label. */
const NAMES = Object.fromEntries(
  HIDEABLE_LABELS.map((label, index) => [
    label,
    Array.from({ length: 12 }, (_, nth) => gibberish(100 * (index + 1) + nth)),
  ]),
) as Record<(typeof HIDEABLE_LABELS)[number], string[]>;

const nameOf = (label: (typeof HIDEABLE_LABELS)[number], nth: number) => NAMES[label][nth] ?? "";

const USERS: readonly User[] = users.map((user, nth) => ({ ...user, name: nameOf("user", nth) }));
const PLAYERS: readonly Player[] = players.map((player, nth) => ({
  ...player,
  title: nameOf("player", nth),
  device: nameOf("device", nth),
}));
const LIBRARIES = (["movie", "show", "artist", "photo"] as const)
  .map((type, nth) => ({ type, title: nameOf("library", nth) }));

/** An item and its parents, with titles of `NAMES`. */
function withTitles(item: Item, nth: number): Item {
  const { parent, ...rest } = item;
  const renamed = parent === undefined ? {} : { parent: withTitles(parent, nth + 1) };
  return { ...rest, ...renamed, title: nameOf("title", nth) };
}

/** Plays a film, an episode, a track, a photo and live television, and downloads a film. */
async function playEveryType(harness: Harness, seconds: number): Promise<void> {
  const { simulation } = harness.plex;
  const channel = { number: "1", callSign: nameOf("channel", 0), title: nameOf("channel", 1) };
  const items = [
    withTitles(simulation.randomItem("movie"), 0),
    withTitles(simulation.randomItem("episode"), 1),
    withTitles(simulation.randomItem("track"), 4),
    withTitles(simulation.randomItem("photo"), 7),
    withTitles(
      simulation.generator.nonLibrary.broadcast(channel, "", "/livetv/sessions/0a1b2c3d"),
      8,
    ),
  ];
  const [, user] = simulation.users;
  if (user) download(simulation, { item: withTitles(simulation.randomItem("movie"), 0), user });
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

/** The names of which five letters in a row or more are in the text. */
function shown(names: readonly string[], text: string): readonly string[] {
  return names.filter((name) =>
    Array.from({ length: name.length - 4 }, (_, at) => name.slice(at, at + 5))
      .some((part) => text.includes(part))
  );
}

const WITH_NAMES = { users: USERS, players: PLAYERS, libraries: LIBRARIES };

for (const hidden of HIDEABLE_LABELS) {
  testWithHarness(
    `HIDE_LABELS=${hidden} hides each ${hidden}, in whole and in part, and nothing else`,
    async (harness) => {
      await playEveryType(harness, 5);
      await harness.scrape();
      const text = await allOutput(harness);
      assert.deepEqual(shown(NAMES[hidden], text), []);
      for (const other of HIDEABLE_LABELS) {
        if (other !== hidden) assert.ok(shown(NAMES[other], text).length > 0, `${other} is shown`);
      }
      assert.match(text, hidden === "channel" ? /channel="hidden"/ : /="hidden"/);
    },
    { ...WITH_NAMES, settings: { HIDE_LABELS: hidden } },
  );
}

testWithHarness(
  "HIDE_LABELS hides all labels together, also after libraries change",
  async (harness) => {
    const { simulation } = harness.plex;
    await playEveryType(harness, 60);
    const [first, second] = simulation.libraries;
    assert.ok(first && second);
    simulation.libraries.remove(first.id);
    simulation.libraries.rename(second.id, nameOf("library", 9));
    const title = `Scanning ${second.title}`;
    simulation.activities.run({ type: "library.update.section", title });
    await harness.pass(120);
    await harness.scrape();
    const text = await allOutput(harness);
    assert.deepEqual(shown(Object.values(NAMES).flat(), text), []);
    const page = await harness.scrape();
    assert.equal(findSamples(page, "plex_sessions").length, 18);
    assert.ok(findSamples(page, "plex_user_transmit_bytes_total", { user: "hidden" }).length > 0);
    assert.ok(sum(page, "plex_title_play_seconds_total", { title: "hidden" }) > 100);
  },
  { ...WITH_NAMES, settings: { HIDE_LABELS: HIDEABLE_LABELS.join(", ") } },
);

testWithHarness(
  "HIDE_LABELS: samples with equal labels are summed, and sessions stay apart",
  async (harness) => {
    const item = harness.plex.simulation.randomItem("movie");
    const [player] = harness.plex.simulation.players;
    assert.ok(player);
    for (const who of [0, 1]) harness.play({ who, item, player });
    await harness.pass(30);
    await harness.scrape();
    const page = await harness.scrape();
    assert.deepEqual(valuesBy(page, "plex_plays_total", ["user"]), { hidden: 2 });
    assert.equal(findSamples(page, "plex_plays_total").length, 1);
    assert.equal(findSamples(page, "plays_total", { user: "hidden" }).length, 2);
  },
  { settings: { HIDE_LABELS: "user" } },
);
