/**
 * Everything that Plex and the network can do wrong: what is brought about, what is then to be seen,
 * and how people are told of it. The tests play the list, and docs/faults.md prints it.
 */
import type { Fault } from "../../src/simulator/faults.ts";
import type { Simulation } from "../../src/simulator/simulation.ts";
import type { Outcome } from "../../src/core/enums.ts";

/** What the metrics say while it lasts; what is left out may be either. */
export interface Observation {
  readonly up: boolean;
  readonly tokenValid: boolean;
  readonly connected?: boolean;
  /** Whether sessions are known. */
  readonly sessions: boolean;
  /** Families that are absent, beside all that a Plex that is down does not tell. */
  readonly absent?: readonly string[];
}

export interface Scenario {
  readonly name: string;
  /** Set together and cleared together. */
  readonly faults?: readonly FaultHere[];
  /** In place of faults: what becomes of the server itself, and how that is undone. */
  readonly blow?: (simulation: Simulation) => (() => void) | void;
  readonly seen: Observation;
  /** How requests that fail by it are counted. */
  readonly outcome?: Outcome;
  /** The line of the log when it begins, and what ends it; absent where nothing is worth a line. */
  readonly says?: { readonly level: "warn" | "info"; readonly text: string };
  readonly saysAfter?: string;
  /** Further lines that tell what is new. */
  readonly saysBeside?: readonly string[];
  /** Seconds until it is seen, from then until it ends, and until it is over. */
  readonly untilSeenS?: number;
  readonly lastsS?: number;
  readonly untilBackS?: number;
  /** Plays counted in the end; one unless keys begin anew. */
  readonly plays?: number;
  /** What the driven clock has to do with: frames that never come, or too much. */
  readonly pace?: "lost frames" | "much data" | "huge frames";
  /** For people: what is seen, beyond {@link seen}, and how it ends. */
  readonly metrics: string;
  readonly recovery: string;
}

export interface FaultHere {
  readonly fault: Fault;
  readonly path?: string;
  readonly times?: number;
}

const FINE: Observation = { up: true, tokenValid: true, connected: true, sessions: true };
const DOWN: Observation = { up: false, tokenValid: true, sessions: false };
const NO_SOCKET: Observation = { up: true, tokenValid: true, connected: false, sessions: true };

const warn = (text: string) => ({ level: "warn", text }) as const;
const info = (text: string) => ({ level: "info", text }) as const;

const POLLED_AGAIN =
  "By a poll after 1 s, then ever later, at most 60 s apart; the socket likewise";
const LIKE_REFUSED = "As for refused";
const NOT_NEEDED = "Not needed";

/** Plex is away for the exporter: its answers fail, and its sockets end. */
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
    seen: DOWN,
    outcome,
    says: warn(`Plex is down: ${text}`),
    saysAfter: "Plex is up",
    metrics: `Down. Requests count as \`${outcome}\``,
    recovery: LIKE_REFUSED,
    ...more,
  };
}

/** Plex is heard and read all the same. */
function harmless(fault: Fault, metrics: string, more: Partial<Scenario> = {}): Scenario {
  return {
    name: fault.kind,
    faults: [{ fault }],
    seen: FINE,
    metrics,
    recovery: NOT_NEEDED,
    ...more,
  };
}

/** No notifications: the lists alone have to be enough. */
function noSocket(name: string, faults: readonly FaultHere[], more: Partial<Scenario>): Scenario {
  return {
    name,
    faults,
    seen: NO_SOCKET,
    says: warn("No notifications; polling until they are back"),
    saysAfter: "Receiving notifications again",
    untilBackS: 150,
    pace: "lost frames",
    metrics: "`plex_exporter_websocket_connected` 0. Lists are read every 5 s while something " +
      "plays, so a pause is seen later",
    recovery: "Opened again after 1 s, then ever later, at most 60 s apart, and every list read",
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
    recovery: "Each question ends after `PLEX_CLIENT_TIMEOUT_SECONDS`; then as for refused",
  }),
  {
    name: "slow",
    faults: [{ fault: { kind: "slow", ms: 8_000 } }],
    seen: FINE,
    metrics: "Nothing, while answers come within `PLEX_CLIENT_TIMEOUT_SECONDS`",
    recovery: NOT_NEEDED,
  },
  outage(
    "too slow",
    { kind: "slow", ms: 11_000 },
    "timeout",
    "Plex did not respond within the timeout",
    {
      faults: [{ fault: { kind: "slow", ms: 11_000 } }],
      recovery: "With the next answer that comes in time",
    },
  ),
  outage(
    "starting, said in XML",
    { kind: "starting", spelling: "xml" },
    "unavailable",
    "Plex is starting or busy",
  ),
  outage(
    "starting, said in JSON",
    { kind: "starting", spelling: "json" },
    "unavailable",
    "Plex is starting or busy",
  ),
  outage("401", { kind: "unauthorized" }, "unauthorized", "Plex rejects the token", {
    seen: { ...DOWN, tokenValid: false },
    metrics: "Down, and `plex_exporter_token_valid` 0. Requests count as `unauthorized`",
    recovery: "As for refused; a token file is read again at each rejection",
  }),
  {
    name: "guest's token",
    faults: [{ fault: { kind: "guest" } }],
    seen: {
      up: true,
      tokenValid: true,
      sessions: false,
      absent: ["plex_sessions", "host_cpu_util", "host_mem_util"],
    },
    untilSeenS: 90,
    says: warn("The token does not belong to the server owner"),
    saysAfter: "The token now belongs to the server owner",
    saysBeside: ["CPU, memory and bandwidth statistics are now available"],
    metrics: "Up. Sessions and load are absent, bytes sent stand still; libraries are there",
    recovery: "Asked again each minute; a token file is read again",
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
    seen: { ...FINE, absent: ["host_cpu_util", "host_mem_util"] },
    untilSeenS: 90,
    outcome: "not_found",
    says: info("they need Plex Pass"),
    saysAfter: "CPU, memory and bandwidth statistics are now available",
    untilBackS: 620,
    metrics:
      "Load is absent and bytes sent stand still, or are absent from the start; nothing else",
    recovery: "Asked for every 10 min",
  },
  outage(
    "429",
    { kind: "too many", retryAfterS: 30 },
    "unavailable",
    "Plex is starting or busy",
    { recovery: "When `Retry-After` has passed, after 60 s at most" },
  ),
  outage("500 of everything", { kind: "server error" }, "other", "the request failed"),
  {
    name: "500 of one source",
    faults: [{ fault: { kind: "server error" }, path: "/statistics/resources" }],
    seen: { ...FINE, absent: ["host_cpu_util", "host_mem_util"] },
    outcome: "other",
    untilSeenS: 90,
    says: warn("Cannot read the load of the host"),
    saysAfter: "Can read the load of the host again",
    metrics: "Its last good values for three intervals, then they are absent",
    recovery: "With its next reading",
  },
  outage("HTML with status 200", { kind: "login page" }, "malformed", NOT_PLEXS),
  outage(
    "redirect",
    { kind: "redirect", to: "http://elsewhere.example/" },
    "other",
    "the request failed",
    { metrics: "Down. It is not followed: that would give the token away" },
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
  outage("ten million empty items", { kind: "swarm", bytes: 30 << 20 }, "malformed", NOT_PLEXS, {
    ...LARGE,
    faults: [{ fault: { kind: "swarm", bytes: 30 << 20 }, path: ONLY_LISTS }],
    metrics: "Down. `malformed`: more than 250,000 objects are not read, for that would take long",
  }),
  outage("wrong types everywhere", { kind: "wrong types" }, "malformed", NOT_PLEXS, {
    metrics: "Down. `malformed`: a list that counts sessions and shows none is not believed",
  }),
  harmless({ kind: "strings only" }, "Nothing"),
  harmless({ kind: "bad items" }, "Nothing: they are left out, the others are read"),
  harmless({ kind: "total in header" }, "Nothing"),
  harmless(
    { kind: "encoded operator rejected" },
    "Bytes sent are counted; the more Plex has kept of them, the more rarely it is asked",
  ),
  harmless(
    { kind: "filter ignored" },
    "Bytes sent are counted by the rows that are new; the more there are, the more rarely it is asked",
  ),
  harmless({ kind: "unknown frames" }, "They count as `other`"),
  harmless({ kind: "invalid frames" }, "They count as `malformed`"),
  harmless({ kind: "binary frames" }, "They count as `malformed`; the lists alone are enough", {
    recovery: "With the first frame that is text",
  }),
  harmless({ kind: "bad entries" }, "Nothing: they are left out, the others are read"),
  harmless({ kind: "numeric ids" }, "Nothing"),
  harmless(
    { kind: "lost frames", share: 0.3 },
    "A change is seen by the next list, 10 s later at most",
    {
      pace: "lost frames",
    },
  ),
  harmless(
    { kind: "duplicate frames", share: 1 },
    "Nothing: what is said twice is counted once",
  ),
  {
    ...noSocket("64 MB frames", [{ fault: { kind: "huge frames", bytes: 64 << 20 }, times: 1 }], {
      pace: "huge frames",
      untilSeenS: 13,
      lastsS: 20,
    }),
    seen: { up: true, tokenValid: true, sessions: true },
    metrics: "Above 8 MB `malformed`, unread; where they cost the socket, a reconnect",
  },
  harmless(
    { kind: "frame storm", perSecond: 1_000 },
    "They are counted by their type; no request and no scrape waits for them",
    { name: "frame storm", untilSeenS: 1, lastsS: 10, untilBackS: 30, pace: "much data" },
  ),
  noSocket("socket closed cleanly", [{ fault: { kind: "socket closes" } }], {}),
  noSocket("socket reset", [{ fault: { kind: "socket resets" } }], {}),
  noSocket("socket half-open", [{ fault: { kind: "socket half-open" } }], {
    seen: { up: true, tokenValid: true, sessions: true },
    untilBackS: 240,
    metrics: "For up to 30 s of silence while something plays, else 5 min, nothing; then as for " +
      "a closed one",
  }),
  noSocket("upgrade never answered", [
    { fault: { kind: "socket hangs" } },
    { fault: { kind: "socket closes" }, times: 1 },
  ], { recovery: "After 10 s taken for lost; then as for a closed one" }),
  {
    name: "restart, with session keys from 1",
    blow: (simulation) => simulation.restart({ goneMs: 40_000, startingMs: 70_000 }),
    seen: DOWN,
    says: warn("Plex is down: cannot connect: check that Plex is running"),
    saysBeside: ["Plex is down: Plex is starting or busy"],
    saysAfter: "Plex is up",
    untilBackS: 150,
    plays: 2,
    pace: "lost frames",
    metrics: "Down; then the same item under a new key is a new play",
    recovery: LIKE_REFUSED,
  },
  {
    name: "upgrade",
    blow: (simulation) =>
      simulation.upgrade("1.44.0.11000-ffffffff", { goneMs: 40_000, startingMs: 70_000 }),
    seen: DOWN,
    says: warn("Plex is down: cannot connect: check that Plex is running"),
    saysBeside: ["Plex is down: Plex is starting or busy", "Server version changed"],
    saysAfter: "Plex is up",
    untilBackS: 150,
    plays: 2,
    pace: "lost frames",
    metrics: "As for a restart; `server_info` has one series, with the new version",
    recovery: LIKE_REFUSED,
  },
  {
    name: "renamed",
    blow: (simulation) => {
      const { friendlyName } = simulation.server;
      simulation.renameServer("cellar");
      return () => simulation.renameServer(friendlyName);
    },
    seen: FINE,
    says: info("Server renamed"),
    saysAfter: "Server renamed",
    metrics: "All series go on under the new name, with their values",
    recovery: NOT_NEEDED,
  },
  {
    name: "clock jumps back",
    blow: (simulation) => {
      simulation.jumpClock(-3_600_000);
    },
    seen: FINE,
    says: warn("Plex's clock was set back"),
    metrics: "No byte is counted twice",
    recovery: "Bytes are counted on from Plex's present time",
  },
  {
    name: "clock jumps ahead",
    blow: (simulation) => {
      simulation.jumpClock(3_600_000);
    },
    seen: FINE,
    metrics: "Nothing",
    recovery: NOT_NEEDED,
  },
  {
    name: "token revoked and given back",
    blow: (simulation) => {
      simulation.revokeToken();
      return () => simulation.restoreToken();
    },
    seen: { ...DOWN, tokenValid: false },
    outcome: "unauthorized",
    says: warn("Plex is down: Plex rejects the token"),
    saysAfter: "Plex is up",
    metrics: "As for 401",
    recovery: "As for 401",
  },
  {
    name: "library added",
    blow: (simulation) => {
      const { id } = simulation.addLibrary({ type: "movie", title: "Documentaries" });
      return () => simulation.removeLibrary(id);
    },
    seen: FINE,
    untilSeenS: 920,
    untilBackS: 920,
    says: info("Library added"),
    saysAfter: "Library removed",
    metrics: "Its series appear with the next reading of the libraries",
    recovery: NOT_NEEDED,
  },
  {
    name: "library removed",
    blow: (simulation) => {
      const index = simulation.libraries.findIndex(({ type }) => type === "photo");
      const [library] = simulation.libraries.splice(index, 1);
      return () => void (library && simulation.libraries.splice(index, 0, library));
    },
    seen: FINE,
    untilSeenS: 920,
    untilBackS: 920,
    says: info("Library removed"),
    saysAfter: "Library added",
    metrics: "Its series end with the next reading; what was played from it stays counted",
    recovery: NOT_NEEDED,
  },
  {
    name: "library renamed",
    blow: (simulation) => {
      const [library] = simulation.libraries;
      if (library === undefined) return;
      const { id, title } = library;
      simulation.renameLibrary(id, "Cinema");
      return () => simulation.renameLibrary(id, title);
    },
    seen: FINE,
    untilSeenS: 920,
    untilBackS: 920,
    says: info("Library renamed"),
    saysAfter: "Library renamed",
    metrics: "One series under the new name; what was played stays where it was counted",
    recovery: NOT_NEEDED,
  },
];
