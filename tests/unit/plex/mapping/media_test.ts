import assert from "node:assert/strict";
import {
  mapMedia,
  mapVersions,
  selectedOrFirst,
  selectStreams,
} from "../../../../src/plex/mapping/media.ts";
import { parseItems } from "../../../../src/plex/schema.ts";

/** One item's media, parsed as an answer of Plex. */
function media(...entries: object[]) {
  const items = parseItems({
    MediaContainer: { Metadata: [{ ratingKey: "7", Media: entries }] },
  })?.Metadata ?? [];
  return { items, first: items[0]?.Media[0] };
}

Deno.test("selectedOrFirst prefers the selected entry", () => {
  assert.equal(selectedOrFirst([]), undefined);
  const [a, b] = [{ selected: false }, { selected: true }];
  assert.equal(selectedOrFirst([a, b]), b);
  assert.equal(selectedOrFirst([a, {}]), a);
});

Deno.test("selectStreams takes the selected streams, and no subtitles unless selected", () => {
  const { first } = media({
    Part: [{
      container: "mkv",
      decision: "transcode",
      Stream: [
        { streamType: 1, codec: "hevc" },
        { streamType: 2, codec: "aac" },
        { streamType: 2, codec: "dca", selected: true },
        { streamType: 3, codec: "srt" },
      ],
    }],
  });
  const streams = selectStreams(first);
  assert.deepEqual(
    [streams.partDecision, streams.container, streams.video?.codec, streams.audio?.codec],
    ["transcode", "mkv", "hevc", "dca"],
  );
  assert.equal(streams.subtitle, undefined);
  assert.deepEqual(selectStreams(undefined), {
    partDecision: "",
    container: "",
    video: undefined,
    audio: undefined,
    subtitle: undefined,
  });
});

Deno.test("mapMedia takes from the part and its streams what the medium leaves out", () => {
  const { first } = media({
    bitrate: 900,
    width: 3840,
    Part: [{ container: "mp4", Stream: [{ streamType: 1, codec: "h264", DOVIPresent: true }] }],
  });
  const mapped = mapMedia(first);
  assert.equal(mapped.container, "mp4");
  assert.equal(mapped.videoCodec, "h264");
  assert.equal(mapped.audioCodec, "");
  assert.equal(mapped.resolution, "4k");
  assert.equal(mapped.bitrateKbps, 900);
  assert.equal(mapped.dynamicRange, "dolby_vision");
});

Deno.test("mapMedia does not take the width of a photo for a video resolution", () => {
  assert.equal(mapMedia(media({ container: "jpeg", width: 4000 }).first).resolution, "");
});

Deno.test("mapVersions has every version of an item by rating key", () => {
  const { items } = media({ id: 11, videoCodec: "hevc" }, { id: "12", selected: true });
  const versions = mapVersions(items).get("7") ?? [];
  assert.deepEqual(versions.map(({ id, selected }) => [id, selected]), [["11", false], [
    "12",
    true,
  ]]);
  assert.equal(versions[0]?.media.videoCodec, "hevc");
});
