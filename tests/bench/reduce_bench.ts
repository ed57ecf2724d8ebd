/** The time to reduce an event, by the number of sessions and of earlier plays. */
import { reduce } from "../../src/core/reduce.ts";
import type { ServerState } from "../../src/core/state.ts";
import { listed, notified, session, START } from "../testing/core_builders.ts";
import { busyServer, manySessions } from "./busy_state.ts";

/** The server after hundreds of earlier plays, so that the counters have many series. */
function withEarlierPlays(state: ServerState): ServerState {
  let next = state;
  for (let play = 0; play < 900; play++) {
    const other = session({
      sessionKey: `old ${play}`,
      title: `Old ${play}`,
      user: `old ${play % 190}`,
    });
    next = reduce(next, listed(START + 11_000, ...manySessions(300), other));
  }
  return reduce(next, listed(START + 12_000, ...manySessions(300)));
}

const few = busyServer(30);
const many = busyServer(300);
const later = withEarlierPlays(many);

for (const [name, state] of Object.entries({ few, many, later })) {
  const sessions = name === "few" ? 30 : 300;
  const plays = name === "later" ? "many earlier plays" : "no earlier plays";
  Deno.bench(`a notification, ${sessions} sessions, ${plays}`, {
    group: "a notification",
    baseline: name === "many",
  }, () => {
    reduce(state, notified(START + 20_000, "playing", "7", "1006"));
  });
  const event = listed(START + 20_000, ...manySessions(sessions));
  Deno.bench(`a list, ${sessions} sessions, ${plays}`, {
    group: "a list",
    baseline: name === "many",
  }, () => {
    reduce(state, event);
  });
}
