import assert from "node:assert/strict";
import { NO_RECORDINGS } from "../../../../src/core/dvr.ts";
import { createDvrCollector } from "../../../../src/plex/collectors/dvr.ts";
import { isDueAfter } from "../../../../src/plex/collectors/runner.ts";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { after, listed, SERVER, START } from "../../../testing/core_builders.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

const HOUR = 3_600_000;
const tuners = { online: 2, offline: 1 };

function open(methods: Parameters<typeof openCollectorHarness>[0] = {}) {
  const harness = openCollectorHarness({
    tuners: () => ({ tuners }),
    recordings: () => NO_RECORDINGS,
    ...methods,
  });
  harness.dispatch(listed(START));
  return { harness, collect: harness.runnerOf(createDvrCollector(harness.context)) };
}

Deno.test("the recorder is read every five minutes: its tuners, then its recordings", async () => {
  const { harness, collect } = open();
  assert.equal(await collect(), 300_000);
  assert.deepEqual(harness.state.dvr, { tuners, recordings: NO_RECORDINGS });
  assert.deepEqual(harness.calls, ["tuners", "recordings"]);
});

Deno.test("a server without a recorder is asked once an hour, for its tuners alone", async () => {
  const answers = [
    { tuners: undefined },
    { failure: "not_found" },
    { failure: "unauthorized" },
  ] as const;
  for (const answer of answers) {
    const { harness, collect } = open({ tuners: () => answer });
    assert.deepEqual([await collect(), await collect()], [HOUR, HOUR]);
    assert.deepEqual(harness.calls, ["tuners", "tuners"]);
    assert.equal(harness.state.sources.dvr.unavailable, true);
    assert.deepEqual(harness.logged, []);
  }
});

Deno.test("a recorder that is set up or removed is noticed", async () => {
  const { harness, collect } = open({ tuners: () => ({ tuners: undefined }) });
  assert.equal(await collect(), HOUR);
  harness.answer({ tuners: () => ({ tuners }) });
  assert.equal(await collect(), 300_000);
  assert.equal(harness.state.sources.dvr.unavailable, false);
  harness.answer({ tuners: () => ({ tuners: undefined }) });
  assert.equal(await collect(), HOUR);
  assert.equal(harness.state.sources.dvr.unavailable, true);
});

Deno.test("a failure that may pass keeps what is known of the recorder", async () => {
  const { harness, collect } = open();
  await collect();
  for (const method of ["tuners", "recordings"]) {
    harness.answer({ [method]: () => ({ failure: "timeout" }) });
    assert.equal(await collect(), 300_000);
    assert.deepEqual(harness.state.dvr, { tuners, recordings: NO_RECORDINGS });
    assert.equal(harness.state.sources.dvr.unavailable, false);
  }
});

Deno.test("the recorder is not asked for with another user's token", async () => {
  const { harness, collect } = open();
  harness.dispatch({ type: "sessions_denied", at: START });
  assert.equal(await collect(), NEVER);
  assert.deepEqual(harness.calls, []);
  assert.equal(harness.state.sources.dvr.unavailable, true);
});

Deno.test("the recorder is asked for again for another owner, another server and with Plex Pass", () => {
  const { harness } = open();
  const collector = createDvrCollector(harness.context);
  const described = (server: object) =>
    after(listed(START), {
      type: "server_described",
      at: START,
      server: { ...SERVER, plexPass: false, ...server },
    });
  const before = described({});
  assert.ok(!isDueAfter(collector, before, described({ name: "renamed" })));
  assert.ok(isDueAfter(collector, before, described({ plexPass: true })));
  assert.ok(isDueAfter(collector, before, described({ id: "another" })));
  assert.ok(
    isDueAfter(collector, after({ type: "sessions_denied", at: START }), after(listed(START))),
  );
});
