/** Creates items that are in no library: live television, prerolls, trailers, theme music. */
import type { Channel, Item } from "./item.ts";
import { audioFile, broadcastFile, type IdSource, videoFile } from "./media_generator.ts";
import type { Random } from "./random.ts";

/** Creates items that are in no library. */
export class NonLibraryItems {
  readonly #random: Random;
  readonly #nextId: IdSource;
  readonly #nowS: () => number;
  #broadcasts = 0;

  /** `nextId` returns unused ids, `nowS` Plex's time. */
  constructor(random: Random, nextId: IdSource, nowS: () => number) {
    this.#random = random;
    this.#nextId = nextId;
    this.#nowS = nowS;
  }

  /**
   * The programme on a channel; `path` is that of the tuner session, which outlasts programmes. The
   * frames of every other programme have its rating key: Plex was seen to do both.
   */
  broadcast(channel: Channel, title: string, path: string): Item {
    const beginsAtS = this.#nowS() - this.#random.integer(60, 900);
    const ratingKey = String(this.#nextId());
    const frameRatingKey = this.#broadcasts % 2 === 0 ? "" : ratingKey;
    this.#broadcasts += 1;
    return {
      type: "episode",
      ratingKey,
      title,
      parent: {
        ...this.#item("season", "", "Season 4"),
        parent: this.#item("show", "", `${channel.title} Tonight`),
      },
      guid: `plex://episode/${this.#random.hex(24)}`,
      addedAtS: beginsAtS,
      updatedAtS: beginsAtS,
      versions: [broadcastFile(this.#random, this.#nextId)],
      live: { path, channel, beginsAtS, endsAtS: beginsAtS + 3600, frameRatingKey },
    };
  }

  /** Live television as old servers show it: a clip without a title and a rating key. */
  oldBroadcast(channel: Channel, path: string): Item {
    const { ratingKey: _, parent: __, ...item } = this.broadcast(channel, "Live Session", path);
    return { ...item, type: "clip" };
  }

  /** A preroll: a short video before a film. */
  preroll(): Item {
    return {
      ...this.#item(
        "clip",
        `prerolls://${this.#random.hex(16)}`,
        "Please silence your telephones",
      ),
      // docs/plex/api.md#library-of-a-session: prerolls are in the library "-2".
      libraryId: "-2",
      durationMs: 20_000,
      versions: [this.#shortFile(20_000)],
    };
  }

  /** The trailer of a film that is not in the library. */
  trailer(): Item {
    return {
      ...this.#item("clip", `iva://api.internetvideoarchive.com/${this.#nextId()}`, "Trailer"),
      subtype: "trailer",
      extraType: 1,
      durationMs: 140_000,
      versions: [this.#shortFile(140_000)],
    };
  }

  /** The theme music that a client plays on the page of a show. */
  themeMusic(): Item {
    const durationMs = 30_000;
    return {
      ...this.#item("track", `library://${this.#random.hex(16)}/item/theme`, "Theme"),
      durationMs,
      versions: [audioFile(this.#random, this.#nextId, durationMs, "/themes/theme.mp3")],
    };
  }

  #shortFile(durationMs: number) {
    return videoFile(this.#random, this.#nextId, {
      durationMs,
      file: "/extras/clip.mp4",
      resolution: "1080",
    });
  }

  #item(type: Item["type"], guid: string, title: string): Item {
    const atS = this.#nowS();
    return {
      type,
      ratingKey: String(this.#nextId()),
      title,
      guid,
      addedAtS: atS,
      updatedAtS: atS,
      versions: [],
    };
  }
}
