/** Which servers to monitor, at which addresses and with which tokens. */
import type { Secret } from "../config/mod.ts";
import { tokenExpiresAt } from "../plex/token.ts";
import { type Choice, chooseAddress, type Probe } from "./addresses.ts";
import { LoginError } from "./problems.ts";
import type { AccountServer } from "./schema.ts";

/** What to set. */
export interface Plan {
  /** The names of the servers, in the order of the settings. */
  readonly names: readonly string[];
  /** The lines `PLEX_SERVER=…` and `PLEX_TOKEN=…`, each with its line end. It contains tokens. */
  readonly settings: string;
  /** Why the settings are as they are, where it is not obvious. */
  readonly notes: readonly string[];
  /** Whether the exporter can monitor the servers with these settings. */
  readonly good: boolean;
}

/** A server of the settings. */
interface Target {
  readonly server: AccountServer;
  readonly choice: Choice;
  readonly token: Secret;
}

const GUEST_NOTE =
  "This account owns no server. With the token of a guest the exporter shows whether a server is " +
  "up, and the libraries that are shared; Plex shows sessions, bytes and its history to the owner " +
  "only. Sign in with the account of the owner";

/**
 * Plans the settings of all own servers that answer; of all own ones if none does; of shared ones
 * if there are no own ones. Throws a {@link LoginError} if there is nothing to set.
 */
export function planSettings(
  servers: readonly (readonly [AccountServer, readonly Probe[]])[],
  accountToken: Secret,
): Plan {
  if (servers.length === 0) {
    throw new LoginError(
      "This account has no Plex server. Sign in to the server with this account (Plex Web, " +
        "Settings, General), or run login again with the account of the server's owner",
    );
  }
  const isGuest = !servers.some(([{ isOwned }]) => isOwned);
  const candidates = servers.filter(([{ isOwned }]) => isOwned || isGuest);
  // The token of the account would give the owner of a shared server the whole account.
  const tokenOf = ({ isOwned, token }: AccountServer) =>
    token ?? (isOwned ? accountToken : undefined);
  const targets = candidates.flatMap(([server, probes]): Target[] => {
    const choice = chooseAddress(probes);
    const token = tokenOf(server);
    return choice === undefined || token === undefined ? [] : [{ server, choice, token }];
  });
  const answering = targets.filter(({ choice }) => choice.answers);
  const used = answering.length > 0 ? answering : targets;
  if (used.length === 0) {
    const names = candidates.map(([{ name }]) => name).join(", ");
    throw new LoginError(
      candidates.every(([server]) => tokenOf(server) === undefined)
        ? `plex.tv sends no token for ${names}. Sign in with the account of the server's owner`
        : `plex.tv lists no address of ${names}. Start the server, wait until it is online at ` +
          "plex.tv, and run login again",
    );
  }
  const leftOut = candidates.map(([server]) => server)
    .filter((server) => !used.some((target) => target.server === server));
  const reason = (server: AccountServer) =>
    tokenOf(server) === undefined
      ? "plex.tv sends no token for it"
      : "none of its addresses answers from here";
  const names = used.map(({ server }) => server.name);
  return {
    names,
    settings: settingLines(used),
    notes: [
      ...(isGuest ? [GUEST_NOTE] : []),
      ...(answering.length > 0 ? [] : [noAnswerNote(names)]),
      ...used.flatMap(({ choice: { why }, server }) =>
        why === undefined ? [] : [`${server.name}: ${why}`]
      ),
      ...leftOut.map((server) => `${server.name} is left out: ${reason(server)}`),
      ...expiryNotes(used),
    ],
    good: answering.length > 0 && !isGuest,
  };
}

function settingLines(targets: readonly Target[]): string {
  const urls = targets.map(({ choice }) => choice.address.url);
  const tokens = targets.map(({ token }) => token.reveal());
  const [first = ""] = tokens;
  // One token serves all servers.
  const isSame = tokens.every((token) => token === first);
  return `PLEX_SERVER=${urls.join(",")}\nPLEX_TOKEN=${isSame ? first : tokens.join(",")}\n`;
}

function noAnswerNote(names: readonly string[]): string {
  const servers = names.join(", ");
  return `No address of ${servers} answers from here. Run login where the exporter will run, or ` +
    "replace PLEX_SERVER by the address at which Plex answers there, such as " +
    "http://192.168.1.10:32400";
}

function expiryNotes(targets: readonly Target[]): readonly string[] {
  const times = targets.flatMap(({ token }) => tokenExpiresAt(token.reveal()) ?? []);
  if (times.length === 0) return [];
  const first = new Date(Math.min(...times)).toISOString();
  return [`The token expires at ${first}, and the exporter does not renew it`];
}
