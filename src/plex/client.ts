/**
 * What can be read from one Plex server: a method for each thing, each giving the domain's words or
 * a classified failure. It keeps nothing between requests and does not decide when to ask.
 */
import type { Library, LibraryListing, Resources, ServerInfo } from "../core/state.ts";
import type { Endpoint } from "../core/api_stats.ts";
import type { ActivityType, ContentType } from "../core/enums.ts";
import { toCount } from "./coerce.ts";
import { type HiddenLabels, NO_HIDDEN_LABELS } from "./redact_labels.ts";
import { createRequest, type RequestOptions, type Result } from "./request.ts";
import {
  parseAccounts,
  parseActivities,
  parseBandwidth,
  parseHistory,
  parseIdentity,
  parseItems,
  parsePage,
  parseProviders,
  parseResources,
  parseSections,
  parseServer,
  parseSessions,
  parseUpdater,
  type WireSession,
} from "./schema.ts";
import {
  countQuery,
  type LibraryListingWithRevision,
  mapCount,
  mapProviders,
  mapSections,
} from "./mapping/library.ts";
import { type HistoryPage, type HistoryPageRequest, mapHistoryPage } from "./mapping/history.ts";
import { mapVersions, type Version } from "./mapping/media.ts";
import {
  type BandwidthReading,
  type Identity,
  mapAccounts,
  mapActivities,
  mapBandwidth,
  mapIdentity,
  mapResources,
  mapServer,
} from "./mapping/server.ts";

export type { Result as Answer } from "./request.ts";

export interface ClientOptions extends RequestOptions {
  readonly hide?: HiddenLabels | undefined;
}

/** The reading of one Plex server. No method rejects. */
export interface Client {
  /** Tells whether Plex answers at all, and which server it is. Plex asks for no token here. */
  identity(): Promise<Result<Identity>>;
  /** What Plex says of itself; whether an update waits is asked for apart. */
  server(): Promise<Result<ServerInfo>>;
  /** Libraries with their sizes. Dear to Plex: ask rarely. */
  libraries(): Promise<Result<readonly LibraryListing[]>>;
  /** Libraries without their sizes, with the mark that tells whether to count again. Cheap. */
  sections(): Promise<Result<readonly LibraryListingWithRevision[]>>;
  /** How many there are in a library of something that its type has. */
  count(
    library: Pick<Library, "id" | "type">,
    contentType: ContentType,
  ): Promise<Result<number>>;
  /** Sessions, still on the wire: `translateSessions` wants to know the files of some. */
  sessions(): Promise<Result<readonly WireSession[]>>;
  /** The files of items by rating key. What Plex does not know (any more) is missing in the map. */
  versions(
    ratingKeys: readonly string[],
  ): Promise<Result<ReadonlyMap<string, readonly Version[]>>>;
  /** The newest load; `undefined` if there is no sample yet. `not_found` without Plex Pass. */
  resources(): Promise<Result<{ readonly newest: Resources | undefined }>>;
  /**
   * Bytes sent from `sinceS` on, a second of Plex's clock. `not_found` without Plex Pass; status
   * 400 where Plex does not take the filter.
   */
  bandwidth(sinceS: number): Promise<Result<BandwidthReading>>;
  /** All that Plex has kept of bytes sent, which is dear for it. */
  allBandwidth(): Promise<Result<BandwidthReading>>;
  /**
   * Rows of Plex's history from `start` on, by their times. A page may have fewer than `size` rows
   * though there are more.
   */
  history(page: HistoryPageRequest): Promise<Result<HistoryPage>>;
  /** User names by account id. */
  accounts(): Promise<Result<ReadonlyMap<string, string>>>;
  activities(): Promise<Result<ReadonlyMap<string, ActivityType>>>;
  /** Whether an update waits. Where Plex does not update itself (containers): 404 or 500. */
  updateAvailable(): Promise<Result<boolean>>;
}

/** Room for the longest bandwidth history seen: 124,000 rows, 15 MB. */
const MAX_HISTORY_BYTES = 32 * 1024 * 1024;

/** Items a metadata request: what other clients ask at once (Plex API notes §6). */
const BATCH = 100;

/** Leaves out of metadata what is not read, which is most of it (Plex API notes §6). */
const BARE_METADATA =
  "includeGuids=0&excludeElements=Role,Director,Writer,Producer,Genre,Country," +
  "Collection,Guid,Rating,Image,Similar,UltraBlurColors,Mood,Style,Label,Field,Extras,Chapter," +
  "Marker&excludeFields=summary,tagline";

/** A reader of one kind of answer: from JSON to the wire, from the wire to the domain. */
function reader<W, T>(
  read: (body: unknown) => W | undefined,
  translate: (wire: W, headers: Headers) => T | undefined,
): (body: unknown, headers: Headers) => T | undefined {
  return (body, headers) => {
    const wire = read(body);
    return wire === undefined ? undefined : translate(wire, headers);
  };
}

/** The number of items of which a page has some, where only the header tells. */
function totalSize(headers: Headers): number | undefined {
  return toCount(headers.get("x-plex-container-total-size"));
}

/** The client of one server. */
export function createClient(options: ClientOptions): Client {
  const { hide = NO_HIDDEN_LABELS } = options;
  const request = createRequest(options);
  /** Asks where the path is its own template. */
  const ask = <T>(
    endpoint: Exclude<Endpoint, `${string}{${string}`>,
    read: (body: unknown, headers: Headers) => T | undefined,
    query?: string,
  ) => request({ endpoint, path: endpoint, query, read });

  const askBandwidth = (query: string) =>
    request({
      endpoint: "/statistics/bandwidth",
      path: "/statistics/bandwidth",
      query,
      maxBodyBytes: MAX_HISTORY_BYTES,
      read: reader(parseBandwidth, (wire) => mapBandwidth(wire, hide)),
    });

  const askVersions = (ratingKeys: readonly string[]) =>
    request({
      endpoint: "/library/metadata/{ids}",
      path: `/library/metadata/${ratingKeys.map(encodeURIComponent).join(",")}`,
      query: BARE_METADATA,
      read: reader(parseItems, ({ Metadata }) => mapVersions(Metadata)),
    });

  return {
    identity: () => ask("/identity", reader(parseIdentity, mapIdentity)),

    server: () => ask("/", reader(parseServer, mapServer)),

    libraries: () =>
      ask(
        "/media/providers",
        reader(parseProviders, ({ MediaProvider }) => mapProviders(MediaProvider, hide)),
        "includeStorage=1",
      ),

    sections: () =>
      ask(
        "/library/sections",
        reader(parseSections, ({ Directory }) => mapSections(Directory, hide)),
      ),

    count: (library, contentType) =>
      request({
        endpoint: "/library/sections/{id}/all",
        path: `/library/sections/${encodeURIComponent(library.id)}/all`,
        query: countQuery(library, contentType),
        read: reader(parsePage, (page, headers) => mapCount(page, totalSize(headers))),
      }),

    sessions: () => ask("/status/sessions", parseSessions),

    versions: async (ratingKeys) => {
      const at = options.clock.now();
      const found = new Map<string, readonly Version[]>();
      for (let start = 0; start < ratingKeys.length; start += BATCH) {
        const answer = await askVersions(ratingKeys.slice(start, start + BATCH));
        // Plex answers 404 if it knows none of them.
        if (!answer.ok && answer.failure !== "not_found") return answer;
        if (!answer.ok) continue;
        for (const [ratingKey, versions] of answer.value) found.set(ratingKey, versions);
      }
      return { ok: true, at, value: found };
    },

    resources: () =>
      ask(
        "/statistics/resources",
        reader(parseResources, (wire) => ({
          newest: mapResources(wire.StatisticsResources),
        })),
        "timespan=6",
      ),

    // The operator is part of the name, and Plex is not sure to honour it (Plex API notes §0).
    bandwidth: (sinceS) => askBandwidth(`timespan=6&at%3E=${Math.floor(sinceS)}`),

    allBandwidth: () => askBandwidth("timespan=6"),

    history: ({ start, size, newestFirst }) =>
      ask(
        "/status/sessions/history/all",
        reader(parseHistory, (page, headers) => mapHistoryPage(page, totalSize(headers))),
        `sort=viewedAt:${newestFirst ? "desc" : "asc"}` +
          `&X-Plex-Container-Start=${start}&X-Plex-Container-Size=${size}`,
      ),

    accounts: () =>
      ask("/accounts", reader(parseAccounts, ({ Account }) => mapAccounts(Account, hide))),

    activities: () =>
      ask("/activities", reader(parseActivities, ({ Activity }) => mapActivities(Activity))),

    updateAvailable: () =>
      ask("/updater/status", reader(parseUpdater, ({ Release }) => Release.length > 0)),
  };
}
