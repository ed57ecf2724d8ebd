/**
 * The faults of Plex and of the network: what the metrics and the log show, and how the exporter
 * recovers. Tests run every row, and docs/faults.md prints them.
 */
import type { Fault } from "../../src/simulator/faults.ts";
import type { Simulation } from "../../src/simulator/simulation.ts";
import type { Outcome } from "../../src/core/enums.ts";

/** What the metrics show during the fault. An absent property may have any value. */
export interface Observation {
  readonly up: boolean;
  readonly tokenValid: boolean;
  readonly connected?: boolean;
  /** Whether the page has sessions. */
  readonly sessions: boolean;
  /** Families that are absent, in addition to those that are absent while Plex is down. */
  readonly absent?: readonly string[];
}

/** A fault, what shows it, and how the exporter recovers. */
export interface Scenario {
  readonly name: string;
  /** Faults that start and end together. */
  readonly faults?: readonly PlacedFault[];
  /** After the faults, if any: what becomes of the server itself, and how that is undone. */
  readonly inject?: (simulation: Simulation) => (() => void) | void;
  readonly observed: Observation;
  /** The outcome that counts the failed requests. */
  readonly outcome?: Outcome;
  /** The log line when the fault starts; absent if nothing is logged. */
  readonly logged?: { readonly level: "warn" | "info"; readonly text: string };
  /** The log line when the fault has ended. */
  readonly loggedAfter?: string;
  /** Further log lines. */
  readonly alsoLogged?: readonly string[];
  /** Seconds until the fault is observed, its duration after that, and the time to recover. */
  readonly untilObservedS?: number;
  readonly lastsS?: number;
  readonly untilRecoveredS?: number;
  /** Plays counted at the end; one unless session keys restart. */
  readonly plays?: number;
  /** What the driven clock has to expect: missing frames, or very much data. */
  readonly pace?: "lost frames" | "much data" | "huge frames";
  /** For docs/faults.md: what the metrics show, and how the exporter recovers. */
  readonly metrics: string;
  readonly recovery: string;
}

/** A fault of the simulator, with its scope. */
export interface PlacedFault {
  readonly fault: Fault;
  readonly path?: string;
  readonly times?: number;
}

/** What the metrics show without a fault. */
export const HEALTHY: Observation = { up: true, tokenValid: true, connected: true, sessions: true };
const DOWN: Observation = { up: false, tokenValid: true, sessions: false };
const NO_SOCKET: Observation = { up: true, tokenValid: true, connected: false, sessions: true };

const warn = (text: string) => ({ level: "warn", text }) as const;
const info = (text: string) => ({ level: "info", text }) as const;

const POLLED_AGAIN = "Polls and the socket retry after 1 s, then with back-off up to 60 s";
const LIKE_REFUSED = "As for _refused_";
const NOT_NEEDED = "–";

/** Plex is unavailable: requests fail, and sockets close. */
function outage(
  name: string,
  fault: Fault,
  outcome: Outcome,
  text: string,
  more: Partial<Scenario> = {},
): Scenario {
  return {
    name,
    faults: [{ fault }, { fault: { kind: "socket resets" } }],
    observed: DOWN,
    outcome,
    logged: warn(`Plex is down: ${text}`),
    loggedAfter: "Plex is up",
    metrics: `_Down_. Requests count as \`${outcome}\``,
    recovery: LIKE_REFUSED,
    ...more,
  };
}

/** A fault that affects neither requests nor notifications. */
function harmless(fault: Fault, metrics: string, more: Partial<Scenario> = {}): Scenario {
  return {
    name: fault.kind,
    faults: [{ fault }],
    observed: HEALTHY,
    metrics,
    recovery: NOT_NEEDED,
    ...more,
  };
}

/** No notifications: the exporter relies on lists. */
function noSocket(name: string, faults: readonly PlacedFault[], more: Partial<Scenario>): Scenario {
  return {
    name,
    faults,
    observed: NO_SOCKET,
    logged: warn("No notifications; polling until they are back"),
    loggedAfter: "Receiving notifications again",
    untilRecoveredS: 150,
    pace: "lost frames",
    metrics: "`plex_exporter_websocket_connected` is 0. Lists are read every 5 s while " +
      "something plays, so a pause is seen later",
    recovery:
      "The socket is reopened after 1 s, then with back-off up to 60 s; then all lists are read",
    ...more,
  };
}

const NOT_PLEXS = "the response is not from Plex";
const LARGE = { faults: undefined, pace: "much data" } as const;
const ONLY_LISTS = "/status/sessions";

/** The list, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  outage("refused", { kind: "refuse" }, "refused", "cannot connect: check that Plex is running", {
    recovery: POLLED_AGAIN,
  }),
  outage("hanging", { kind: "hang" }, "timeout", "Plex did not respond within the timeout", {
    recovery: "Requests end after `PLEX_CLIENT_TIMEOUT_SECONDS`; then as for _refused_",
  }),
  {
    name: "slow",
    faults: [{ fault: { kind: "slow", ms: 8_000 } }],
    observed: HEALTHY,
    metrics: "Nothing, if answers arrive within `PLEX_CLIENT_TIMEOUT_SECONDS`",
    recovery: NOT_NEEDED,
  },
  outage(
    "too slow",
    { kind: "slow", ms: 11_000 },
    "timeout",
    "Plex did not respond within the timeout",
    {
      faults: [{ fault: { kind: "slow", ms: 11_000 } }],
      recovery: "With the next answer that arrives in time",
    },
  ),
  outage(
    "starting, in XML",
    { kind: "starting", spelling: "xml" },
    "unavailable",
    "Plex is starting or busy",
  ),
  outage(
    "starting, in JSON",
    { kind: "starting", spelling: "json" },
    "unavailable",
    "Plex is starting or busy",
  ),
  outage("401", { kind: "unauthorized" }, "unauthorized", "Plex rejects the token", {
    observed: { ...DOWN, tokenValid: false },
    metrics: "_Down_, and `plex_exporter_token_valid` is 0. Requests count as `unauthorized`",
    recovery: "As for _refused_; a token file is read again at each rejection",
  }),
  {
    name: "guest's token",
    faults: [{ fault: { kind: "guest" } }],
    observed: {
      up: true,
      tokenValid: true,
      sessions: false,
      absent: ["plex_sessions", "host_cpu_util", "host_mem_util"],
    },
    untilObservedS: 90,
    logged: warn("The token does not belong to the server owner"),
    loggedAfter: "The token now belongs to the server owner",
    alsoLogged: ["CPU, memory and bandwidth statistics are now available"],
    metrics: "Up. Sessions and host load are absent, bytes do not advance; libraries are available",
    recovery: "Retried each minute; a token file is read again",
  },
  outage(
    "404 of everything",
    { kind: "not found" },
    "not_found",
    "no Plex server at this address",
  ),
  {
    name: "404 of what needs Plex Pass",
    faults: [
      { fault: { kind: "not found" }, path: "/statistics/resources" },
      { fault: { kind: "not found" }, path: "/statistics/bandwidth" },
    ],
    observed: { ...HEALTHY, absent: ["host_cpu_util", "host_mem_util"] },
    untilObservedS: 90,
    outcome: "not_found",
    logged: info("they need Plex Pass"),
    loggedAfter: "CPU, memory and bandwidth statistics are now available",
    untilRecoveredS: 620,
    metrics: "Host load is absent; bytes do not advance, or are absent from the start",
    recovery: "Retried every 10 min",
  },
  outage(
    "429",
    { kind: "too many requests", retryAfterS: 30 },
    "unavailable",
    "Plex is starting or busy",
    { recovery: "After `Retry-After`, at most 60 s" },
  ),
  outage("500 of everything", { kind: "server error" }, "other", "the request failed"),
  {
    name: "500 of one source",
    faults: [{ fault: { kind: "server error" }, path: "/statistics/resources" }],
    observed: { ...HEALTHY, absent: ["host_cpu_util", "host_mem_util"] },
    outcome: "other",
    untilObservedS: 90,
    logged: warn("Cannot read the load of the host"),
    loggedAfter: "Can read the load of the host again",
    metrics: "Its last values for three intervals, then absent",
    recovery: "With its next answer",
  },
  outage("HTML with status 200", { kind: "login page" }, "malformed", NOT_PLEXS),
  outage(
    "redirect",
    { kind: "redirect", to: "http://elsewhere.example/" },
    "other",
    "the request failed",
    { metrics: "_Down_. It is not followed, because that would reveal the token" },
  ),
  outage("empty bodies", { kind: "empty body" }, "malformed", NOT_PLEXS),
  outage("invalid JSON", { kind: "invalid json" }, "malformed", NOT_PLEXS),
  outage("truncated bodies", { kind: "truncated" }, "malformed", NOT_PLEXS),
  outage("reset", { kind: "reset" }, "refused", "cannot connect: check that Plex is running"),
  outage("oversized bodies", { kind: "oversized", bytes: 40 << 20 }, "malformed", NOT_PLEXS, {
    ...LARGE,
    faults: [{ fault: { kind: "oversized", bytes: 40 << 20 }, path: ONLY_LISTS }],
  }),
  outage("gzip bomb", { kind: "gzip bomb", bytes: 100 << 20 }, "malformed", NOT_PLEXS, {
    ...LARGE,
    faults: [{ fault: { kind: "gzip bomb", bytes: 100 << 20 }, path: ONLY_LISTS }],
  }),
  outage(
    "ten million empty items",
    { kind: "object flood", bytes: 30 << 20 },
    "malformed",
    NOT_PLEXS,
    {
      ...LARGE,
      faults: [{ fault: { kind: "object flood", bytes: 30 << 20 }, path: ONLY_LISTS }],
      metrics: "_Down_. Requests count as `malformed`: more than 250,000 objects are not parsed",
    },
  ),
  outage("wrong types everywhere", { kind: "wrong types" }, "malformed", NOT_PLEXS, {
    metrics:
      "_Down_. Requests count as `malformed`: a list that counts sessions and has none is rejected",
  }),
  harmless({ kind: "strings only" }, "Nothing"),
  harmless({ kind: "bad items" }, "Nothing: they are left out"),
  harmless({ kind: "total in header" }, "Nothing"),
  harmless(
    { kind: "encoded operator rejected" },
    "Nothing; bytes are read less often the more rows Plex keeps",
  ),
  harmless(
    { kind: "filter ignored" },
    "Nothing: only new rows count; bytes are read less often the more rows Plex keeps",
  ),
  harmless({ kind: "unknown frames" }, "They count as `other`"),
  harmless({ kind: "invalid frames" }, "They count as `malformed`"),
  harmless({ kind: "binary frames" }, "They count as `malformed`; lists replace them", {
    recovery: "With the first text frame",
  }),
  harmless({ kind: "bad entries" }, "Nothing: they are left out"),
  harmless({ kind: "numeric ids" }, "Nothing"),
  harmless(
    { kind: "lost frames", share: 0.3 },
    "Changes are seen with the next list, at most 10 s later",
    {
      pace: "lost frames",
    },
  ),
  harmless(
    { kind: "late sessions", ms: 2_000 },
    "A play begins with the list that shows it, at most 3 s after its first notification; what is " +
      "played before that is not counted",
    {
      inject: (simulation) => {
        const [user, player] = [simulation.users[1], simulation.players[1]];
        if (user === undefined || player === undefined) return;
        const viewer = simulation.play({ item: simulation.randomItem("episode"), user, player });
        return () => viewer.stop();
      },
      plays: 2,
    },
  ),
  harmless(
    { kind: "duplicate frames", share: 1 },
    "Nothing: duplicates count once",
  ),
  {
    ...noSocket("64 MB frames", [{ fault: { kind: "huge frames", bytes: 64 << 20 }, times: 1 }], {
      pace: "huge frames",
      untilObservedS: 13,
      lastsS: 20,
    }),
    observed: { up: true, tokenValid: true, sessions: true },
    metrics: "Frames above 8 MB count as `malformed`; if the socket is lost, it reconnects",
  },
  harmless(
    { kind: "frame storm", perSecond: 1_000 },
    "They are counted by type; no request and no scrape waits for them",
    { name: "frame storm", untilObservedS: 1, lastsS: 10, untilRecoveredS: 30, pace: "much data" },
  ),
  noSocket("socket closed cleanly", [{ fault: { kind: "socket closes" } }], {}),
  noSocket("socket reset", [{ fault: { kind: "socket resets" } }], {}),
  noSocket("socket half-open", [{ fault: { kind: "socket half-open" } }], {
    observed: { up: true, tokenValid: true, sessions: true },
    untilRecoveredS: 240,
    metrics: "Nothing for up to 30 s of silence while something plays, else 5 min; then as for " +
      "a closed one",
  }),
  noSocket("upgrade never answered", [
    { fault: { kind: "socket hangs" } },
    { fault: { kind: "socket closes" }, times: 1 },
  ], { recovery: "The handshake times out after 10 s; then as for a closed one" }),
  {
    name: "restart, with session keys from 1",
    inject: (simulation) => simulation.restart({ goneMs: 40_000, startingMs: 70_000 }),
    observed: DOWN,
    logged: warn("Plex is down: cannot connect: check that Plex is running"),
    alsoLogged: ["Plex is down: Plex is starting or busy"],
    loggedAfter: "Plex is up",
    untilRecoveredS: 150,
    plays: 2,
    pace: "lost frames",
    metrics: "_Down_; then the same item under a new key is a new play",
    recovery: LIKE_REFUSED,
  },
  {
    name: "upgrade",
    inject: (simulation) =>
      simulation.upgrade("1.44.0.11000-ffffffff", { goneMs: 40_000, startingMs: 70_000 }),
    observed: DOWN,
    logged: warn("Plex is down: cannot connect: check that Plex is running"),
    alsoLogged: ["Plex is down: Plex is starting or busy", "Server version changed"],
    loggedAfter: "Plex is up",
    untilRecoveredS: 150,
    plays: 2,
    pace: "lost frames",
    metrics: "As for a restart; `server_info` is one series, with the new version",
    recovery: LIKE_REFUSED,
  },
  {
    name: "renamed",
    inject: (simulation) => {
      const { friendlyName } = simulation.server;
      simulation.server.rename("cellar");
      return () => simulation.server.rename(friendlyName);
    },
    observed: HEALTHY,
    logged: info("Server renamed"),
    loggedAfter: "Server renamed",
    metrics: "All series continue under the new name, with their values",
    recovery: NOT_NEEDED,
  },
  {
    name: "clock jumps back",
    inject: (simulation) => {
      simulation.jumpClock(-3_600_000);
    },
    observed: HEALTHY,
    logged: warn("Plex's clock was set back"),
    metrics: "No byte is counted twice",
    recovery: "Bytes count from Plex's current time on",
  },
  {
    name: "clock jumps ahead",
    inject: (simulation) => {
      simulation.jumpClock(3_600_000);
    },
    observed: HEALTHY,
    metrics: "Nothing",
    recovery: NOT_NEEDED,
  },
  {
    name: "token revoked and given back",
    inject: (simulation) => {
      simulation.tokens.revoke();
      return () => simulation.tokens.restore();
    },
    observed: { ...DOWN, tokenValid: false },
    outcome: "unauthorized",
    logged: warn("Plex is down: Plex rejects the token"),
    loggedAfter: "Plex is up",
    metrics: "As for _401_",
    recovery: "As for _401_",
  },
  {
    name: "library added",
    inject: (simulation) => {
      const { id } = simulation.libraries.add({ type: "movie", title: "Documentaries" });
      return () => void simulation.libraries.remove(id);
    },
    observed: HEALTHY,
    untilObservedS: 920,
    untilRecoveredS: 920,
    logged: info("Library added"),
    loggedAfter: "Library removed",
    metrics: "Its series appear when the libraries are read next",
    recovery: NOT_NEEDED,
  },
  {
    name: "library removed",
    inject: (simulation) => {
      const photos = simulation.libraries.all.find(({ type }) => type === "photo");
      return photos && simulation.libraries.remove(photos.id);
    },
    observed: HEALTHY,
    untilObservedS: 920,
    untilRecoveredS: 920,
    logged: info("Library removed"),
    loggedAfter: "Library added",
    metrics: "Its series end when the libraries are read next; plays from it stay counted",
    recovery: NOT_NEEDED,
  },
  {
    name: "library renamed",
    inject: (simulation) => {
      const [library] = simulation.libraries;
      if (library === undefined) return;
      const { id, title } = library;
      simulation.libraries.rename(id, "Cinema");
      return () => simulation.libraries.rename(id, title);
    },
    observed: HEALTHY,
    untilObservedS: 920,
    untilRecoveredS: 920,
    logged: info("Library renamed"),
    loggedAfter: "Library renamed",
    metrics: "One series under the new name; past plays stay where they were counted",
    recovery: NOT_NEEDED,
  },
];
