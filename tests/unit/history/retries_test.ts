import assert from "node:assert/strict";
import type { Failure } from "../../../src/core/enums.ts";
import { ReadError, requestWithRetries } from "../../../src/history/retries.ts";
import type { Result } from "../../../src/plex/request.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

/** Asks Plex, which answers with these results one after the other. */
function open(...answers: readonly (number | Failure)[]) {
  const clock = new DrivenClock();
  const end = new AbortController();
  let requests = 0;
  const request = (): Promise<Result<number>> => {
    const answer = answers[requests];
    requests += 1;
    assert.ok(answer !== undefined, "it is asked too often");
    return Promise.resolve(
      typeof answer === "number"
        ? { at: clock.now(), ok: true, value: answer }
        : { at: clock.now(), ok: false, failure: answer, detail: `failed: ${answer}` },
    );
  };
  const result = requestWithRetries(
    { label: "home", clock, random: () => 0.5, signal: end.signal },
    "the weather",
    request,
  );
  // A rejection is awaited later by the test.
  result.catch(() => {});
  return { clock, end, result, requests: () => requests };
}

Deno.test("requestWithRetries returns the value of the answer, after a rest", async () => {
  const { clock, result } = open(7);
  let isDone = false;
  const done = result.then(() => isDone = true);
  await clock.advance(1);
  assert.equal(isDone, false);
  await clock.advance(10_000);
  await done;
  assert.equal(await result, 7);
});

Deno.test("requestWithRetries repeats the request after a failure that may pass", async () => {
  const { clock, result, requests } = open("timeout", "unavailable", 7);
  await clock.advance(600_000);
  assert.equal(await result, 7);
  assert.equal(requests(), 3);
});

Deno.test("requestWithRetries gives up after five failures in a row, with the cause of the last", async () => {
  const { clock, result } = open("timeout", "timeout", "timeout", "timeout", "refused");
  await clock.advance(600_000);
  await assert.rejects(result, (error) => {
    assert.ok(error instanceof ReadError);
    assert.equal(error.message, "home: Cannot read the weather: failed: refused");
    return error.failure === "refused";
  });
});

Deno.test("requestWithRetries gives up at once if another request does not help", async () => {
  for (const failure of ["not_found", "unauthorized"] as const) {
    const { result, requests } = open(failure);
    await assert.rejects(result, ReadError);
    assert.equal(requests(), 1);
  }
});

Deno.test("requestWithRetries returns undefined when the signal aborts, also during a wait", async () => {
  // The client fails every request once the signal is aborted.
  const { clock, end, result } = open("timeout", "other");
  await clock.advance(1);
  end.abort();
  assert.equal(await result, undefined);
});
