/** What Plex reports about itself and its host. */
import type { ServerState } from "./state.ts";

/** The server's description. */
export interface ServerInfo {
  /** The machine identifier, which stays the same when the server is renamed or upgraded. */
  readonly id: string;
  /** The friendly name. */
  readonly name: string;
  readonly version: string;
  readonly platform: string;
  readonly platformVersion: string;
  readonly plexPass?: boolean | undefined;
  readonly remoteAccess?: boolean | undefined;
  readonly signedIn?: boolean | undefined;
}

/** A version of Plex that Plex lists for an update. */
export interface Release {
  readonly version: string;
}

/** The newest sample of the load of the host and of Plex, in percent of the whole host. */
export interface Resources {
  /** When Plex took the sample: the most accurate reading of Plex's clock that there is. */
  readonly sampledS: number;
  readonly hostCpuPercent?: number | undefined;
  readonly hostMemoryPercent?: number | undefined;
  readonly processCpuPercent?: number | undefined;
  readonly processMemoryPercent?: number | undefined;
}

/** Whether Plex lists a release for an update; `undefined` until it is known. */
export function isUpdateAvailable(
  { releases }: Pick<ServerState, "releases">,
): boolean | undefined {
  return releases && releases.length > 0;
}
