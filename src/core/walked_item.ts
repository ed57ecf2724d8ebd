/** An item of a library as a walk reads it: a film, an episode or a track, and its files. */

/** A film, an episode or a track. */
export interface WalkedItem {
  readonly ratingKey: string;
  /** The film itself, or the show or artist that it belongs to. */
  readonly top: { readonly ratingKey: string; readonly title: string };
  /** When it was added to the library, in seconds on Plex's clock. */
  readonly addedS?: number | undefined;
  readonly versions: readonly WalkedVersion[];
}

/** One version of an item. Several files are parts of it, one after the other. */
export interface WalkedVersion {
  readonly resolution: string;
  /** The video's; for music the audio's. */
  readonly codec: string;
  readonly files: readonly WalkedFile[];
}

/** A file of a version. */
export interface WalkedFile {
  /** Identifies the file, which several items may share: its full path, else Plex's id. */
  readonly id: string;
  /** Absent where Plex does not know it. */
  readonly bytes?: number | undefined;
}
