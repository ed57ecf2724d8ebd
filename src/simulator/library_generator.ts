/** Creates libraries and new items for them. Its only state is the ids that it has used. */
import { audioFile, type IdSource, photoFile, videoFile } from "./media_generator.ts";
import { createGeneratedItems, type GeneratedItems } from "./generated_items.ts";
import type { Item } from "./item.ts";
import { holdsOtherVideos, type Library, type LibraryType } from "./library.ts";
import { NonLibraryItems } from "./non_library_items.ts";
import type { Random } from "./random.ts";
import * as titles from "./titles.ts";

const MINUTE_MS = 60_000;

/** Options of a library. */
export interface LibraryOptions {
  readonly title: string;
  readonly type: LibraryType;
  readonly agent?: string;
  readonly scanner?: string;
  /** How many generated films, episodes or tracks it has, which take no memory; 0 by default. */
  readonly generated?: number;
}

/** The agent and the scanner of each library type. */
const USUAL = {
  movie: { agent: "tv.plex.agents.movie", scanner: "Plex Movie" },
  show: { agent: "tv.plex.agents.series", scanner: "Plex TV Series" },
  artist: { agent: "tv.plex.agents.music", scanner: "Plex Music" },
  photo: { agent: "com.plexapp.agents.none", scanner: "Plex Photo Scanner" },
} as const;

/** The default libraries: every library type, and "other videos". */
export const defaultLibraries: readonly LibraryOptions[] = [
  { title: "Films", type: "movie" },
  { title: "Series", type: "show" },
  { title: "Music", type: "artist" },
  { title: "Photos", type: "photo" },
  // docs/plex/api.md#library-types: "other videos" are of type movie, with the agent none.
  {
    title: "Home Videos",
    type: "movie",
    agent: "tv.plex.agents.none",
    scanner: "Plex Video Files Scanner",
  },
];

/** Creates items with unique ids. */
export class LibraryGenerator {
  /** Items that are in no library. */
  readonly nonLibrary: NonLibraryItems;
  readonly #random: Random;
  readonly #nowS: () => number;
  #lastId = 1000;
  readonly #nextId: IdSource = () => ++this.#lastId;

  /** `nowS` returns Plex's time, for the items' `addedAt`. */
  constructor(random: Random, nowS: () => number) {
    this.#random = random;
    this.#nowS = nowS;
    this.nonLibrary = new NonLibraryItems(random, this.#nextId, nowS);
  }

  /** An empty library. */
  library(id: string, options: LibraryOptions): Library {
    const atS = this.#nowS() - 86_400;
    return {
      id,
      uuid: `${this.#random.hex(8)}-${this.#random.hex(4)}-4000-8000-${this.#random.hex(12)}`,
      title: options.title,
      type: options.type,
      agent: options.agent ?? USUAL[options.type].agent,
      scanner: options.scanner ?? USUAL[options.type].scanner,
      folder: `/media/${options.title.toLowerCase().replaceAll(" ", "-")}`,
      items: [],
      refreshing: false,
      createdAtS: atS - 86_400 * 300,
      updatedAtS: atS,
      scannedAtS: atS,
      contentChangedAt: 1000,
    };
  }

  /** The first items of a library of that type. */
  fill(library: Library): readonly Item[] {
    switch (library.type) {
      case "movie":
        return (holdsOtherVideos(library) ? titles.homeVideoTitles : titles.filmTitles)
          .map((title, index) => this.film(library, title, index));
      case "show":
        return titles.showTitles.flatMap((title) => this.show(library, title));
      case "artist":
        return titles.artistNames.flatMap((name) => this.artist(library, name));
      case "photo":
        return titles.photoAlbumTitles.flatMap((title) => this.photoAlbum(library, title));
    }
  }

  /** As many more items as the options ask for, the newest of them added just now. */
  generate(library: Library, count: number): GeneratedItems | undefined {
    if (library.type === "photo" || count === 0) return undefined;
    const seed = this.#random.integer(0, 0xffffffff);
    const place = { firstKey: this.#lastId + 1, untilS: this.#nowS() };
    const items = createGeneratedItems(library, { count, seed, ...place });
    this.#lastId += items.keys;
    return items;
  }

  /**
   * New content for a library: a film, an episode, or an artist or album of photos with its items.
   */
  addition(library: Library): readonly Item[] {
    const name = `Discovery ${this.#nextId()}`;
    switch (library.type) {
      case "movie":
        return [this.film(library, name, this.#random.integer(0, 9))];
      case "show": {
        const season = this.#random.pick(library.items.filter((item) => item.type === "season"));
        return [this.episode(library, season, name, 90)];
      }
      case "artist":
        return this.artist(library, name);
      case "photo":
        return this.photoAlbum(library, name);
    }
  }

  /** A film; every fifth in 4K and also in 1080p, some with an optimised version. */
  film(library: Library, title: string, index: number): Item {
    const durationMs = this.#random.integer(82, 148) * MINUTE_MS;
    const file = `${library.folder}/${index}.mkv`;
    const resolution = (["4k", "1080", "1080", "720", "sd"] as const)[index % 5] ?? "1080";
    const range = resolution === "4k"
      ? this.#random.pick(["hdr10", "dolby_vision", "hlg"] as const)
      : "sdr";
    const versions = [
      videoFile(this.#random, this.#nextId, { durationMs, file, resolution, range }),
    ];
    if (index % 5 === 0) {
      versions.push(
        videoFile(this.#random, this.#nextId, { durationMs, file, resolution: "1080" }),
      );
    }
    if (index % 7 === 1) {
      versions.push(videoFile(this.#random, this.#nextId, {
        durationMs,
        file,
        resolution: "720",
        title: "Optimized for TV",
        optimized: true,
      }));
    }
    return {
      ...this.#common(library, "movie", title),
      year: this.#random.integer(1987, 2026),
      durationMs,
      versions,
    };
  }

  /** A show with two seasons and their episodes. */
  show(library: Library, title: string): Item[] {
    const show: Item = { ...this.#common(library, "show", title), versions: [] };
    const seasons = [1, 2].map((index): Item => ({
      ...this.#common(library, "season", `Season ${index}`),
      parent: show,
      index,
      versions: [],
    }));
    const episodes = seasons.flatMap((season) =>
      titles.episodeTitles.map((name, index) => this.episode(library, season, name, index + 1))
    );
    return [show, ...seasons, ...episodes];
  }

  /** An episode of a season. */
  episode(library: Library, season: Item, title: string, index: number): Item {
    const durationMs = this.#random.integer(21, 58) * MINUTE_MS;
    const file = `${library.folder}/${season.ratingKey}/${index}.mkv`;
    const resolution = this.#random.pick(["1080", "1080", "720", "4k"] as const);
    const range = resolution === "4k" ? "hdr10" : "sdr";
    return {
      ...this.#common(library, "episode", title),
      parent: season,
      index,
      durationMs,
      versions: [videoFile(this.#random, this.#nextId, { durationMs, file, resolution, range })],
    };
  }

  /** An artist with two albums and their tracks. */
  artist(library: Library, name: string): Item[] {
    const artist: Item = { ...this.#common(library, "artist", name), versions: [] };
    const albums = [0, 1].map((index): Item => ({
      ...this.#common(library, "album", this.#random.pick(titles.albumTitles)),
      parent: artist,
      index: index + 1,
      versions: [],
    }));
    const tracks = albums.flatMap((album) =>
      titles.trackTitles.map((title, index): Item => {
        const durationMs = this.#random.integer(150, 320) * 1000;
        const file = `${library.folder}/${album.ratingKey}/${index}.flac`;
        return {
          ...this.#common(library, "track", title),
          ...(name === "Various Artists" ? { originalTitle: "Orla Finch" } : {}),
          parent: album,
          index: index + 1,
          durationMs,
          versions: [audioFile(this.#random, this.#nextId, durationMs, file)],
        };
      })
    );
    return [artist, ...albums, ...tracks];
  }

  /** An album with eight photos and a video. */
  photoAlbum(library: Library, title: string): Item[] {
    const album: Item = { ...this.#common(library, "photoalbum", title), versions: [] };
    const photos = Array.from({ length: 8 }, (_, index): Item => ({
      ...this.#common(library, "photo", `IMG_${2000 + index}`),
      parent: album,
      versions: [photoFile(this.#random, this.#nextId, `${library.folder}/${title}/${index}.jpg`)],
    }));
    const durationMs = this.#random.integer(8, 60) * 1000;
    const file = `${library.folder}/${title}/clip.mov`;
    const video: Item = {
      ...this.#common(library, "clip", `VID_${this.#nextId()}`),
      parent: album,
      durationMs,
      versions: [videoFile(this.#random, this.#nextId, { durationMs, file, resolution: "1080" })],
    };
    return [album, ...photos, video];
  }

  #common(library: Library, type: Item["type"], title: string): Omit<Item, "versions"> {
    const addedAtS = library.createdAtS + this.#random.integer(0, 86_400 * 200);
    return {
      type,
      ratingKey: String(this.#nextId()),
      title,
      guid: `plex://${type}/${this.#random.hex(24)}`,
      libraryId: library.id,
      addedAtS,
      updatedAtS: addedAtS + 60,
    };
  }
}
