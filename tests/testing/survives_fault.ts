/**
 * Tests that the exporter survives a fault: scrapes succeed, `plex_up` is right, counters keep
 * their values, and the exporter recovers by itself.
 */
import assert from "node:assert/strict";
import { seriesOf } from "../../src/core/counter_vec.ts";
import { HEALTHY, type Observation, type Scenario } from "./fault_scenarios.ts";
import { findSamples, type Harness, type Page, sum, testWithHarness } from "./harness.ts";
import { countersOf, lastingCounters } from "./lasting_counters.ts";

/** Time for two polls to fail, including timeouts. */
const UNTIL_DOWN_S = 40;

/** Longer than the longest back-off. */
const UNTIL_BACK_S = 75;

/** The counters about Plex, without those about the exporter. */
function ofPlex(page: Page): Map<string, number> {
  return new Map(
    [...countersOf(page)].filter(([series]) => !/^(plex_exporter|process)_/.test(series)),
  );
}

function assertKept(before: Page, after: Page): void {
  const kept = countersOf(after);
  for (const [series, value] of lastingCounters(before)) {
    assert.ok((kept.get(series) ?? -1) >= value, `${series} was ${value}, is ${kept.get(series)}`);
  }
}

function labelValues(page: Page, family: string, label: string): readonly string[] {
  const pattern = new RegExp(`[{,]${label}="([^"]*)"`);
  const values = findSamples(page, family).map(([series]) => pattern.exec(series)?.[1] ?? "");
  return [...new Set(values)].toSorted();
}

/** Compares a page with what is to be observed, and with the simulation. */
function assertObserved(page: Page, harness: Harness, observed: Observation): void {
  const { simulation } = harness.plex;
  assert.equal(sum(page, "plex_up"), observed.up ? 1 : 0, "plex_up");
  assert.equal(sum(page, "plex_exporter_token_valid"), observed.tokenValid ? 1 : 0, "token");
  if (observed.connected !== undefined) {
    assert.equal(
      sum(page, "plex_exporter_websocket_connected"),
      observed.connected ? 1 : 0,
      "socket",
    );
  }
  for (const family of observed.absent ?? []) {
    assert.equal(findSamples(page, family).length, 0, family);
  }
  if (!observed.up) {
    for (const family of ["plex_sessions", "server_info", "plex_library_items", "host_cpu_util"]) {
      assert.equal(findSamples(page, family).length, 0, `${family} is unknown`);
    }
    return;
  }
  assert.deepEqual(labelValues(page, "server_info", "server"), [simulation.server.friendlyName]);
  assert.deepEqual(labelValues(page, "server_info", "version"), [simulation.server.version]);
  const titles = simulation.libraries.all.map(({ title }) => title).toSorted();
  assert.deepEqual(labelValues(page, "plex_library_items", "library"), titles);
  for (const state of observed.sessions ? ["playing", "paused"] : []) {
    const listed = simulation.sessions().filter((session) => session.state === state).length;
    assert.equal(sum(page, "plex_sessions", { state }), listed, `sessions that are ${state}`);
  }
}

/** Advances the clock while scrapes run one after another. */
async function passWhileScraping(harness: Harness, seconds: number): Promise<void> {
  let isOver = false;
  const scraping = (async () => {
    while (!isOver) {
      await harness.scrape();
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  })();
  try {
    await harness.pass(seconds);
  } finally {
    isOver = true;
    await scraping;
  }
}

/** The log lines from an index, without debug lines. */
function logLines(harness: Harness, from: number): readonly string[] {
  return harness.lines.slice(from).filter((line) => !line.includes("level=debug"));
}

/** Dropped frames and closed sockets. */
function dropped({ state: { apiStats } }: Harness): number {
  const malformed = seriesOf(apiStats.notifications).find(({ key }) => key.type === "malformed");
  return (malformed?.value ?? 0) + apiStats.connections - (apiStats.connected ? 1 : 0);
}

/** Sets which frames the clock waits for. */
function keepPace(harness: Harness, pace: Scenario["pace"]): void {
  if (pace === "lost frames") harness.ignoreFrames();
  if (pace === "much data") harness.clock.maxWaitMs = 5_000;
  if (pace === "huge frames") {
    harness.clock.maxWaitMs = 5_000;
    harness.clock.settle = () => harness.plex.faults.has("huge frames") || dropped(harness) > 0;
  }
}

/** Starts the scenario and returns a function that ends it. */
async function startScenario(
  { plex }: Harness,
  { faults = [], inject }: Scenario,
): Promise<() => Promise<void>> {
  for (const { fault, path, times } of faults) {
    plex.faults.set(fault, {
      ...(path === undefined ? {} : { path }),
      ...(times === undefined ? {} : { times }),
    });
  }
  const undo = inject?.(plex.simulation);
  await plex.ready();
  return async () => {
    undo?.();
    plex.faults.clear();
    await plex.ready();
  };
}

/** Tests that the exporter survives this fault. */
export function testSurvival(scenario: Scenario): void {
  testWithHarness(
    `invariant 10: a scrape cannot fail because Plex did: ${scenario.name}`,
    (harness) => runFault(harness, scenario),
  );
}

async function runFault(harness: Harness, scenario: Scenario): Promise<void> {
  const { observed, outcome, logged, loggedAfter, alsoLogged = [], plays = 1, pace } = scenario;
  const { untilObservedS = UNTIL_DOWN_S, lastsS = 60, untilRecoveredS = UNTIL_BACK_S } = scenario;
  const viewer = harness.play();
  await harness.pass(30);
  await harness.scrape();
  const before = await harness.scrape();
  const linesBefore = harness.lines.length;
  const pass = (seconds: number) => passWhileScraping(harness, seconds);

  keepPace(harness, pace);
  const end = await startScenario(harness, scenario);
  await pass(untilObservedS);
  const early = await harness.scrape();
  assertObserved(early, harness, observed);
  await pass(lastsS);
  const late = await harness.scrape();
  assertObserved(late, harness, observed);
  assertKept(before, late);
  if (!observed.up) assert.deepEqual(ofPlex(late), ofPlex(early), "counters do not advance");
  if (outcome !== undefined) {
    const failed = findSamples(late, "plex_exporter_api_requests_total", { outcome });
    assert.ok(failed.some(([, value]) => value > 0), `no request counted as ${outcome}`);
  }
  if (observed.sessions && lastsS >= 60) {
    viewer.pause();
    await pass(30);
    assertObserved(await harness.scrape(), harness, observed);
    viewer.resume();
    await pass(30);
    assertObserved(await harness.scrape(), harness, observed);
  }

  await end();
  await pass(untilRecoveredS);
  await harness.scrape();
  const back = await harness.scrape();
  assertObserved(back, harness, HEALTHY);
  assert.equal(findSamples(back, "host_cpu_util").length, 1);
  assertKept(late, back);
  assert.equal(sum(back, "plex_plays_total"), plays);
  const seconds = (page: Page) => sum(page, "plex_play_seconds_total");
  assert.ok(seconds(back) > seconds(late), "the play continues to be counted");

  const expected = [logged?.text, ...alsoLogged, loggedAfter].filter((text) => text !== undefined);
  const lines = logLines(harness, linesBefore);
  assert.equal(lines.length, expected.length, `logged once:\n${lines.join("\n")}`);
  for (const text of expected) assert.ok(lines.some((line) => line.includes(text)), text);
  assert.ok(!logged || lines[0]?.includes(`level=${logged.level}`), lines.join("\n"));
  for (const line of lines.slice(1)) assert.match(line, /level=info/);
  assert.equal(
    await (await fetch(`${harness.app.url}/healthz`)).text(),
    "ok\n",
    "the process runs",
  );
}
