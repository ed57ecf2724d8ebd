/**
 * Hints: reasons to collect something before it is due. They come from notifications, which
 * announce changes without their details, and from the connection. A hint changes no state.
 */
import type { PlaybackNotification } from "../core/session.ts";

/** A reason to collect something before it is due. */
export type Hint =
  /** A player reported; `transcodeKey` is empty where no transcoder was named. */
  | {
    readonly type: "playback";
    readonly playback: PlaybackNotification;
    readonly transcodeKey: string;
  }
  /** A transcoder started or ended, for a session or for a background job. */
  | { readonly type: "transcode"; readonly phase: "start" | "end"; readonly key: string }
  /** A background job started or ended. */
  | { readonly type: "job_changed" }
  | { readonly type: "scan_started" }
  | { readonly type: "scan_finished" }
  /** An item was added, changed or deleted in some library. */
  | { readonly type: "library_changed" }
  /** A setting, the account or remote access changed. */
  | { readonly type: "server_changed" }
  /** Plex found, installs or withdrew an update of itself. */
  | { readonly type: "update_changed" }
  /** The notification socket opened: what happened before has to be read from lists. */
  | { readonly type: "socket_opened" }
  /** A request of any kind was refused, so that Plex may be down. */
  | { readonly type: "request_refused" };
