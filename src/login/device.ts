/** What plex.tv calls this machine (docs/plex/api.md#device). */

/** The device that signs in. */
export interface Device {
  readonly clientIdentifier: string;
  /** Shown among the account's authorized devices. */
  readonly name: string;
}

const PROGRAM = "prometheus-plex-exporter";

/** The host name that Docker gives a container: the beginning of its id. */
const CONTAINER_ID = /^[0-9a-f]{12}$/;

/**
 * The device of the host with this name. plex.tv lists a device for each client identifier that has
 * ever signed in, so it must be the same at every login on a machine. It is a hash of the host
 * name: that needs no file to keep it in, and no permission but to read that name. The id of a
 * container is new for every container, so all containers without a host name of their own are one
 * device.
 */
export async function deviceOf(hostName: string): Promise<Device> {
  const host = CONTAINER_ID.test(hostName) ? "container" : hostName;
  const bytes = new TextEncoder().encode(`${PROGRAM}/${host}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  // Characters that a header cannot carry would make every request fail.
  const shown = host.replace(/[^\x21-\x7e]/g, "").slice(0, 64);
  return {
    clientIdentifier: `${PROGRAM}-${hash.slice(0, 32)}`,
    name: shown === "" ? PROGRAM : `${PROGRAM} (${shown})`,
  };
}
