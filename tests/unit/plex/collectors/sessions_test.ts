import assert from "node:assert/strict";
import { createSessionCollector } from "../../../../src/plex/collectors/sessions.ts";
import { SERVER } from "../../../testing/core_builders.ts";
import { parsedSessions } from "../../../testing/plex_fixture.ts";
import { type CollectorHarness, openCollectorHarness } from "../../../testing/collector_harness.ts";

const busy = parsedSessions("sessions_direct_stream");

interface Opened {
  readonly harness: CollectorHarness;
  readonly collect: () => Promise<number>;
  /** How often it prepared. */
  prepared(): number;
}

function openCollector(
  methods: Parameters<typeof openCollectorHarness>[0],
  renewToken: () => boolean = () => false,
): Opened {
  const harness = openCollectorHarness({ versions: () => new Map(), ...methods });
  let prepared = 0;
  const prepare = () => {
    prepared += 1;
    return Promise.resolve();
  };
  const collector = createSessionCollector({ ...harness.context, prepare, renewToken });
  return { harness, collect: harness.runnerOf(collector), prepared: () => prepared };
}

const types = ({ events }: CollectorHarness) => events.map(({ type }) => type);

Deno.test("the session collector reads more often while something plays, and without notifications", async () => {
  const { harness, collect } = openCollector({});
  const intervals = async (connected: boolean) => {
    harness.dispatch({ type: "socket_changed", at: 0, connected });
    harness.answer({ sessions: () => [] });
    const idle = await collect();
    harness.answer({ sessions: () => busy });
    return { idle, busy: await collect() };
  };
  assert.deepEqual(await intervals(true), { idle: 20_000, busy: 10_000 });
  assert.deepEqual(await intervals(false), { idle: 10_000, busy: 5_000 });
  assert.deepEqual(types(harness), Array(4).fill("sessions_listed"));
});

Deno.test("the session collector gives a list the time at which its request began", async () => {
  const { harness, collect } = openCollector({
    sessions: () => {
      harness.pass(900);
      return [];
    },
  });
  const askedAt = harness.context.clock.now();
  await collect();
  assert.equal(harness.events[0]?.at, askedAt);
});

Deno.test("the session collector reports a list without files that are late, and with them next time", async () => {
  const files = Promise.withResolvers<Map<string, []>>();
  const { harness, collect } = openCollector({
    sessions: () => parsedSessions("sessions_hardware_transcode"),
    versions: () => files.promise,
  });
  const reading = collect();
  // The answers of the harness take turns of the event loop, and no time.
  await new Promise((resolve) => setTimeout(resolve));
  harness.pass(1_999);
  assert.deepEqual(types(harness), []);
  harness.pass(1);
  await reading;
  assert.deepEqual(types(harness), ["sessions_listed"]);
  files.resolve(new Map());
  await collect();
  assert.deepEqual(types(harness), ["sessions_listed", "sessions_listed"]);
  assert.equal(harness.calls.filter((call) => call.startsWith("versions")).length, 1);
});

Deno.test("the session collector prepares before the first list, and after Plex was down, not between", async () => {
  const { harness, collect, prepared } = openCollector({ sessions: () => [] });
  await collect();
  await collect();
  assert.equal(prepared(), 1);
  harness.answer({ sessions: () => ({ failure: "refused" }) });
  await collect();
  harness.answer({ sessions: () => [] });
  await collect();
  assert.equal(prepared(), 1, "one failure is no outage");
  harness.answer({ sessions: () => ({ failure: "refused" }) });
  await collect();
  await collect();
  harness.answer({ sessions: () => [] });
  await collect();
  assert.equal(prepared(), 2);
});

Deno.test("the session collector backs off while polls fail, and begins anew after a good one", async () => {
  const { harness, collect } = openCollector({ sessions: () => ({ failure: "refused" }) });
  const waits = [];
  for (let nth = 0; nth < 8; nth++) waits.push(await collect());
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60].map((s) => s * 1000));
  harness.answer({ sessions: () => [] });
  await collect();
  harness.answer({ sessions: () => ({ failure: "refused" }) });
  assert.equal(await collect(), 1_000);
});

Deno.test("the session collector honours Retry-After up to its longest back-off", async () => {
  const { harness, collect } = openCollector({
    sessions: () => ({ failure: "unavailable", retryAfterMs: 7_000 }),
  });
  assert.equal(await collect(), 7_000);
  harness.answer({ sessions: () => ({ failure: "unavailable", retryAfterMs: 999_999_999_000 }) });
  assert.equal(await collect(), 60_000);
});

Deno.test("the session collector reports failed polls to the core and does not log them", async () => {
  const { harness, collect } = openCollector({ sessions: () => ({ failure: "refused" }) });
  const waits = [await collect(), await collect(), await collect()];
  assert.deepEqual(harness.logged, []);
  const now = harness.context.clock.now();
  assert.deepEqual(
    harness.events.map((event) => event.type === "poll_failed" && event.retryAt),
    waits.map((waitMs) => now + waitMs),
    "with the time of the next",
  );
});

Deno.test("the session collector tells a valid token of another user from a wrong one by `/`", async () => {
  const { harness, collect, prepared } = openCollector({
    sessions: () => ({ failure: "unauthorized" }),
    server: () => SERVER,
  });
  assert.equal(await collect(), 60_000);
  assert.deepEqual(types(harness), ["sessions_denied"]);
  assert.equal(prepared(), 1);
  harness.answer({ server: () => ({ failure: "unauthorized" }) });
  assert.equal(await collect(), 1_000);
  assert.deepEqual(types(harness).at(-1), "poll_failed");
});

Deno.test("the session collector reports the token as rejected where `/` answers 404", async () => {
  const { harness, collect } = openCollector({
    sessions: () => ({ failure: "unauthorized" }),
    server: () => ({ failure: "not_found" }),
  });
  await collect();
  const [event] = harness.events;
  assert.ok(event?.type === "poll_failed");
  assert.equal(event.failure, "unauthorized");
});

Deno.test("the session collector tries another token at once, and reports nothing meanwhile", async () => {
  const tokens = ["new"];
  const { harness, collect } = openCollector(
    { sessions: () => ({ failure: "unauthorized" }), server: () => ({ failure: "unauthorized" }) },
    () => tokens.pop() !== undefined,
  );
  assert.equal(await collect(), 1_000);
  assert.deepEqual(harness.events, []);
  await collect();
  assert.deepEqual(types(harness), ["poll_failed"]);
});

Deno.test("the session collector reports nothing after the signal", async () => {
  const { harness, collect } = openCollector({
    sessions: () => {
      harness.end.abort();
      return busy;
    },
  });
  await collect();
  assert.deepEqual(harness.events, []);
});
