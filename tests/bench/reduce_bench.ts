/** The time of events, by live sessions and by the length of the history. */
import { reduce } from "../../src/core/reduce.ts";
import type { ServerState } from "../../src/core/state.ts";
import { listed, notified, session, START } from "../testing/core_builders.ts";
import { busyServer, manySessions } from "./busy_state.ts";

/** The server after hundreds of other plays, so that the counters have many series. */
function withHistory(state: ServerState): ServerState {
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
const old = withHistory(many);

for (const [name, state] of Object.entries({ few, many, old })) {
  const sessions = name === "few" ? 30 : 300;
  const history = name === "old" ? "a long history" : "a short history";
  Deno.bench(`a notification, ${sessions} sessions, ${history}`, {
    group: "a notification",
    baseline: name === "many",
  }, () => {
    reduce(state, notified(START + 20_000, "playing", "7", "1006"));
  });
  const event = listed(START + 20_000, ...manySessions(sessions));
  Deno.bench(`a list, ${sessions} sessions, ${history}`, {
    group: "a list",
    baseline: name === "many",
  }, () => {
    reduce(state, event);
  });
}
