/** Some of the faults on the real program in real time: no clock is driven here. */
import assert from "node:assert/strict";
import { startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { startProgram, until } from "../testing/program.ts";
import { SCENARIOS } from "../testing/fault_scenarios.ts";
import { type Page, readPage, sum } from "../testing/harness.ts";
import { eventually } from "../testing/eventually.ts";

const PLAYED: readonly string[] = [
  "refused",
  "hanging",
  "starting, in XML",
  "truncated bodies",
  "token revoked and given back",
];

/** A poll is asked every 10 s at the latest, fails, and fails again some seconds later. */
const UNTIL_DOWN_MS = 30_000;

async function outlive(scenario: (typeof SCENARIOS)[number]): Promise<void> {
  const plex = await startPlex({ clock: systemClock, duplicateShare: 0 });
  const { simulation, faults } = plex;
  const [user] = simulation.users;
  const [player] = simulation.players;
  assert.ok(user && player);
  simulation.play({ item: simulation.randomItem("movie"), user, player, state: "playing" });
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
    assert.equal(sum(back, "plex_plays_total"), 1, "the play went on, uncounted");
    assert.ok(sum(back, "plex_play_seconds_total") >= sum(down, "plex_play_seconds_total"));

    const lines = program.stderr.trimEnd().split("\n").slice(linesBefore)
      // They may be read for the first time after the fault.
      .filter((line) => !/msg="(Watch history read|CPU, memory and bandwidth)/.test(line));
    assert.equal(lines.length, 2, `the log says it once:\n${lines.join("\n")}`);
    assert.ok(lines[0]?.includes(`msg="${scenario.logged?.text}`), lines[0] ?? "");
    assert.ok(lines[1]?.includes('msg="Plex is up"'), lines[1] ?? "");
    program.signal("SIGTERM");
    assert.equal(await program.code, 0);
  } finally {
    await plex.close();
  }
}

Deno.test("the program recovers from some of the faults in real time", async () => {
  const played = SCENARIOS.filter(({ name }) => PLAYED.includes(name));
  assert.equal(played.length, PLAYED.length);
  const ended = await Promise.allSettled(played.map(outlive));
  const failed = ended.flatMap((one, index) =>
    one.status === "rejected" ? [`${played[index]?.name}: ${one.reason}`] : []
  );
  assert.deepEqual(failed, []);
});
