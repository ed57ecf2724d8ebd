/** Some of the faults against the program as a process, in real time. */
import assert from "node:assert/strict";
import { startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { startProgram, until } from "../testing/program.ts";
import { SCENARIOS } from "../testing/fault_scenarios.ts";
import { type Page, playFilm, readPage, sum } from "../testing/harness.ts";
import { eventually } from "../testing/eventually.ts";

const TESTED: readonly string[] = [
  "refused",
  "hanging",
  "starting, in XML",
  "truncated bodies",
  "token revoked and given back",
];

/** Plex is polled every 10 s at least, and is down after a second failure some seconds later. */
const UNTIL_DOWN_MS = 30_000;

async function assertRecovers(scenario: (typeof SCENARIOS)[number]): Promise<void> {
  const plex = await startPlex({ clock: systemClock, duplicateShare: 0 });
  const { simulation, faults } = plex;
  playFilm(plex);
  try {
    await using program = startProgram([], {
      env: {
        PLEX_SERVER: plex.url,
        PLEX_TOKEN: plex.ownerToken,
        PLEX_CLIENT_TIMEOUT_SECONDS: "2",
        LISTEN_ADDRESS: "127.0.0.1:0",
        LOG_FORMAT: "logfmt",
      },
    });
    const url = await program.says(/(http:\/\/127\.0\.0\.1:\d+\/metrics)/);
    const scrape = async (): Promise<Page> => readPage(await (await eventually(fetch(url))).text());
    const shows = (up: number, sessions: number) =>
      until(`plex_up ${up} with ${sessions} sessions`, async () => {
        const page = await scrape();
        return sum(page, "plex_up") === up && sum(page, "plex_sessions") === sessions
          ? page
          : undefined;
      }, UNTIL_DOWN_MS);

    await shows(1, 1);
    const linesBefore = program.stderr.trimEnd().split("\n").length;
    const undo = scenario.inject?.(simulation);
    for (const { fault } of scenario.faults ?? []) faults.set(fault);
    await plex.ready();
    const down = await shows(0, 0);
    assert.equal(sum(down, "plex_exporter_token_valid"), scenario.observed.tokenValid ? 1 : 0);
    undo?.();
    faults.clear();
    await plex.ready();
    const back = await shows(1, 1);
    assert.equal(sum(back, "plex_plays_total"), 1, "the play continues and is not counted again");
    assert.ok(sum(back, "plex_play_seconds_total") >= sum(down, "plex_play_seconds_total"));

    const lines = program.stderr.trimEnd().split("\n").slice(linesBefore)
      // The first reading of these may come after the fault.
      .filter((line) => !/msg="(Watch history read|CPU, memory and bandwidth)/.test(line));
    assert.equal(lines.length, 2, `the fault is logged once:\n${lines.join("\n")}`);
    assert.ok(lines[0]?.includes(`msg="${scenario.logged?.text}`), lines[0] ?? "");
    assert.ok(lines[1]?.includes('msg="Plex is up"'), lines[1] ?? "");
    program.signal("SIGTERM");
    assert.equal(await program.code, 0);
  } finally {
    await plex.close();
  }
}

Deno.test("the program recovers from some of the faults in real time", async () => {
  const scenarios = SCENARIOS.filter(({ name }) => TESTED.includes(name));
  assert.equal(scenarios.length, TESTED.length);
  const results = await Promise.allSettled(scenarios.map(assertRecovers));
  const failed = results.flatMap((result, index) =>
    result.status === "rejected" ? [`${scenarios[index]?.name}: ${result.reason}`] : []
  );
  assert.deepEqual(failed, []);
});
