/**
 * Live television and other plays that are in no library, as older and newer servers show them:
 * frames with and without a rating key, and with and without an answer to `/library/metadata`.
 */
import assert from "node:assert/strict";
import { timeInState } from "../../src/simulator/ground_truth.ts";
import type { Item } from "../../src/simulator/item.ts";
import {
  findSamples,
  type Harness,
  sum,
  testWithHarness,
  withHarness,
} from "../testing/harness.ts";

const CHANNEL = { number: "4.1", callSign: "KEXM", title: "Example 4" };
const PATH = "/livetv/sessions/0a1b2c3d4e5f";

/** A programme whose frames have the rating key that `frameKeyOf` makes of its own. */
function broadcast(
  { plex }: Harness,
  title: string,
  frameKeyOf: (ratingKey: string | undefined) => string | undefined,
): Item {
  const item = plex.simulation.generator.nonLibrary.broadcast(CHANNEL, title, PATH);
  const { live, ratingKey } = item;
  assert.ok(live);
  return { ...item, live: { ...live, frameRatingKey: frameKeyOf(ratingKey) } };
}

/** Rating keys of frames, made of the item's own. */
const FRAME_KEYS: Readonly<Record<string, (ratingKey: string | undefined) => string | undefined>> =
  {
    "no rating key": () => undefined,
    "an empty rating key": () => "",
    "the rating key 0": () => "0",
    "the list's rating key": (ratingKey) => ratingKey,
    "another rating key": () => "999999",
  };

for (const [form, frameKeyOf] of Object.entries(FRAME_KEYS)) {
  testWithHarness(
    `live television is counted once, with its playing time, if frames have ${form}`,
    async (harness) => {
      const { simulation } = harness.plex;
      await harness.pass(15);
      const viewer = harness.play({
        item: broadcast(harness, "News", frameKeyOf),
        method: "software transcode",
      });
      await harness.pass(30);
      viewer.pause();
      await harness.pass(0.5);
      const paused = await harness.scrape();
      assert.equal(
        sum(paused, "plex_sessions", { state: "paused" }),
        1,
        "seen by its notification",
      );
      await harness.pass(20);
      viewer.resume();
      viewer.next(broadcast(harness, "Weather", frameKeyOf));
      await harness.pass(30);
      viewer.stop();
      await harness.pass(0.5);
      const page = await harness.scrape();
      assert.equal(sum(page, "plex_sessions"), 0, "seen by its notification");
      assert.equal(sum(page, "plex_plays_total"), 1);
      assert.equal(findSamples(page, "plays_total", { media_type: "live_tv" }).length, 1);
      const playedS = simulation.plays.reduce(
        (total, play) => total + timeInState(play, "playing", harness.clock.now()) / 1000,
        0,
      );
      const countedS = sum(page, "plex_play_seconds_total");
      assert.ok(Math.abs(countedS - playedS) <= 1.1, `${countedS} s counted, ${playedS} s played`);
    },
  );
}

/** The play counters after a preroll, a broadcast and a trailer, each transcoded. */
async function countPlays(harness: Harness): Promise<readonly (readonly [string, number])[]> {
  const { nonLibrary } = harness.plex.simulation.generator;
  const items = [
    nonLibrary.preroll(),
    nonLibrary.broadcast(CHANNEL, "News", PATH),
    nonLibrary.trailer(),
  ];
  const viewers = items.map((item, who) =>
    harness.play({ item, who, method: "software transcode" })
  );
  await harness.pass(15);
  viewers.forEach((viewer) => viewer.stop());
  await harness.pass(5);
  await harness.scrape();
  const page = await harness.scrape();
  assert.equal(sum(page, "plex_plays_total"), items.length);
  const lookups = harness.plex.requests.filter(({ template }) => template.includes("metadata"));
  assert.deepEqual(lookups, [], "nothing that is in no library is looked up");
  return ["plays_total", "plex_plays_total", "plex_play_seconds_total"]
    .flatMap((family) => findSamples(page, family));
}

Deno.test("plays outside libraries are counted the same whether or not Plex has their metadata", async () => {
  const counts: (readonly (readonly [string, number])[])[] = [];
  for (const hasEphemeralMetadata of [false, true]) {
    await withHarness(async (harness) => void counts.push(await countPlays(harness)), {
      before: ({ simulation }) => {
        simulation.server.hasEphemeralMetadata = hasEphemeralMetadata;
      },
    });
  }
  assert.deepEqual(counts[0], counts[1]);
});
