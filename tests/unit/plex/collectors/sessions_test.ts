import assert from "node:assert/strict";
import { createSessionCollector } from "../../../../src/plex/collectors/sessions.ts";
import { SERVER } from "../../../testing/core_builders.ts";
import { parsedSessions } from "../../../testing/plex_fixture.ts";
import { type CollectorHarness, openCollectorHarness } from "../../../testing/collector_harness.ts";

const busy = parsedSessions("sessions_direct_stream");

interface Opened {
  readonly bench: CollectorHarness;
  readonly collect: () => Promise<number>;
  /** How often it prepared. */
  prepared(): number;
}

function openCollector(
  methods: Parameters<typeof openCollectorHarness>[0],
  renewToken: () => boolean = () => false,
): Opened {
  const bench = openCollectorHarness({ versions: () => new Map(), ...methods });
  let prepared = 0;
  const prepare = () => {
    prepared += 1;
    return Promise.resolve();
  };
  const collector = createSessionCollector({ ...bench.context, prepare, renewToken });
  return { bench, collect: bench.runnerOf(collector), prepared: () => prepared };
}

const types = ({ events }: CollectorHarness) => events.map(({ type }) => type);

Deno.test("the session collector reads more often while something plays, and without notifications", async () => {
  const { bench, collect } = openCollector({});
  const intervals = async (connected: boolean) => {
    bench.dispatch({ type: "socket_changed", at: 0, connected });
    bench.answer({ sessions: () => [] });
    const idle = await collect();
    bench.answer({ sessions: () => busy });
    return { idle, busy: await collect() };
  };
  assert.deepEqual(await intervals(true), { idle: 20_000, busy: 10_000 });
  assert.deepEqual(await intervals(false), { idle: 10_000, busy: 5_000 });
  assert.deepEqual(types(bench), Array(4).fill("sessions_listed"));
});

Deno.test("the session collector dates a list by when it was asked for", async () => {
  const { bench, collect } = openCollector({
    sessions: () => {
      bench.pass(900);
      return [];
    },
  });
  const askedAt = bench.context.clock.now();
  await collect();
  assert.equal(bench.events[0]?.at, askedAt);
});

Deno.test("the session collector tells a list whose files are not told in time, and them by the next", async () => {
  const files = Promise.withResolvers<Map<string, []>>();
  const { bench, collect } = openCollector({
    sessions: () => parsedSessions("sessions_hardware_transcode"),
    versions: () => files.promise,
  });
  const reading = collect();
  // The answers of the bench take turns of the event loop, and no time.
  await new Promise((resolve) => setTimeout(resolve));
  bench.pass(1_999);
  assert.deepEqual(types(bench), []);
  bench.pass(1);
  await reading;
  assert.deepEqual(types(bench), ["sessions_listed"]);
  files.resolve(new Map());
  await collect();
  assert.deepEqual(types(bench), ["sessions_listed", "sessions_listed"]);
  assert.equal(bench.asked.filter((asked) => asked.startsWith("versions")).length, 1);
});

Deno.test("the session collector prepares before the first list, and after Plex was down, not between", async () => {
  const { bench, collect, prepared } = openCollector({ sessions: () => [] });
  await collect();
  await collect();
  assert.equal(prepared(), 1);
  bench.answer({ sessions: () => ({ failure: "refused" }) });
  await collect();
  bench.answer({ sessions: () => [] });
  await collect();
  assert.equal(prepared(), 1, "one failure is no outage");
  bench.answer({ sessions: () => ({ failure: "refused" }) });
  await collect();
  await collect();
  bench.answer({ sessions: () => [] });
  await collect();
  assert.equal(prepared(), 2);
});

Deno.test("the session collector backs off while polls fail, and begins anew after a good one", async () => {
  const { bench, collect } = openCollector({ sessions: () => ({ failure: "refused" }) });
  const waits = [];
  for (let nth = 0; nth < 8; nth++) waits.push(await collect());
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60].map((s) => s * 1000));
  bench.answer({ sessions: () => [] });
  await collect();
  bench.answer({ sessions: () => ({ failure: "refused" }) });
  assert.equal(await collect(), 1_000);
});

Deno.test("the session collector heeds Retry-After, but never waits longer than its longest back-off", async () => {
  const { bench, collect } = openCollector({
    sessions: () => ({ failure: "unavailable", retryAfterMs: 7_000 }),
  });
  assert.equal(await collect(), 7_000);
  bench.answer({ sessions: () => ({ failure: "unavailable", retryAfterMs: 999_999_999_000 }) });
  assert.equal(await collect(), 60_000);
});

Deno.test("the session collector leaves it to the core to tell of failed polls", async () => {
  const { bench, collect } = openCollector({ sessions: () => ({ failure: "refused" }) });
  const waits = [await collect(), await collect(), await collect()];
  assert.deepEqual(bench.logged, []);
  const now = bench.context.clock.now();
  assert.deepEqual(
    bench.events.map((event) => event.type === "poll_failed" && event.retryAt),
    waits.map((waitMs) => now + waitMs),
    "with the time of the next",
  );
});

Deno.test("the session collector tells a guest's token from a wrong one by what else Plex answers", async () => {
  const { bench, collect, prepared } = openCollector({
    sessions: () => ({ failure: "unauthorized" }),
    server: () => SERVER,
  });
  assert.equal(await collect(), 60_000);
  assert.deepEqual(types(bench), ["sessions_denied"]);
  assert.equal(prepared(), 1);
  bench.answer({ server: () => ({ failure: "unauthorized" }) });
  assert.equal(await collect(), 1_000);
  assert.deepEqual(types(bench).at(-1), "poll_failed");
});

Deno.test("the session collector blames the token where `/` is not there to ask", async () => {
  const { bench, collect } = openCollector({
    sessions: () => ({ failure: "unauthorized" }),
    server: () => ({ failure: "not_found" }),
  });
  await collect();
  const [event] = bench.events;
  assert.ok(event?.type === "poll_failed");
  assert.equal(event.failure, "unauthorized");
});

Deno.test("the session collector tries another token at once, and reports nothing meanwhile", async () => {
  const tokens = ["new"];
  const { bench, collect } = openCollector(
    { sessions: () => ({ failure: "unauthorized" }), server: () => ({ failure: "unauthorized" }) },
    () => tokens.pop() !== undefined,
  );
  assert.equal(await collect(), 0);
  assert.deepEqual(bench.events, []);
  await collect();
  assert.deepEqual(types(bench), ["poll_failed"]);
});

Deno.test("the session collector reports nothing once it is to end", async () => {
  const { bench, collect } = openCollector({
    sessions: () => {
      bench.end.abort();
      return busy;
    },
  });
  await collect();
  assert.deepEqual(bench.events, []);
});
