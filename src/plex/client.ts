/**
 * What can be read from one Plex server, each by a method that returns the domain's types or a
 * classified failure. It keeps nothing between requests and does not decide when to send them.
 */
import type { Activity } from "../core/activities.ts";
import type { Library, LibraryListing } from "../core/libraries.ts";
import type { Recordings, Tuners } from "../core/dvr.ts";
import type { WalkableType } from "../core/library_walk.ts";
import type { Release, Resources, ServerInfo } from "../core/server.ts";
import type { Endpoint } from "../core/api_stats.ts";
import type { ContentType, JobType } from "../core/enums.ts";
import { parseRecorders, parseSubscriptions } from "./dvr_schema.ts";
import { parseItemPage } from "./item_schema.ts";
import { pipe } from "./parse_answer.ts";
import { type HiddenLabels, NO_HIDDEN_LABELS } from "./redact_labels.ts";
import { createRequest, type RequestOptions, type Result } from "./request.ts";
import {
  parseAccounts,
  parseActivities,
  parseBandwidth,
  parseHistory,
  parseIdentity,
  parseItems,
  parseJobs,
  parsePage,
  parseProviders,
  parseReleases,
  parseResources,
  parseSections,
  parseServer,
  parseSessions,
  type WireSession,
} from "./schema.ts";
import {
  type BandwidthReading,
  mapAccounts,
  mapBandwidth,
  type Timespan,
  timespanQuery,
} from "./mapping/bandwidth.ts";
import { mapRecordings, mapTuners } from "./mapping/dvr.ts";
import { countQuery, mapProviders, mapSections } from "./mapping/library.ts";
import { type HistoryPage, type HistoryPageRequest, mapHistoryPage } from "./mapping/history.ts";
import {
  type ItemPage,
  itemPageQuery,
  type ItemPageRequest,
  mapItemPage,
} from "./mapping/items.ts";
import { headerTotal, pageTotal } from "./mapping/page.ts";
import { bareMetadataQuery, mapVersions, type Version } from "./mapping/media.ts";
import {
  type Identity,
  mapActivities,
  mapIdentity,
  mapJobs,
  mapReleases,
  mapResources,
  mapServer,
} from "./mapping/server.ts";
import { MAX_BANDWIDTH_BODY_BYTES, METADATA_BATCH } from "./schedule.ts";

export interface ClientOptions extends RequestOptions {
  readonly hide?: HiddenLabels | undefined;
}

/** Reads one Plex server. No method rejects. */
export interface Client {
  /** Whether Plex answers at all, and which server it is. Plex requires no token here. */
  identity(): Promise<Result<Identity>>;
  /** The server's description of itself. */
  server(): Promise<Result<ServerInfo>>;
  /** Libraries with their sizes. Expensive for Plex: request rarely. */
  libraries(): Promise<Result<readonly LibraryListing[]>>;
  /** Libraries without their sizes, with the revision that changes with their content. Cheap. */
  sections(): Promise<Result<readonly LibraryListing[]>>;
  /** The number of items of one content type in a library. */
  count(
    library: Pick<Library, "id" | "type">,
    contentType: ContentType,
  ): Promise<Result<number>>;
  /** A page of the items of a library that have files. It may have fewer than `size` of them. */
  items(
    library: { readonly id: string; readonly type: WalkableType },
    page: ItemPageRequest,
  ): Promise<Result<ItemPage>>;
  /** Sessions as on the wire: `mapSessions` needs the files behind some of them. */
  sessions(): Promise<Result<readonly WireSession[]>>;
  /** The files of items by rating key. Items that Plex does not have are missing in the map. */
  versions(
    ratingKeys: readonly string[],
  ): Promise<Result<ReadonlyMap<string, readonly Version[]>>>;
  /** The newest load; `undefined` before the first sample. `not_found` without Plex Pass. */
  resources(): Promise<Result<{ readonly newest: Resources | undefined }>>;
  /**
   * Bytes sent from `sinceS` on, in seconds of Plex's clock. `not_found` without Plex Pass; status
   * 400 where Plex rejects the filter.
   */
  bandwidth(sinceS: number): Promise<Result<BandwidthReading>>;
  /** All bytes sent that Plex has kept: by second, which is expensive for it, or in longer bins. */
  allBandwidth(timespan?: Timespan): Promise<Result<BandwidthReading>>;
  /**
   * Rows of Plex's history from `start` on, by their times. A page may have fewer than `size` rows
   * though there are more.
   */
  history(page: HistoryPageRequest): Promise<Result<HistoryPage>>;
  /** User names by account id. */
  accounts(): Promise<Result<ReadonlyMap<string, string>>>;
  /** The running background activities by id. */
  activities(): Promise<Result<ReadonlyMap<string, Activity>>>;
  /** The number of background jobs of each type. */
  jobs(): Promise<Result<Readonly<Record<JobType, number>>>>;
  /**
   * The releases that Plex lists for an update. Where it does not update itself, as in containers,
   * it answers 404 or 500.
   */
  releases(): Promise<Result<readonly Release[]>>;
  /** The tuners; `undefined` without a television recorder, where Plex may also answer 404. */
  tuners(): Promise<Result<{ readonly tuners: Tuners | undefined }>>;
  /** The recordings of television that Plex lists. */
  recordings(): Promise<Result<Recordings>>;
}

/** Creates the client of one server. */
export function createClient(options: ClientOptions): Client {
  const { hide = NO_HIDDEN_LABELS } = options;
  const request = createRequest(options);
  /** Gets a path that is its own template. */
  const get = <T>(
    endpoint: Exclude<Endpoint, `${string}{${string}`>,
    parse: (body: unknown, headers: Headers) => T | undefined,
    query?: string,
  ) => request({ endpoint, path: endpoint, query, parse });

  const getBandwidth = (timespan: Timespan, sinceS?: number) =>
    request({
      endpoint: "/statistics/bandwidth",
      path: "/statistics/bandwidth",
      query: timespanQuery(timespan, sinceS),
      maxBodyBytes: MAX_BANDWIDTH_BODY_BYTES,
      parse: pipe(parseBandwidth, (wire) => mapBandwidth(wire, hide, timespan)),
    });

  const getVersions = (ratingKeys: readonly string[]) =>
    request({
      endpoint: "/library/metadata/{ids}",
      path: `/library/metadata/${ratingKeys.map(encodeURIComponent).join(",")}`,
      query: bareMetadataQuery(),
      parse: pipe(parseItems, ({ Metadata }) => mapVersions(Metadata)),
    });

  return {
    identity: () => get("/identity", pipe(parseIdentity, mapIdentity)),

    server: () => get("/", pipe(parseServer, mapServer)),

    libraries: () =>
      get(
        "/media/providers",
        pipe(parseProviders, ({ MediaProvider }) => mapProviders(MediaProvider, hide)),
        "includeStorage=1",
      ),

    sections: () =>
      get(
        "/library/sections",
        pipe(parseSections, ({ Directory }) => mapSections(Directory, hide)),
      ),

    count: (library, contentType) =>
      request({
        endpoint: "/library/sections/{id}/all",
        path: `/library/sections/${encodeURIComponent(library.id)}/all`,
        query: countQuery(library, contentType),
        parse: pipe(parsePage, (page, headers) => pageTotal(page, headerTotal(headers))),
      }),

    items: ({ id, type }, page) =>
      request({
        endpoint: "/library/sections/{id}/all",
        path: `/library/sections/${encodeURIComponent(id)}/all`,
        query: itemPageQuery(type, page),
        parse: pipe(
          parseItemPage,
          (wire, headers) => mapItemPage(wire, headerTotal(headers), type, hide),
        ),
      }),

    sessions: () => get("/status/sessions", parseSessions),

    versions: async (ratingKeys) => {
      const at = options.clock.now();
      const found = new Map<string, readonly Version[]>();
      for (let start = 0; start < ratingKeys.length; start += METADATA_BATCH) {
        const answer = await getVersions(ratingKeys.slice(start, start + METADATA_BATCH));
        // Plex answers 404 if it knows none of them.
        if (!answer.ok && answer.failure !== "not_found") return answer;
        if (!answer.ok) continue;
        for (const [ratingKey, versions] of answer.value) found.set(ratingKey, versions);
      }
      return { ok: true, at, value: found };
    },

    resources: () =>
      get(
        "/statistics/resources",
        pipe(parseResources, (wire) => ({
          newest: mapResources(wire.StatisticsResources),
        })),
        timespanQuery("second"),
      ),

    bandwidth: (sinceS) => getBandwidth("second", sinceS),

    allBandwidth: (timespan = "second") => getBandwidth(timespan),

    history: ({ start, size, newestFirst }) =>
      get(
        "/status/sessions/history/all",
        pipe(parseHistory, (page, headers) => mapHistoryPage(page, headerTotal(headers))),
        `sort=viewedAt:${newestFirst ? "desc" : "asc"}` +
          `&X-Plex-Container-Start=${start}&X-Plex-Container-Size=${size}`,
      ),

    accounts: () =>
      get("/accounts", pipe(parseAccounts, ({ Account }) => mapAccounts(Account, hide))),

    activities: () =>
      get("/activities", pipe(parseActivities, ({ Activity }) => mapActivities(Activity))),

    jobs: () =>
      get(
        "/status/sessions/background",
        pipe(parseJobs, ({ TranscodeJob }) => mapJobs(TranscodeJob)),
      ),

    releases: () =>
      get("/updater/status", pipe(parseReleases, ({ Release }) => mapReleases(Release))),

    tuners: () =>
      get("/livetv/dvrs", pipe(parseRecorders, (wire) => ({ tuners: mapTuners(wire) }))),

    recordings: () =>
      get(
        "/media/subscriptions",
        pipe(parseSubscriptions, ({ MediaSubscription }) => mapRecordings(MediaSubscription)),
        "includeGrabs=1",
      ),
  };
}
