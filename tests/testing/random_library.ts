/**
 * Random items for simulated libraries: with several versions, split files, files of unknown size,
 * and files that two items share. It asserts nothing.
 */
import fc from "fast-check";
import type { FilePart, Item, Version } from "../../src/simulator/item.ts";
import type { Library } from "../../src/simulator/library.ts";

/** The random properties of an item; its index determines numbers and texts. */
export interface ItemShape {
  readonly top: number;
  readonly addedDaysAgo: number;
  /** Whether the first file is that of the previous item. */
  readonly shares: boolean;
  readonly versions: readonly {
    readonly resolution: string;
    readonly codec: string;
    /** Sizes of the files; 0 if Plex does not know it. */
    readonly sizes: readonly number[];
    readonly hasPaths: boolean;
  }[];
}

/** Any properties of an item. */
export const arbitraryShape: fc.Arbitrary<ItemShape> = fc.record({
  top: fc.nat(14),
  addedDaysAgo: fc.oneof(fc.double({ min: 0, max: 40, noNaN: true }), fc.nat(2_000)),
  shares: fc.boolean(),
  versions: fc.array(
    fc.record({
      resolution: fc.constantFrom("sd", "720", "1080", "4k"),
      codec: fc.constantFrom("h264", "hevc", "av1"),
      sizes: fc.array(fc.oneof(fc.nat(1_000), fc.integer({ min: 1e9, max: 1e11 })), {
        minLength: 1,
        maxLength: 3,
      }),
      hasPaths: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});

const NO_FILE: FilePart = { partId: 0, file: "", sizeBytes: 0 };

/** The fixed properties of every video. */
const VIDEO = {
  profile: "main",
  width: 720,
  height: 480,
  framesPerSecond: 24,
  range: "sdr",
} as const;

/** Creates an item with a rating key; it may share a file with `before`. */
export function itemOf(
  library: Library,
  shape: ItemShape,
  key: number,
  { nowS, before }: { readonly nowS: number; readonly before?: Item | undefined },
): Item {
  const addedAtS = Math.floor(nowS - shape.addedDaysAgo * 86_400);
  const common = { guid: "", libraryId: library.id, addedAtS, updatedAtS: addedAtS };
  const title = `Title ${shape.top}`;
  const shared = shape.shares ? before?.versions[0] : undefined;
  const versions = shape.versions.map((version, index): Version => {
    const [first = NO_FILE, ...furtherParts] = version.sizes.map((sizeBytes, part): FilePart => ({
      partId: key * 100 + index * 10 + part,
      file: version.hasPaths ? `${library.folder}/${key}/${index}.${part}.mkv` : "",
      sizeBytes,
    }));
    const stream = { id: 1, codec: version.codec, bitrateKbps: 1 };
    const audio = [{ ...stream, channels: 2, language: "" }];
    const file = index === 0 && shared?.file ? { ...first, file: shared.file } : first;
    const base = {
      ...file,
      furtherParts,
      id: key * 100 + index,
      container: "mkv",
      audio,
      subtitles: [],
    };
    if (library.type === "artist") return base;
    const video = { ...stream, ...VIDEO };
    return { ...base, resolution: version.resolution, width: VIDEO.width, video };
  });
  if (library.type === "movie") {
    return { ...common, type: "movie", ratingKey: String(key), title: `Film ${key}`, versions };
  }
  const isShow = library.type === "show";
  const top: Item = {
    ...common,
    type: isShow ? "show" : "artist",
    ratingKey: String(900_000 + Number(library.id) * 100 + shape.top),
    title,
    versions: [],
  };
  const parent: Item = { ...top, type: isShow ? "season" : "album", ratingKey: "1", parent: top };
  return {
    ...common,
    type: isShow ? "episode" : "track",
    ratingKey: String(key),
    title: `Part ${key}`,
    parent,
    versions,
  };
}
