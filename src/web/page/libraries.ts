/** The libraries section of the status page: items, size and last walk of each. */
import { isScanning } from "../../core/activities.ts";
import { currentValue } from "../../core/availability.ts";
import { type Library, sizeOf } from "../../core/libraries.ts";
import type { ServerState } from "../../core/state.ts";
import type { ContentType, LibraryType } from "../../core/enums.ts";
import { type Html, html } from "../html.ts";
import { formatAge, formatBytes, formatNumber, moreRows, pluralize, untrusted } from "./format.ts";

/** Maximum number of rows per server; dashboards show more. */
const MAX_ROWS = 100;

/** The content types shown: top-level items and the smallest parts. */
const SHOWN: Readonly<Record<LibraryType, readonly ContentType[]>> = {
  movie: ["movies"],
  show: ["shows", "episodes"],
  artist: ["artists", "albums", "tracks"],
  photo: ["photos", "videos"],
};

const TYPES: Readonly<Record<LibraryType, string>> = {
  movie: "Movies",
  show: "Shows",
  artist: "Music",
  photo: "Photos",
};

/** The libraries of one server; `undefined` while they are unknown. */
export function libraries(state: ServerState, at: number): Html | undefined {
  const known = currentValue(state, "libraries", at);
  if (known === undefined) return undefined;
  const all = [...known.values()];
  if (all.length === 0) return html`<p class="empty">There are no libraries.</p>`;
  return html`
    <table class="card libraries">
      <thead>
        <tr>
          <th scope="col">Library</th>
          <th scope="col">Type</th>
          <th scope="col">Items</th>
          <th scope="col" class="number">Storage</th>
          <th scope="col">Walked</th>
        </tr>
      </thead>
      <tbody>${all.slice(0, MAX_ROWS).map((library) =>
        row(library, isScanning(state, library, at), walkText(state, library, at))
      )}</tbody>
    </table>
    ${moreRows(all.length, MAX_ROWS)}
  `;
}

function row(library: Library, scanning: boolean, walk: string): Html {
  const { title, type, otherVideos } = library;
  const bytes = sizeOf(library, "storageBytes");
  return html`
    <tr>
      <th scope="row"><span class="clip">${untrusted(title)}</span></th>
      <td>${otherVideos ? "Other videos" : TYPES[type]}${scanning ? ", scanning" : undefined}</td>
      <td>${items(library)}</td>
      <td class="number">${bytes === undefined ? "–" : formatBytes(bytes)}</td>
      <td>${walk}</td>
    </tr>
  `;
}

/** The progress of the walk of a library, or else when the last one ended. */
function walkText({ walks, walkProgress }: ServerState, { id }: Library, at: number): string {
  if (walkProgress?.libraryId === id) {
    const { items, totalItems } = walkProgress;
    return `${formatNumber(items)} of ${formatNumber(totalItems)} items`;
  }
  const walk = walks.get(id);
  return walk === undefined ? "–" : formatAge(at - walk.endedAt);
}

function items({ type, otherVideos, counts }: Library): string {
  const counted = SHOWN[type].flatMap((contentType) => {
    const count = counts[contentType];
    // Most photo libraries contain no videos.
    if (count === undefined || (contentType === "videos" && count === 0)) return [];
    return [pluralize(count, otherVideos ? "videos" : contentType)];
  });
  return counted.length === 0 ? "not counted yet" : counted.join(" · ");
}
