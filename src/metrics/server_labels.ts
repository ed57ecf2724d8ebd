/** The labels that identify a server, on every sample about it. */
import type { ServerState } from "../core/state.ts";
import type { Labels } from "./labels.ts";

/** Which labels identify the server: those of the original exporter, of this one, or none. */
export type IdentityLabels = "legacy" | "server" | "none";

/** The labels of a server. Until Plex has reported a name, `server` is the address. */
export function serverLabels(identity: IdentityLabels, state: ServerState): Labels {
  const server = state.server?.name || state.address;
  const server_id = state.server?.id ?? "";
  switch (identity) {
    case "legacy":
      return { server_type: "plex", server, server_id };
    case "server":
      return { server, server_id };
    case "none":
      return {};
  }
}

/** Returns the label set of a sample with the labels of its server in front. */
export type AddServerLabels = (labels: Labels) => Labels;

/**
 * Adds server labels, and returns the same object for the same label set as long as the server's
 * labels stay the same.
 */
export function createServerLabels(): (
  identity: IdentityLabels,
  state: ServerState,
) => AddServerLabels {
  const servers = new Map<string, { readonly labels: Labels; readonly add: AddServerLabels }>();
  return (identity, state) => {
    const key = `${identity} ${state.address}`;
    const labels = serverLabels(identity, state);
    const known = servers.get(key);
    if (known !== undefined && sameLabels(known.labels, labels)) return known.add;
    const merged = new WeakMap<Labels, Labels>();
    const add: AddServerLabels = (own) => {
      const cached = merged.get(own);
      if (cached !== undefined) return cached;
      const both = { ...labels, ...own };
      merged.set(own, both);
      return both;
    };
    servers.set(key, { labels, add });
    return add;
  };
}

function sameLabels(a: Labels, b: Labels): boolean {
  return Object.keys(b).every((name) => a[name] === b[name]);
}
