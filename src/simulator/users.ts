/** The users of a server and their players. */

/** An account of the server. */
export interface User {
  /** 1 is the owner; the others have the id of their plex.tv account. */
  readonly id: number;
  readonly name: string;
}

/** A client application on a device. */
export interface Player {
  /** Its id in the rows of the bandwidth statistics. */
  readonly deviceId: number;
  readonly machineIdentifier: string;
  readonly title: string;
  readonly product: string;
  readonly version: string;
  readonly platform: string;
  readonly platformVersion: string;
  /** Often missing. */
  readonly device?: string;
  readonly model?: string;
  readonly vendor?: string;
  readonly address: string;
}

/** A device that browses by DLNA (docs/plex/api.md#sessions-without-user-or-player). */
export const dlnaBrowser: Player = {
  deviceId: 0,
  machineIdentifier: "",
  title: "",
  product: "DLNA",
  version: "",
  platform: "",
  platformVersion: "",
  address: "192.168.20.99",
};

/** The device under which the server's own responses are counted. */
export const apiClient: Player = {
  deviceId: 99,
  machineIdentifier: "apiexampleclient",
  title: "API",
  product: "API",
  version: "",
  platform: "",
  platformVersion: "",
  address: "192.168.20.3",
};

/** The owner of every simulated server. */
export const owner: User = { id: 1, name: "juniper" };

/** The default users; the owner comes first. */
export const users: readonly User[] = [
  owner,
  { id: 19_646_554, name: "otis" },
  { id: 20_117_301, name: "wren" },
  { id: 20_117_302, name: "bram" },
  { id: 31_004_877, name: 'Nana "T" Tilda' },
  { id: 31_004_990, name: "guest room" },
];

/** The user of the guest's token: the first after the owner. */
export function guestOf(everyone: readonly User[]): User {
  return everyone[1] ?? owner;
}

function player(
  deviceId: number,
  title: string,
  product: string,
  platform: string,
  rest: Partial<Player> = {},
): Player {
  return {
    deviceId,
    machineIdentifier: `player${deviceId}exampleclient`,
    title,
    product,
    version: `${4 + (deviceId % 5)}.${deviceId}.1`,
    platform,
    platformVersion: `${10 + deviceId}`,
    address: `192.168.20.${100 + deviceId}`,
    ...rest,
  };
}

/** The default players. */
export const players: readonly Player[] = [
  player(1, "Living Room", "Plex for LG", "webOS", {
    device: "LG 55",
    model: "55C1",
    vendor: "LG",
  }),
  player(2, "Attic Shield", "Plex for Android (TV)", "Android", {
    device: "SHIELD Android TV",
    model: "mdarcy",
    vendor: "NVIDIA",
  }),
  player(3, "Chrome", "Plex Web", "Chrome", { device: "Linux", model: "bundled" }),
  player(4, "Otis's phone", "Plex for iOS", "iOS", { device: "iPhone", vendor: "Apple" }),
  player(5, "Kitchen", "Plexamp", "Android", { device: "Tablet" }),
  player(6, "Bedroom", "Plex for Roku", "Roku", { device: "Roku Ultra", vendor: "Roku" }),
  player(7, "Den", "Plex for Apple TV", "tvOS", {
    device: "Apple TV",
    vendor: "Apple",
    address: "::ffff:192.168.20.7",
  }),
  player(8, "Firefox", "Plex Web", "Firefox", { device: "Windows" }),
  player(9, "Hotel TV", "Plex for Samsung", "Tizen", { device: "", vendor: "Samsung" }),
  player(10, "Picture frame", "Plex for Android (Mobile)", "Android"),
];
