/** What a route is, and the request that it answers. */
import type { Simulation } from "../simulation.ts";
import type { Element } from "./plex_document.ts";
import type { Query } from "./query.ts";

/** A request as the routes see it. */
export interface ApiRequest {
  readonly path: string;
  /** As it was sent, without the question mark. */
  readonly rawQuery: string;
  readonly query: Query;
  readonly token: string | undefined;
  readonly wantsJson: boolean;
  /** Filters in queries are ignored. */
  readonly ignoreFilters: boolean;
  /** Every valid token counts as a guest's. */
  readonly everyoneIsGuest: boolean;
}

/** The tokens that a path requires (docs/plex/api.md#endpoints-by-token). */
export type Audience = "anyone" | "users" | "owner";

/** A path of the server. */
export interface Route {
  readonly template: string;
  readonly audience: Audience;
  readonly needsPass?: boolean;
  /** Undefined is a 404, a number another error. `id` is the segment in braces. */
  readonly document: (
    simulation: Simulation,
    request: ApiRequest,
    id: string,
  ) => Element | number | undefined;
}
