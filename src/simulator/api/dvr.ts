/** `/livetv/dvrs` and `/media/subscriptions`: the recorder, its tuners and its recordings. */
import type { Dvr, Recording, TunerDevice } from "../dvr.ts";
import type { Simulation } from "../simulation.ts";
import { liveSessions } from "./live_television.ts";
import { children, container, type Element } from "./plex_document.ts";

const GRABBER = "tv.plex.grabbers.hdhomerun";

/** What a recorder stores in a second. */
const BYTES_PER_SECOND = 1_000_000;

/** `/livetv/dvrs`; docs/plex/api.md#recorders: without a recorder there is an empty list. */
export function dvrsDocument(simulation: Simulation): Element {
  const { dvr } = simulation;
  if (dvr === undefined) return container("Dvr", []);
  return container("Dvr", [{
    key: "17",
    uuid: "811e2e8a-f98f-4d1f-a26a-8bc26e4999a7",
    language: "eng",
    lineup: "lineup://tv.plex.providers.epg.onconnect/EXAMPLE-DEFAULT",
    lineupTitle: "Example",
    epgIdentifier: "tv.plex.providers.epg.onconnect:17",
    Device: children(dvr.devices.map((device) => deviceElement(simulation, device))),
  }]);
}

function deviceElement(simulation: Simulation, device: TunerDevice): Element {
  const { id, model, tuners, alive, enabled } = device;
  return {
    key: `1${simulation.dvr?.devices.indexOf(device)}`,
    uuid: `device://${GRABBER}/${id}`,
    uri: "http://192.168.20.9",
    protocol: "livetv",
    make: "Silicondust",
    model,
    lastSeenAt: alive ? simulation.plexNowS() : simulation.plexNowS() - 3600,
    // docs/plex/api.md#tuners: words, where the documented example has numbers.
    status: alive ? "alive" : "dead",
    state: enabled ? "enabled" : "disabled",
    sources: "0,1",
    tuners: String(tuners),
  };
}

/** `/media/subscriptions`; undefined (a 404) without a recorder. */
export function subscriptionsDocument(
  simulation: Simulation,
  withGrabs: boolean,
): Element | undefined {
  const { dvr } = simulation;
  if (dvr === undefined) return undefined;
  const subscription = (key: string, title: string, grab: Element): Element => ({
    key,
    type: 4,
    targetLibrarySectionID: 2,
    title,
    MediaGrabOperation: withGrabs ? [grab] : undefined,
  });
  return container("MediaSubscription", [
    ...dvr.recordings.map((recording) =>
      subscription(String(recording.id), recording.title, grabElement(simulation, recording))
    ),
    ...liveGrabs(simulation, dvr).map((grab, index) =>
      subscription(String(900 + index), "This Episode", grab)
    ),
  ]);
}

function grabElement(simulation: Simulation, recording: Recording): Element {
  const { id, title, channel, status, beginsAtMs, endsAtMs } = recording;
  const passedMs = Math.min(Math.max(simulation.now() - beginsAtMs, 0), endsAtMs - beginsAtMs);
  return {
    mediaSubscriptionID: id,
    mediaIndex: 0,
    id: `${id}`,
    key: `/media/grabbers/operations/${id}`,
    grabberIdentifier: GRABBER,
    grabberProtocol: "livetv",
    percent: Math.floor(passedMs / (endsAtMs - beginsAtMs) * 100),
    currentSize: Math.floor(passedMs / 1000) * BYTES_PER_SECOND,
    status,
    provider: "tv.plex.providers.epg.onconnect",
    Metadata: {
      type: "episode",
      title,
      Media: [{
        channelIdentifier: channel,
        beginsAt: Math.floor(beginsAtMs / 1000),
        endsAt: Math.floor(endsAtMs / 1000),
        protocol: "livetv",
      }],
    },
  };
}

/** The grabs of live television (docs/plex/api.md#live-television-as-a-recording). */
function liveGrabs(simulation: Simulation, dvr: Dvr): readonly Element[] {
  if (!dvr.listsLiveGrabs) return [];
  return liveSessions(simulation).map(({ key, item }) => ({
    mediaSubscriptionID: 900,
    mediaIndex: 0,
    id: `live-${key}`,
    key: `/media/grabbers/operations/live-${key}`,
    grabberIdentifier: GRABBER,
    grabberProtocol: "livetv",
    rolling: true,
    percent: 0,
    currentSize: 0,
    status: "inprogress",
    provider: "tv.plex.providers.epg.onconnect",
    Metadata: { type: "clip", title: "Live Session", key: item.live?.path, live: true },
  }));
}
