/** The streams of a file (docs/plex/api.md). */
import assert from "node:assert/strict";
import type { DynamicRange } from "../../../../src/simulator/item.ts";
import { streamElements, subtitleElement } from "../../../../src/simulator/api/streams.ts";
import { asJson, VERSION } from "../../../testing/simulator_builders.ts";
import type { AnyJson } from "../../../testing/simulator_client.ts";

const number = (id: number) => id;

function videoOf(range: DynamicRange): AnyJson {
  const video = VERSION.video && { ...VERSION.video, range };
  return asJson(streamElements({ ...VERSION, ...(video && { video }) }, number)[0]);
}

Deno.test("streams are numbered by kind and by place, with ids in the form of their list", () => {
  const streams = asJson(streamElements(VERSION, String));
  assert.deepEqual(
    streams.map(({ streamType, index, id }: AnyJson) => [streamType, index, id]),
    [[1, 0, "13"], [2, 1, "14"], [2, 2, "15"], [3, 3, "16"]],
  );
  assert.equal(asJson(streamElements(VERSION, number))[0].id, 13);
});

Deno.test("the first audio stream is selected; a video stream never says so, nor do unchosen subtitles", () => {
  const streams = asJson(streamElements(VERSION, number));
  assert.deepEqual(streams.map(({ selected }: AnyJson) => selected), [
    undefined,
    true,
    undefined,
    undefined,
  ]);
  const [subtitle] = VERSION.subtitles;
  assert.ok(subtitle);
  assert.equal(subtitleElement(subtitle, 0, true, number).selected, true);
});

Deno.test("the dynamic range is told by the attributes of colour", () => {
  const trc = (range: DynamicRange) => {
    const { colorTrc, colorPrimaries, colorSpace, bitDepth, DOVIPresent } = videoOf(range);
    return [colorTrc, colorPrimaries, colorSpace, bitDepth, DOVIPresent];
  };
  assert.deepEqual(trc("sdr"), ["bt709", "bt709", "bt709", 8, undefined]);
  assert.deepEqual(trc("hdr10"), ["smpte2084", "bt2020", "bt2020nc", 10, undefined]);
  assert.deepEqual(trc("hlg"), ["arib-std-b67", "bt2020", "bt2020nc", 10, undefined]);
  assert.deepEqual(trc("dolby_vision"), ["smpte2084", "bt2020", "bt2020nc", 10, true]);
  const { DOVIProfile, DOVIVersion } = videoOf("dolby_vision");
  assert.ok([5, 7, 8].includes(DOVIProfile) && DOVIVersion === "1.0");
});

Deno.test("what has neither picture nor sound has no streams", () => {
  const { video: _, ...rest } = VERSION;
  assert.deepEqual(streamElements({ ...rest, audio: [], subtitles: [] }, number), []);
});

Deno.test("canAutoSync of a subtitle is a string", () => {
  assert.equal(asJson(streamElements(VERSION, number)).at(-1).canAutoSync, "0");
});
