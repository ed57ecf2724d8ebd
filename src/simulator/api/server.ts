/** The documents about the server itself: identity, `/`, accounts, devices, activities, updates. */
import type { Simulation } from "../simulation.ts";
import { container, type Element } from "./plex_document.ts";
import { activityElement } from "./frames.ts";
import { apiClient } from "../users.ts";

/** The address in its network that the server reports. */
const ADDRESS = "192.168.20.2";
const PORT = 32400;

/** `/identity`, the only document that needs no token. */
export function identityDocument({ server }: Simulation): Element {
  return {
    MediaContainer: {
      size: 0,
      claimed: server.claimed,
      machineIdentifier: server.machineIdentifier,
      version: server.version,
      apiVersion: "1.1.1",
    },
  };
}

/** The attributes that `/` and `/media/providers` share. */
export function serverAttributes(simulation: Simulation): Element {
  const { server } = simulation;
  const sessions = [...simulation.sessions(), ...simulation.backgroundJobs.running];
  const signedIn = server.signInState === "ok";
  return {
    allowCameraUpload: true,
    allowChannelAccess: true,
    allowMediaDeletion: true,
    allowSharing: true,
    allowSync: server.plexPass,
    allowTuners: server.plexPass,
    backgroundProcessing: true,
    certificate: true,
    claimed: server.claimed,
    companionProxy: true,
    countryCode: "usa",
    diagnostics: "logs,databases,streaminglogs",
    eventStream: true,
    friendlyName: server.friendlyName,
    hubSearch: true,
    itemClusters: true,
    livetv: 7,
    machineIdentifier: server.machineIdentifier,
    mediaProviders: true,
    multiuser: true,
    musicAnalysis: 2,
    myPlex: signedIn,
    myPlexMappingState: server.mappingState,
    myPlexSigninState: server.signInState,
    myPlexSubscription: server.plexPass,
    myPlexUsername: signedIn ? "juniper@home.example" : undefined,
    // docs/plex/api.md#server-attributes: an integer among booleans.
    offlineTranscode: 1,
    ownerFeatures: server.plexPass
      ? "001f1e2d-example,camera_upload,hardware_transcoding,livetv,pass,sync"
      : undefined,
    photoAutoTag: server.plexPass,
    platform: server.platform,
    platformVersion: server.platformVersion,
    pluginHost: true,
    pushNotifications: false,
    readOnlyLibraries: false,
    requestParametersInCookie: true,
    streamingBrainABRVersion: 3,
    streamingBrainVersion: 2,
    sync: true,
    // docs/plex/api.md#server-attributes: videos only, background jobs included.
    transcoderActiveVideoSessions:
      sessions.filter((session) =>
        session.transcode !== undefined && session.stream.video === "transcode"
      ).length,
    transcoderAudio: true,
    transcoderLyrics: true,
    transcoderPhoto: true,
    transcoderSubtitles: true,
    transcoderVideo: true,
    transcoderVideoBitrates: "64,96,208,320,720,1500,2000,3000,4000,8000,10000,12000,20000",
    transcoderVideoQualities: "0,1,2,3,4,5,6,7,8,9,10,11,12",
    transcoderVideoResolutions: "128,128,160,240,320,480,768,720,720,1080,1080,1080,1080",
    updatedAt: simulation.plexNowS(),
    updater: server.updaterSupported,
    version: server.version,
    voiceSearch: true,
  };
}

const ROOT_DIRECTORIES = ["activities", "butler", "devices", "hubs", "library", "statistics"];

/** `/`. */
export function rootDocument(simulation: Simulation): Element {
  return container(
    "Directory",
    ROOT_DIRECTORIES.map((key) => ({ count: 1, key, title: key })),
    serverAttributes(simulation),
  );
}

/** `/activities`: those of one user, or of all users if there is no `userId`. */
export function activitiesDocument({ activities }: Simulation, userId?: number): Element {
  const shown = activities.running.filter((activity) =>
    userId === undefined || activity.userId === userId
  );
  return container("Activity", shown.map(activityElement));
}

/** `/servers`: the servers in the network, here only this one. */
export function serversDocument({ server }: Simulation): Element {
  return container("Server", [{
    name: server.friendlyName,
    host: ADDRESS,
    address: ADDRESS,
    port: PORT,
    machineIdentifier: server.machineIdentifier,
    version: server.version,
  }]);
}

/** `/clients`: the players that announce themselves in the network, here none. */
export function clientsDocument(): Element {
  return container("Server", []);
}

/** `/updater/check`: an empty list; undefined (a 404) where the updater is unsupported. */
export function updaterCheckDocument({ server }: Simulation): Element | undefined {
  return server.updaterSupported ? container("Release", []) : undefined;
}

/** `/accounts`; the nameless account 0 comes first (docs/plex/api.md#accounts). */
export function accountsDocument(simulation: Simulation): Element {
  return container("Account", accountElements(simulation), {
    identifier: "com.plexapp.system.accounts",
  });
}

/** The accounts, as `/accounts` and the statistics show them. */
export function accountElements(simulation: Simulation): Element[] {
  return [{ id: 0, name: "" }, ...simulation.users].map(({ id, name }) => ({
    id,
    key: `/accounts/${id}`,
    name,
    defaultAudioLanguage: "en",
    autoSelectAudio: true,
    defaultSubtitleLanguage: "",
    subtitleMode: 0,
    thumb: "",
  }));
}

/** The devices, as `/devices` and the statistics show them. */
export function deviceElements(simulation: Simulation): Element[] {
  return [...simulation.players, apiClient].map((player) => ({
    id: player.deviceId,
    name: player.title,
    platform: player.platform,
    clientIdentifier: player.machineIdentifier,
    createdAt: 1_700_000_000 + player.deviceId,
  }));
}

/** `/devices`. */
export function devicesDocument(simulation: Simulation): Element {
  return container("Device", deviceElements(simulation), {
    identifier: "com.plexapp.system.devices",
  });
}

/** docs/plex/api.md#updates: with a token; this one is valid nowhere. */
const DOWNLOAD_URL =
  "https://plex.tv/downloads/latest/1?channel=16&X-Plex-Token=download-token-0001-synthetic";

/**
 * `/updater/status`; undefined (a 404) where the updater is unsupported. Without an update, Plex
 * lists the running version (docs/plex/api.md#updates).
 */
export function updaterDocument(simulation: Simulation): Element | undefined {
  const { server } = simulation;
  if (!server.updaterSupported) return undefined;
  const release = server.update ?? { version: server.version, state: "notify" };
  return container(
    "Release",
    [{
      key: "https://plex.tv/updater/releases/1",
      added: "Something new.",
      fixed: "Something old.",
      downloadURL: DOWNLOAD_URL,
      ...release,
    }],
    {
      autoUpdateVersion: 1,
      canInstall: false,
      checkedAt: simulation.plexNowS() - 600,
      downloadURL: DOWNLOAD_URL,
      status: 0,
    },
  );
}

/** `/myplex/account`: its root is `MyPlex`. A real one holds a token; this one a placeholder. */
export function accountDocument({ server }: Simulation): Element {
  return {
    MyPlex: {
      authToken: "account-token-0001-synthetic",
      username: "juniper@home.example",
      mappingState: server.mappingState,
      mappingError: server.mappingState === "failed" ? "unreachable" : undefined,
      signInState: server.signInState,
      publicAddress: "198.51.100.4",
      publicPort: 32400,
      privateAddress: ADDRESS,
      privatePort: PORT,
      subscriptionFeatures: server.plexPass ? "pass,sync,livetv" : "",
      subscriptionActive: server.plexPass,
      subscriptionState: server.plexPass ? "Active" : "Inactive",
    },
  };
}

/** `/butler`: its root is `ButlerTasks`. */
export function butlerDocument(): Element {
  return {
    ButlerTasks: {
      ButlerTask: [{
        name: "BackupDatabase",
        interval: 3,
        scheduleRandomized: false,
        enabled: true,
        title: "Backup Database",
        description: "Create a backup copy of the server's database.",
      }],
    },
  };
}
