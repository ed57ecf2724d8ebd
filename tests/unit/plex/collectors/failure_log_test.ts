import assert from "node:assert/strict";
import type { ServerEvent } from "../../../../src/core/event.ts";
import type { ServerState } from "../../../../src/core/state.ts";
import type { Result } from "../../../../src/plex/request.ts";
import { createFailureLog } from "../../../../src/plex/collectors/failure_log.ts";
import { after, listed, START } from "../../../testing/core_builders.ts";
import { recordingLog } from "../../../testing/recording_log.ts";

const S = 1000;

/** A source of a server that is up; `poll` is a good one. */
function openSource() {
  const events: ServerEvent[] = [listed(START)];
  const log = recordingLog();
  let now = START;
  const logFailure = createFailureLog({
    log,
    clock: { now: () => now, after: () => () => {}, timeout: () => () => {} },
    state: (): ServerState => after(...events),
  }, "the weather");
  return {
    answer: (answer: Result<unknown>) => logFailure({ ...answer, at: now += S }),
    poll: () => void events.push(listed(now += S)),
    messages: () =>
      log.entries.filter(({ level }) => level !== "debug").map(({ level, message }) =>
        `${level} ${message}`
      ),
  };
}

const BAD = { ok: false, at: 0, failure: "other", detail: "Plex answered 500" } as const;
const GOOD = { ok: true, at: 0, value: 1 } as const;

Deno.test("createFailureLog logs once that a source fails while Plex answers the poll, and once that it is back", () => {
  const { answer, poll, messages } = openSource();
  answer(BAD);
  poll();
  assert.deepEqual(messages(), [], "one may be a coincidence");
  answer(BAD);
  answer({ ...BAD, failure: "timeout", detail: "No answer" });
  assert.deepEqual(messages(), ["warn Cannot read the weather"]);
  answer(GOOD);
  answer(GOOD);
  assert.deepEqual(messages().slice(1), ["info Can read the weather again"]);
});

Deno.test("createFailureLog logs no warning for a source that fails together with the poll", () => {
  const { answer, poll, messages } = openSource();
  for (let nth = 0; nth < 5; nth++) answer(BAD);
  assert.deepEqual(messages(), []);
  answer(GOOD);
  poll();
  answer(BAD);
  answer(BAD);
  assert.deepEqual(messages(), [], "the poll was before");
  poll();
  answer(BAD);
  assert.equal(messages().length, 1);
});

Deno.test("createFailureLog logs no warning for what Plex does not have", () => {
  const { answer, poll, messages } = openSource();
  for (const failure of ["not_found", "unauthorized"] as const) {
    answer({ ...BAD, failure });
    poll();
    answer({ ...BAD, failure });
  }
  assert.deepEqual(messages(), []);
});
