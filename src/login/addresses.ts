/** The addresses of a server, and which of them is the best. */
import type { AccountServer } from "./schema.ts";

/** An address to try. */
export interface Address {
  /** As `PLEX_SERVER` takes it. */
  readonly url: string;
  readonly isLocal: boolean;
  readonly isSecure: boolean;
}

/** The result of trying an address. */
export type Probe =
  & { readonly address: Address }
  & (
    | { readonly answers: true; readonly durationMs: number }
    /** `reason`: a few words, such as "connection refused". */
    | { readonly answers: false; readonly reason: string }
  );

/**
 * The addresses to try, the best kind first. plex.tv lists HTTPS URLs with names that some routers
 * do not resolve (docs/plex/api.md#connections), so local addresses are also tried by plain HTTP.
 * Remote ones are not: on the internet anyone on the path could read the token.
 */
export function addressesOf({ connections }: Pick<AccountServer, "connections">): Address[] {
  const found = new Map<string, Address>();
  for (const { isLocal, plainUrl, url } of connections) {
    const urls = isLocal && plainUrl !== undefined ? [url, plainUrl] : [url];
    for (const url of urls) {
      if (found.has(url)) continue;
      found.set(url, { url, isLocal, isSecure: url.startsWith("https:") });
    }
  }
  return [...found.values()].sort((a, b) => rank(a) - rank(b));
}

/** The lower the better: local before remote, then HTTPS before HTTP. */
function rank({ isLocal, isSecure }: Address): number {
  return (isLocal ? 0 : 2) + (isSecure ? 0 : 1);
}

/** The address to set. */
export interface Choice {
  readonly address: Address;
  readonly answers: boolean;
  /** Why a better kind of address was not chosen; absent for the best kind. */
  readonly why: string | undefined;
}

/**
 * The best address: the best kind that answers, of several the fastest. If none answers, the first
 * to be tried. `undefined` for a server without addresses.
 */
export function chooseAddress(probes: readonly Probe[]): Choice | undefined {
  const answering = probes.filter((probe) => probe.answers)
    .sort((a, b) => rank(a.address) - rank(b.address) || a.durationMs - b.durationMs);
  const address = answering[0]?.address ?? probes[0]?.address;
  if (address === undefined) return undefined;
  if (answering.length === 0) return { address, answers: false, why: undefined };
  return { address, answers: true, why: reasonFor(address) };
}

function reasonFor({ isLocal, isSecure }: Address): string | undefined {
  if (isLocal && isSecure) return undefined;
  if (isLocal) {
    return "plain HTTP, because no local HTTPS address answers: many routers do not resolve " +
      "names under plex.direct. Anyone on this network can read the token";
  }
  const how = isSecure ? "" : " by plain HTTP, which lets anyone on the path read the token";
  return `an address on the internet${how}, because no local address answers from here: run login ` +
    "where the exporter will run";
}
