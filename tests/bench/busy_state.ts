/** States with any number of sessions, for benchmarks. */
import type { ServerState } from "../../src/core/state.ts";
import type { Session } from "../../src/core/session.ts";
import type { ProcessInfo } from "../../src/metrics/family.ts";
import { reduce } from "../../src/core/reduce.ts";
import { after, listed, SERVER, session, START } from "../testing/core_builders.ts";

/** Metrics of the process. */
export const PROCESS: ProcessInfo = {
  version: "1.0.0",
  denoVersion: "2.9.6",
  cpuSeconds: 1,
  residentBytes: 1,
  startedAt: START,
};

/** Sessions with different users, players, titles, decisions and locations. */
export function manySessions(count: number): Session[] {
  return Array.from({ length: count }, (_, index) =>
    session({
      sessionKey: String(index + 1),
      ratingKey: String(1000 + index),
      userId: String(index % 50),
      user: `user ${index % 50}`,
      player: { ...session().player, id: `player-${index}`, name: `Player ${index}` },
      title: `A film with a title of the usual length, part ${index}`,
      videoDecision: index % 3 === 0 ? "transcode" : "direct_play",
      location: index % 4 === 0 ? "wan" : "lan",
    }));
}

/** A server on which all sessions have been playing for ten seconds. */
export function busyServer(count: number): ServerState {
  return statesOfPlay(count, 1)[0] ?? after();
}

/** The states of the server at so many scrapes, after ten seconds of play each. */
export function statesOfPlay(count: number, scrapes: number): ServerState[] {
  const sessions = manySessions(count);
  let state = after(
    { type: "server_described", at: START, server: SERVER },
    listed(START, ...sessions),
    { type: "scrape_begun", at: START },
    { type: "scrape_completed", at: START, scrape: 1, client: "bench", series: 0 },
  );
  return Array.from({ length: scrapes }, (_, index) => {
    const progressMs = (index + 1) * 10_000;
    const moved = sessions.map((session) => ({ ...session, progressMs }));
    state = reduce(state, listed(START + progressMs, ...moved));
    return state;
  });
}
