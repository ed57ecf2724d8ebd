/**
 * The ground truth of a simulated span, with the label values of the metrics. It is taken from the
 * simulations, never from the exporter.
 */
import type { Method } from "../../../src/simulator/stream_output.ts";
import { partsOf } from "../../../src/simulator/item.ts";
import type { Library, LibraryTotals } from "../../../src/simulator/library.ts";
import type { ResourceSample } from "../../../src/simulator/resources.ts";
import type { Play } from "../../../src/simulator/ground_truth.ts";
import type { Simulation } from "../../../src/simulator/simulation.ts";
import { DECISIONS } from "../../testing/methods.ts";
import { codecOf, leavesOf, topOf } from "../../testing/walk_truth.ts";
import type { Workload } from "./workload.ts";

/** A part of a play in which nothing changed. Times are in ms. */
export interface TruthSpan {
  readonly from: number;
  readonly to: number;
  readonly state: string;
  readonly decision: string;
  readonly location: string;
  /** Whether subtitles are burned into the picture. */
  readonly burns: boolean;
  /** Each stream that is transcoded, and by which hardware, joined by "/". */
  readonly transcoded: readonly string[];
}

/** A play with the label values of the metrics. */
export interface TruthPlay {
  readonly server: number;
  readonly user: string;
  readonly media_type: string;
  readonly library: string;
  readonly platform: string;
  /** The app, as in the compatible families. */
  readonly device_type: string;
  /** Film, show or artist. */
  readonly title: string;
  readonly spans: readonly TruthSpan[];
}

/** Plex's lists around a scrape: streams by state and decision. */
export interface TruthList {
  readonly at: number;
  readonly listed: readonly string[];
}

/** What happened in a span. Times are in ms. */
export interface Truth {
  readonly from: number;
  readonly to: number;
  readonly everyS: number;
  /** Times at which the exporter was running. */
  readonly runs: readonly (readonly [from: number, to: number])[];
  readonly plays: readonly TruthPlay[];
  readonly lists: readonly TruthList[];
  readonly servers: readonly TruthServer[];
}

/** The ground truth of a server at the end of the span. */
export interface TruthServer {
  readonly id: string;
  readonly version: string;
  readonly platform: string;
  readonly plexPass: boolean;
  readonly libraries: readonly LibraryTotals[];
  /** The load of the last minutes, in percent. */
  readonly load: readonly ResourceSample[];
  /** Plex's status of each recording that it lists; undefined without a recorder. */
  readonly recordings?: readonly string[] | undefined;
  /** The number of tuners that Plex can use. */
  readonly tuners: number;
  /** Items with files, if the exporter walks the libraries of this server. */
  readonly items: readonly TruthItem[];
}

/** A film, an episode or a track. */
export interface TruthItem {
  readonly library: string;
  /** Film, show or artist. */
  readonly title: string;
  readonly addedAtS: number;
  readonly versions: readonly {
    readonly resolution: string;
    readonly codec: string;
    readonly bytes: number;
    readonly files: number;
  }[];
  /** Times of views, in seconds. */
  readonly viewedAtS: readonly number[];
}

/** Index of the server whose libraries are walked; one is enough for every panel. */
export const WALKED_SERVER = 0;

/** The ground truth of the server with this index. */
export function serverTruth(simulation: Simulation, index: number): TruthServer {
  const { machineIdentifier: id, version, platform, plexPass } = simulation.server;
  const libraries = simulation.libraries.totals();
  const items = index === WALKED_SERVER
    ? simulation.libraries.all.flatMap(itemsOf(simulation))
    : [];
  const { dvr, resources: { samples: load } } = simulation;
  const recordings = dvr?.recordings.map(({ status }) => status);
  const tuners = dvr?.devices.reduce((sum, device) => sum + device.tuners, 0) ?? 0;
  return { id, version, platform, plexPass, libraries, load, items, recordings, tuners };
}

function itemsOf(simulation: Simulation): (library: Library) => TruthItem[] {
  const views = Map.groupBy(simulation.viewHistory, ({ item }) => item.ratingKey);
  return (library) =>
    leavesOf(library).map((item) => ({
      library: library.title,
      title: topOf(item).title,
      addedAtS: item.addedAtS,
      versions: item.versions.map((version) => ({
        resolution: library.type === "artist" ? "" : version.resolution ?? "",
        codec: codecOf(library.type, version),
        bytes: partsOf(version).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        files: partsOf(version).length,
      })),
      viewedAtS: views.get(item.ratingKey)?.map(({ viewedAtS }) => viewedAtS) ?? [],
    }));
}

/** The transcoded streams by method, each with its hardware. */
const TRANSCODED: Readonly<Record<Method, readonly string[]>> = {
  "direct play": [],
  "direct stream": [],
  "audio transcode": ["audio/none"],
  "software transcode": ["video/none", "audio/none"],
  "hardware transcode": ["video/full", "audio/none"],
  "partial hardware transcode": ["video/partial", "audio/none"],
  "subtitle burn": ["video/none", "audio/none", "subtitle/none"],
};

function playerOf(simulation: Simulation, play: Play) {
  return simulation.players.find(({ title }) => title === play.player);
}

/** All plays on a server so far. */
export function playsOf({ simulation, titles }: Workload, server: number): TruthPlay[] {
  return simulation.plays.map((play) => ({
    server,
    user: play.user ?? "unknown",
    media_type: play.live ? "live_tv" : play.mediaType,
    library: simulation.libraries.find(play.libraryId)?.title ?? "none",
    platform: playerOf(simulation, play)?.platform ?? "unknown",
    device_type: playerOf(simulation, play)?.product ?? "unknown",
    title: titles.get(play.ratingKey ?? "") ?? play.title,
    spans: play.spans.map(({ fromMs, toMs = simulation.now(), state, method, location }) => ({
      from: fromMs,
      to: toMs,
      state,
      decision: DECISIONS[method],
      location: location === "lan" ? "lan" : "wan",
      burns: method === "subtitle burn",
      transcoded: TRANSCODED[method],
    })),
  }));
}

/** The current streams of all servers by state and decision, as sorted text. */
export function listText(simulations: readonly Simulation[]): string {
  return simulations.filter(({ status }) => status === "up")
    .flatMap((simulation) => simulation.sessions())
    .map(({ state, stream }) => `${state}/${DECISIONS[stream.method]}`)
    .toSorted().join(" ");
}
