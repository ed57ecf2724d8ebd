/** The files of items (docs/plex/api.md). */
import assert from "node:assert/strict";
import type { Version } from "../../../src/simulator/item.ts";
import {
  audioFile,
  broadcastFile,
  photoFile,
  videoFile,
} from "../../../src/simulator/media_generator.ts";
import { createRandom } from "../../../src/simulator/random.ts";

const HOUR_MS = 3_600_000;

function newIds() {
  let last = 0;
  return () => ++last;
}

/** Every id in a version. */
function idsOf({ id, partId, video, audio, subtitles }: Version): number[] {
  const streams = [...(video === undefined ? [] : [video]), ...audio, ...subtitles];
  return [id, partId, ...streams.map((stream) => stream.id)];
}

Deno.test("a video is as large as its bitrate and its duration make it", () => {
  for (const resolution of ["4k", "1080", "720", "sd"] as const) {
    const options = { durationMs: HOUR_MS, file: "/media/1.mkv", resolution };
    const { bitrateKbps = 0, sizeBytes, video, audio, width } = videoFile(
      createRandom(1),
      newIds(),
      options,
    );
    assert.equal(sizeBytes, bitrateKbps * 1000 / 8 * 3600, resolution);
    const streams = [...audio, ...(video === undefined ? [] : [video])];
    assert.equal(streams.reduce((sum, stream) => sum + stream.bitrateKbps, 0), bitrateKbps);
    assert.equal(width, video?.width);
    assert.equal(resolution === "4k", (width ?? 0) >= 3840);
  }
});

Deno.test("no id and no path is used twice, whatever the file", () => {
  const [random, nextId] = [createRandom(1), newIds()];
  const video = { durationMs: HOUR_MS, file: "/media/1.mkv", resolution: "1080" } as const;
  const versions = [
    videoFile(random, nextId, video),
    videoFile(random, nextId, video),
    audioFile(random, nextId, HOUR_MS, "/media/1.flac"),
    audioFile(random, nextId, HOUR_MS, "/media/1.flac"),
    photoFile(random, nextId, "/media/1.jpg"),
    broadcastFile(random, nextId),
  ];
  const ids = versions.flatMap(idsOf);
  assert.equal(new Set(ids).size, ids.length);
  const paths = versions.slice(0, 4).map(({ file }) => file);
  assert.equal(new Set(paths).size, paths.length);
  for (const path of paths) assert.match(path, /^\/media\/1\.\d+\.(mkv|flac)$/);
});

Deno.test("an optimised version has a title, and the range is standard unless it is given", () => {
  const options = { durationMs: HOUR_MS, file: "/media/1.mkv", resolution: "720" } as const;
  const plain = videoFile(createRandom(1), newIds(), options);
  assert.deepEqual([plain.title, plain.optimized, plain.video?.range], [
    undefined,
    undefined,
    "sdr",
  ]);
  const tv = { ...options, title: "Optimized for TV", optimized: true, range: "hlg" } as const;
  const optimised = videoFile(createRandom(1), newIds(), tv);
  assert.deepEqual(
    [optimised.title, optimised.optimized, optimised.video?.range],
    ["Optimized for TV", true, "hlg"],
  );
});

Deno.test("a song has no picture, a photo neither bitrate nor duration nor streams", () => {
  const song = audioFile(createRandom(1), newIds(), HOUR_MS, "/media/1.flac");
  assert.deepEqual([song.video, song.resolution, song.audio.length], [undefined, undefined, 1]);
  const photo = photoFile(createRandom(1), newIds(), "/media/1.jpg");
  assert.ok(!("bitrateKbps" in photo || "durationMs" in photo || "resolution" in photo));
  assert.deepEqual([photo.audio, photo.subtitles], [[], []]);
});

Deno.test("a broadcast names neither bitrate nor duration nor file", () => {
  const broadcast = broadcastFile(createRandom(1), newIds());
  assert.ok(!("bitrateKbps" in broadcast || "durationMs" in broadcast));
  assert.deepEqual([broadcast.file, broadcast.sizeBytes], ["", 0]);
});
