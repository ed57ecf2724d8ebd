import assert from "node:assert/strict";
import { createSessionCollector } from "../../../../src/plex/collectors/sessions.ts";
import { SERVER } from "../../../testing/core_builders.ts";
import { parsedSessions } from "../../../testing/plex_fixture.ts";
import { type CollectorHarness, openCollectorHarness } from "../../../testing/collector_harness.ts";

const busy = parsedSessions("sessions_direct_stream");

interface Reader {
  readonly bench: CollectorHarness;
  readonly read: () => Promise<number>;
  /** How often the reader prepared. */
  prepared(): number;
}

function openReader(
  methods: Parameters<typeof openCollectorHarness>[0],
  renewToken: () => boolean = () => false,
): Reader {
  const bench = openCollectorHarness({ versions: () => new Map(), ...methods });
  let prepared = 0;
  const prepare = () => {
    prepared += 1;
    return Promise.resolve();
  };
  const read = createSessionCollector({ ...bench.context, prepare, renewToken, token: () => "" });
  return { bench, read, prepared: () => prepared };
}

const types = ({ events }: CollectorHarness) => events.map(({ type }) => type);

Deno.test("the session reader reads more often while something plays, and without notifications", async () => {
  const { bench, read } = openReader({});
  const intervals = async (connected: boolean) => {
    bench.dispatch({ type: "socket_changed", at: 0, connected });
    bench.answer({ sessions: () => [] });
    const idle = await read();
    bench.answer({ sessions: () => busy });
    return { idle, busy: await read() };
  };
  assert.deepEqual(await intervals(true), { idle: 20_000, busy: 10_000 });
  assert.deepEqual(await intervals(false), { idle: 10_000, busy: 5_000 });
  assert.deepEqual(types(bench), Array(4).fill("sessions_listed"));
});

Deno.test("the session reader dates a list by when it was asked for", async () => {
  const { bench, read } = openReader({
    sessions: () => {
      bench.pass(900);
      return [];
    },
  });
  const askedAt = bench.context.clock.now();
  await read();
  assert.equal(bench.events[0]?.at, askedAt);
});

Deno.test("the session reader tells a list whose files are not told in time, and them by the next", async () => {
  const files = Promise.withResolvers<Map<string, []>>();
  const { bench, read } = openReader({
    sessions: () => parsedSessions("sessions_hardware_transcode"),
    versions: () => files.promise,
  });
  const reading = read();
  // The answers of the bench take turns of the event loop, and no time.
  await new Promise((resolve) => setTimeout(resolve));
  bench.pass(1_999);
  assert.deepEqual(types(bench), []);
  bench.pass(1);
  await reading;
  assert.deepEqual(types(bench), ["sessions_listed"]);
  files.resolve(new Map());
  await read();
  assert.deepEqual(types(bench), ["sessions_listed", "sessions_listed"]);
  assert.equal(bench.asked.filter((asked) => asked.startsWith("versions")).length, 1);
});

Deno.test("the session reader prepares before the first list, and after Plex was down, not between", async () => {
  const { bench, read, prepared } = openReader({ sessions: () => [] });
  await read();
  await read();
  assert.equal(prepared(), 1);
  bench.answer({ sessions: () => ({ failure: "refused" }) });
  await read();
  bench.answer({ sessions: () => [] });
  await read();
  assert.equal(prepared(), 1, "one failure is no outage");
  bench.answer({ sessions: () => ({ failure: "refused" }) });
  await read();
  await read();
  bench.answer({ sessions: () => [] });
  await read();
  assert.equal(prepared(), 2);
});

Deno.test("the session reader backs off while polls fail, and begins anew after a good one", async () => {
  const { bench, read } = openReader({ sessions: () => ({ failure: "refused" }) });
  const waits = [];
  for (let nth = 0; nth < 8; nth++) waits.push(await read());
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60].map((s) => s * 1000));
  bench.answer({ sessions: () => [] });
  await read();
  bench.answer({ sessions: () => ({ failure: "refused" }) });
  assert.equal(await read(), 1_000);
});

Deno.test("the session reader heeds Retry-After, but never waits longer than its longest back-off", async () => {
  const { bench, read } = openReader({
    sessions: () => ({ failure: "unavailable", retryAfterMs: 7_000 }),
  });
  assert.equal(await read(), 7_000);
  bench.answer({ sessions: () => ({ failure: "unavailable", retryAfterMs: 999_999_999_000 }) });
  assert.equal(await read(), 60_000);
});

Deno.test("the session reader leaves it to the core to tell of failed polls", async () => {
  const { bench, read } = openReader({ sessions: () => ({ failure: "refused" }) });
  const waits = [await read(), await read(), await read()];
  assert.deepEqual(bench.logged, []);
  const now = bench.context.clock.now();
  assert.deepEqual(
    bench.events.map((event) => event.type === "poll_failed" && event.retryAt),
    waits.map((waitMs) => now + waitMs),
    "with the time of the next",
  );
});

Deno.test("the session reader tells a guest's token from a wrong one by what else Plex answers", async () => {
  const { bench, read, prepared } = openReader({
    sessions: () => ({ failure: "unauthorized" }),
    server: () => SERVER,
  });
  assert.equal(await read(), 60_000);
  assert.deepEqual(types(bench), ["sessions_withheld"]);
  assert.equal(prepared(), 1);
  bench.answer({ server: () => ({ failure: "unauthorized" }) });
  assert.equal(await read(), 1_000);
  assert.deepEqual(types(bench).at(-1), "poll_failed");
});

Deno.test("the session reader blames the token where `/` is not there to ask", async () => {
  const { bench, read } = openReader({
    sessions: () => ({ failure: "unauthorized" }),
    server: () => ({ failure: "not_found" }),
  });
  await read();
  const [event] = bench.events;
  assert.ok(event?.type === "poll_failed");
  assert.equal(event.failure, "unauthorized");
});

Deno.test("the session reader tries another token at once, and reports nothing meanwhile", async () => {
  const tokens = ["new"];
  const { bench, read } = openReader(
    { sessions: () => ({ failure: "unauthorized" }), server: () => ({ failure: "unauthorized" }) },
    () => tokens.pop() !== undefined,
  );
  assert.equal(await read(), 0);
  assert.deepEqual(bench.events, []);
  await read();
  assert.deepEqual(types(bench), ["poll_failed"]);
});

Deno.test("the session reader reports nothing once it is to end", async () => {
  const { bench, read } = openReader({
    sessions: () => {
      bench.end.abort();
      return busy;
    },
  });
  await read();
  assert.deepEqual(bench.events, []);
});
