/**
 * The items of a large library, each computed from its position when it is requested: a hundred
 * thousand episodes take no memory. The same seed gives the same items.
 */
import { type FilePart, type Item, type ItemType, sizeBytes, type Version } from "./item.ts";
import type { Library } from "./library.ts";
import { audioFile, videoFile } from "./media_generator.ts";
import { createRandom, type Random } from "./random.ts";

/** How many items to generate, and under which keys. */
export interface GeneratedItemsOptions {
  /** Films, episodes or tracks. */
  readonly count: number;
  readonly seed: number;
  /** The rating key of the first item; the others follow. */
  readonly firstKey: number;
  /** When the newest item was added, in seconds of Plex's clock. */
  readonly untilS: number;
}

/** Items by type and position, in the order of their rating keys. */
export interface GeneratedItems {
  /** How many rating keys they use, from the first on. */
  readonly keys: number;
  countOf(type: ItemType): number;
  at(type: ItemType, position: number): Item;
  find(ratingKey: string): Item | undefined;
  /** The items directly below one, in order; none below a leaf or an unknown item. */
  childrenOf(ratingKey: string): readonly Item[];
  /** All items that have files, in order. */
  leaves(): Generator<Item>;
  /** Bytes and milliseconds of all, computed once. */
  totals(): { readonly storageBytes: number; readonly durationMs: number };
}

/** One level of items; those of the next one belong to it. */
interface Level {
  readonly type: ItemType;
  readonly count: number;
  readonly firstKey: number;
  /** How many leaves each item has. */
  readonly leaves: number;
}

/** From the top level down, with how many leaves an item of each has. */
const LEVELS: Readonly<
  Record<"movie" | "show" | "artist", readonly (readonly [ItemType, number])[]>
> = {
  movie: [["movie", 1]],
  show: [["show", 50], ["season", 10], ["episode", 1]],
  artist: [["artist", 48], ["album", 12], ["track", 1]],
};

/** The years over which the items were added. */
const YEARS_S = 4 * 365 * 86_400;

/** Ids of files and streams of one item; beyond all rating keys. */
const FIRST_FILE_ID = 1_000_000_000;
const IDS_PER_ITEM = 32;

/** One in this many items shares its file with the one before, as double episodes do. */
const SHARED_EVERY = 200;

const SECOND_VERSION_SHARE = 0.05;
const SPLIT_SHARE = 0.02;
const MISSING_SIZE_SHARE = 0.005;

/** The generated items of a library; a library of photos has none. */
export function createGeneratedItems(
  library: Pick<Library, "id" | "type" | "folder">,
  { count, seed, firstKey, untilS }: GeneratedItemsOptions,
): GeneratedItems {
  const levels: Level[] = [];
  let keys = 0;
  const shape = library.type === "photo" ? [] : LEVELS[library.type];
  for (const [type, leaves] of shape.toReversed()) {
    const level = { type, leaves, count: Math.ceil(count / leaves), firstKey: firstKey + keys };
    levels.unshift(level);
    keys += level.count;
  }
  const isFlat = levels.length === 1;

  function addedAtS(position: number): number {
    return untilS - Math.floor(((count - 1 - position) / count) * YEARS_S);
  }

  function itemOf(depth: number, position: number): Item {
    const level = levels[depth];
    if (level === undefined || position >= level.count) throw new RangeError("No such item");
    const above = levels[depth - 1];
    const inAbove = (above?.leaves ?? 0) / level.leaves;
    const addedS = addedAtS(Math.min(count - 1, position * level.leaves));
    const ratingKey = String(level.firstKey + position);
    const item: Item = {
      type: level.type,
      ratingKey,
      title: `Generated ${level.type} ${above === undefined ? position : position % inAbove + 1}`,
      guid: `plex://${level.type}/${ratingKey}`,
      libraryId: library.id,
      addedAtS: addedS,
      updatedAtS: addedS + 60,
      versions: [],
      ...(above === undefined ? {} : {
        parent: itemOf(depth - 1, Math.floor(position / inAbove)),
        index: position % inAbove + 1,
      }),
    };
    return level.leaves === 1 ? { ...item, ...filesOf(position) } : item;
  }

  function filesOf(position: number): Required<Pick<Item, "durationMs" | "versions">> {
    const random = createRandom(seed ^ Math.imul(position + 1, 0x85ebca6b));
    let id = FIRST_FILE_ID + (firstKey + position) * IDS_PER_ITEM;
    const nextId = () => id++;
    const file = `${library.folder}/${Math.floor(position / 50)}/${position}.mkv`;
    if (library.type === "artist") {
      const durationMs = random.integer(150, 320) * 1_000;
      return { durationMs, versions: [audioFile(random, nextId, durationMs, file)] };
    }
    const durationMs = (isFlat ? random.integer(82, 148) : random.integer(21, 58)) * 60_000;
    const resolution = random.pick(["4k", "1080", "1080", "1080", "720", "sd"] as const);
    const versions = [vary(random, videoFile(random, nextId, { durationMs, file, resolution }))];
    if (random.chance(SECOND_VERSION_SHARE)) {
      versions.push(videoFile(random, nextId, { durationMs, file, resolution: "720" }));
    }
    const isShared = !isFlat && position % SHARED_EVERY === 1;
    return isShared ? sharedFiles(position - 1) : { durationMs, versions };
  }

  /** The files of an item under the ids of the next one. */
  function sharedFiles(position: number): ReturnType<typeof filesOf> {
    const { durationMs, versions } = filesOf(position);
    const shared = versions.map((version) => ({
      ...version,
      id: version.id + IDS_PER_ITEM,
      partId: version.partId + IDS_PER_ITEM,
    }));
    return { durationMs, versions: shared };
  }

  function computeTotals(): ReturnType<GeneratedItems["totals"]> {
    let storageBytes = 0;
    let totalMs = 0;
    for (let position = 0; position < count; position += 1) {
      const { durationMs, versions } = filesOf(position);
      storageBytes += sizeBytes({ versions });
      totalMs += durationMs;
    }
    return { storageBytes, durationMs: totalMs };
  }

  /** The level of an item and its position there; depth -1 for an unknown one. */
  function placeOf(ratingKey: string): { readonly depth: number; readonly position: number } {
    const key = Number(ratingKey);
    const depth = levels.findIndex((level) =>
      key >= level.firstKey && key < level.firstKey + level.count
    );
    return { depth, position: key - (levels[depth]?.firstKey ?? 0) };
  }

  let knownTotals: ReturnType<typeof computeTotals> | undefined;
  const leafDepth = levels.length - 1;
  const depthOf = (type: ItemType) => levels.findIndex((level) => level.type === type);
  return {
    keys,
    countOf: (type) => levels[depthOf(type)]?.count ?? 0,
    at: (type, position) => itemOf(depthOf(type), position),
    find(ratingKey) {
      const { depth, position } = placeOf(ratingKey);
      return depth === -1 ? undefined : itemOf(depth, position);
    },
    childrenOf(ratingKey) {
      const { depth, position } = placeOf(ratingKey);
      const level = levels[depth];
      const below = levels[depth + 1];
      if (level === undefined || below === undefined) return [];
      const each = level.leaves / below.leaves;
      const first = position * each;
      const count = Math.min(each, below.count - first);
      return Array.from({ length: count }, (_, nth) => itemOf(depth + 1, first + nth));
    },
    *leaves() {
      for (let position = 0; position < count; position += 1) yield itemOf(leafDepth, position);
    },
    totals: () => knownTotals ??= computeTotals(),
  };
}

/** Gives some video files a newer codec, splits some in two, and leaves out the size of some. */
function vary(random: Random, version: Version): Version {
  const codec = random.pick(["h264", "h264", "hevc", "hevc", "av1"]);
  const coded = version.video && version.resolution !== "sd"
    ? { ...version, video: { ...version.video, codec } }
    : version;
  if (random.chance(MISSING_SIZE_SHARE)) return { ...coded, sizeBytes: 0 };
  if (!random.chance(SPLIT_SHARE)) return coded;
  const firstBytes = Math.floor(version.sizeBytes / 2);
  const second: FilePart = {
    partId: version.partId + 1,
    file: version.file.replace(/(\.\w+)$/, " - part 2$1"),
    sizeBytes: version.sizeBytes - firstBytes,
  };
  return { ...coded, sizeBytes: firstBytes, furtherParts: [second] };
}
