/**
 * The libraries as `/library/sections` and `/media/providers` list them.
 */
import { type Library, totalsOf } from "../library.ts";
import type { Simulation } from "../simulation.ts";
import { LIBRARY_IDENTIFIER, MEDIA_TAGS } from "./item_attributes.ts";
import { container, type Element } from "./plex_document.ts";
import { serverAttributes } from "./server.ts";

/** `/library`. */
export function libraryDocument(): Element {
  const directories = [
    { key: "sections", title: "Library Sections" },
    { key: "recentlyAdded", title: "Recently Added Content" },
    { key: "onDeck", title: "On Deck Content" },
  ];
  return container("Directory", directories, {
    allowSync: false,
    art: "/:/resources/library-art.png",
    content: "",
    identifier: LIBRARY_IDENTIFIER,
    ...MEDIA_TAGS,
    title1: "Plex Library",
    title2: "",
  });
}

function listedIn(simulation: Simulation, list: Library["missingIn"]): Library[] {
  return simulation.libraries.all.filter(({ missingIn }) => missingIn !== list);
}

/** `/library/sections`. */
export function sectionsDocument(simulation: Simulation): Element {
  return container(
    "Directory",
    listedIn(simulation, "/library/sections").map((library) => ({
      allowSync: true,
      art: `/:/resources/${library.type}-fanart.jpg`,
      composite: `/library/sections/${library.id}/composite/${library.updatedAtS}`,
      filters: true,
      refreshing: library.refreshing,
      thumb: `/:/resources/${library.type}.png`,
      key: library.id,
      type: library.type,
      title: library.title,
      agent: library.agent,
      scanner: library.scanner,
      language: "en-US",
      uuid: library.uuid,
      updatedAt: library.updatedAtS,
      createdAt: library.createdAtS,
      scannedAt: library.scannedAtS,
      content: true,
      directory: true,
      contentChangedAt: library.contentChangedAt,
      hidden: 0,
      Location: [{ id: Number(library.id), path: library.folder }],
    })),
    { allowSync: false, title1: "Plex Library" },
  );
}

function directory(library: Library, includeStorage: boolean): Element {
  const { durationMs, storageBytes } = totalsOf(library);
  // docs/plex/api.md#storage-and-duration: absent unless requested, and for an empty library.
  const measured = includeStorage && !library.withoutSize;
  return {
    agent: library.agent,
    language: "en-US",
    refreshing: library.refreshing,
    scanner: library.scanner,
    uuid: library.uuid,
    id: library.id,
    key: `/library/sections/${library.id}`,
    hubKey: `/hubs/sections/${library.id}`,
    type: library.type,
    title: library.title,
    updatedAt: library.updatedAtS,
    scannedAt: library.scannedAtS,
    durationTotal: measured && durationMs > 0 ? durationMs : undefined,
    storageTotal: measured && storageBytes > 0 ? storageBytes : undefined,
    Pivot: [{ id: "recommended", key: `/hubs/sections/${library.id}`, title: "Recommended" }],
  };
}

function libraryProvider(simulation: Simulation, includeStorage: boolean): Element {
  // docs/plex/api.md#provider-list: not in the order of ids, and "Home" has neither id nor key nor
  // type.
  const directories = listedIn(simulation, "/media/providers").reverse()
    .map((library) => directory(library, includeStorage));
  return {
    identifier: LIBRARY_IDENTIFIER,
    title: "Library",
    types: "video,audio,photo",
    protocols: "stream,download",
    Feature: [
      {
        type: "content",
        key: "/library/sections",
        Directory: [
          { hubKey: "/hubs", title: "Home" },
          ...directories,
          { title: "Playlists", type: "playlist", id: "playlists", key: "/playlists" },
        ],
      },
      { type: "search", key: "/hubs/search" },
      { type: "match", key: "/library/matches" },
      { type: "actions", Action: [{ id: "addToContinueWatching", key: "/actions/add" }] },
      { type: "timeline", key: "/:/timeline", scrobbleKey: "/:/scrobble" },
      { type: "manage" },
      { type: "subscribe", flavor: "download" },
    ],
  };
}

const TELEVISION_PROVIDER: Element = {
  identifier: "tv.plex.providers.epg.cloud:2",
  title: "Live TV & DVR",
  types: "video",
  protocols: "livetv",
  Feature: [{
    type: "content",
    key: "/tv.plex.providers.epg.cloud:2/sections",
    Directory: [{
      id: "tv.plex.providers.epg.cloud:2",
      key: "/tv.plex.providers.epg.cloud:2/watchnow",
      title: "Watch now",
      type: "show",
    }],
  }],
};

/** `/media/providers`, with bytes and durations of the libraries if requested. */
export function providersDocument(simulation: Simulation, includeStorage: boolean): Element {
  return container(
    "MediaProvider",
    [TELEVISION_PROVIDER, libraryProvider(simulation, includeStorage)],
    serverAttributes(simulation),
  );
}
