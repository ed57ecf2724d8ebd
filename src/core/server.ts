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

/** A version of Plex that its updater lists, which may be the running one. */
export interface Release {
  readonly version: string;
  /** Plex's word, such as `available` or `done`; empty where Plex gives none. */
  readonly state: string;
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

/** The state of a release that is installed. */
const DONE = "done";

/**
 * Whether Plex lists a release that is not installed: after an update it still lists the version
 * that now runs (docs/plex/api.md#updates). `undefined` until releases and version are known.
 */
export function isUpdateAvailable(
  { releases, server }: Pick<ServerState, "releases" | "server">,
): boolean | undefined {
  if (server === undefined) return undefined;
  return releases?.some(({ version, state }) => version !== server.version && state !== DONE);
}
