/** The server itself, apart from its libraries and sessions. */
import type { Notification } from "./notification.ts";

/** Whether the server answers: as usual, with the 503 of its start-up, or not at all. */
export type Status = "up" | "starting" | "gone";

/** A release that `/updater/status` lists. */
export interface Release {
  readonly version: string;
  readonly state:
    | "available"
    | "downloading"
    | "downloaded"
    | "installing"
    | "tonight"
    | "skipped"
    | "error"
    | "notify"
    | "done";
}

/** Options of a server. */
export interface ServerOptions {
  readonly name: string;
  readonly plexPass: boolean;
  /** 40 hexadecimal digits. */
  readonly machineIdentifier: string;
}

/** The attributes of a server. Only its actions announce what they change. */
export class Server {
  friendlyName: string;
  readonly machineIdentifier: string;
  version = "1.43.3.10828-a0bfb8370";
  platform = "Linux";
  platformVersion = "6.12.38";
  plexPass: boolean;
  claimed = true;
  signInState: "ok" | "invalid" | "none" = "ok";
  mappingState: "mapped" | "waiting" | "unknown" | "failed" = "mapped";
  /**
   * docs/plex/api.md#items-without-metadata: newer servers answer `/library/metadata/{id}` for live
   * television and prerolls, too, and frames of live television carry that id.
   */
  hasEphemeralMetadata = true;
  /**
   * docs/plex/notifications.md#access: newer servers open notification sockets for users who are
   * not the owner, too.
   */
  opensGuestSockets = false;
  /** The release that could be installed. */
  update: Release | undefined;
  /**
   * docs/plex/api.md#updates: the updater answers 404 where it is unsupported, as in containers.
   */
  updaterSupported = true;
  readonly #announce: (notification: Notification) => void;

  constructor(options: ServerOptions, announce: (notification: Notification) => void) {
    this.friendlyName = options.name;
    this.machineIdentifier = options.machineIdentifier;
    this.plexPass = options.plexPass;
    this.#announce = announce;
  }

  /** Gives the server another name. */
  rename(friendlyName: string): void {
    this.friendlyName = friendlyName;
    this.#announce({ kind: "preference", id: "FriendlyName", value: friendlyName });
  }

  /** Turns remote access on or off. */
  setReachable(reachable: boolean): void {
    this.mappingState = reachable ? "mapped" : "failed";
    this.#announce({ kind: "reachability", reachable });
  }

  /** Offers a new version for installation, or changes its state. */
  offerUpdate(version: string, state: Release["state"] = "available"): void {
    this.update = { version, state };
    this.#announce({ kind: "update", version, state });
  }
}
