/**
 * What really happened in a simulated span, worded as the metrics would. It is made from the
 * simulations' own books, never from what the exporter says.
 */
import type { Method } from "../../../src/simulator/stream_output.ts";
import { partsOf } from "../../../src/simulator/item.ts";
import type { Library, LibraryTotals } from "../../../src/simulator/library.ts";
import type { ResourceSample } from "../../../src/simulator/resources.ts";
import type { Play } from "../../../src/simulator/ground_truth.ts";
import type { Simulation } from "../../../src/simulator/simulation.ts";
import { codecOf, leavesOf, topOf } from "../../testing/walk_truth.ts";
import type { Workload } from "./workload.ts";

/** A stretch of one play in which nothing about it changed. Times in ms. */
export interface TruthSpan {
  readonly from: number;
  readonly to: number;
  readonly state: string;
  readonly decision: string;
  readonly location: string;
  /** Whether subtitles are burned into the picture. */
  readonly burns: boolean;
}

export interface TruthPlay {
  readonly server: number;
  readonly user: string;
  readonly media_type: string;
  readonly library: string;
  readonly platform: string;
  /** The app, as the compatible families call it. */
  readonly device_type: string;
  /** Film, show or artist. */
  readonly title: string;
  readonly spans: readonly TruthSpan[];
}

/** What Plex's lists said in the two seconds up to a scrape: streams by state and decision. */
export interface TruthList {
  readonly at: number;
  readonly said: readonly string[];
}

export interface Truth {
  readonly from: number;
  readonly to: number;
  readonly everyS: number;
  /** When the exporter ran. */
  readonly lives: readonly (readonly [from: number, to: number])[];
  readonly plays: readonly TruthPlay[];
  readonly lists: readonly TruthList[];
  readonly servers: readonly TruthServer[];
}

/** What was true of a server at the end. */
export interface TruthServer {
  readonly id: string;
  readonly version: string;
  readonly platform: string;
  readonly plexPass: boolean;
  readonly libraries: readonly LibraryTotals[];
  /** Its load in the last minutes, in percent. */
  readonly load: readonly ResourceSample[];
  /** What has files, if the libraries of this server are walked. */
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
  /** When anyone watched it to its end, in seconds. */
  readonly viewedAtS: readonly number[];
}

/** The place of the one server whose libraries are walked: it has series enough for every panel. */
export const WALKED_SERVER = 0;

export function serverTruth(simulation: Simulation, place: number): TruthServer {
  const { machineIdentifier: id, version, platform, plexPass } = simulation.server;
  const libraries = simulation.libraries.totals();
  const items = place === WALKED_SERVER
    ? simulation.libraries.all.flatMap(itemsOf(simulation))
    : [];
  return { id, version, platform, plexPass, libraries, load: simulation.resources.samples, items };
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

const DECISIONS: Readonly<Record<Method, string>> = {
  "direct play": "direct_play",
  "direct stream": "direct_stream",
  "audio transcode": "transcode",
  "software transcode": "transcode",
  "hardware transcode": "transcode",
  "partial hardware transcode": "transcode",
  "subtitle burn": "transcode",
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
    })),
  }));
}

/** Streams by state and decision in all lists now, as one sorted text. */
export function listText(simulations: readonly Simulation[]): string {
  return simulations.filter(({ status }) => status === "up")
    .flatMap((simulation) => simulation.sessions())
    .map(({ state, stream: delivery }) => `${state}/${DECISIONS[delivery.method]}`)
    .toSorted().join(" ");
}
