/** The `history` command, from a simulated server to the file that it writes. */
import assert from "node:assert/strict";
import { type PlexOptions, type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import { freePort } from "../testing/program.ts";
import type { DrivenClock } from "../testing/driven_clock.ts";
import { plexTests } from "../testing/plex_test_case.ts";
import { sum } from "../testing/harness.ts";
import { lastValues, runHistoryOn, samplesOf } from "../testing/history_run.ts";
import { serverLabels, valuesBy } from "../testing/labels.ts";
import { countViews, type TrueView, viewsOf } from "../testing/view_truth.ts";

const DAY_S = 86_400;

const onPlex = plexTests({ seed: 4, pastViews: { count: 1_200, years: 0.2 } });

/** A test whose clock does not wait for requests that the server holds back. */
function test(
  name: string,
  run: (plex: SimulatedPlex, clock: DrivenClock) => Promise<void>,
  options: Partial<PlexOptions> = {},
): void {
  onPlex(name, ({ plex, clock }) => {
    clock.exclude(plex);
    return run(plex, clock);
  }, options);
}

/** The views until `untilS`, without those of ten minutes that are left to the exporter. */
function viewsUntil({ simulation }: SimulatedPlex, untilS: number): readonly TrueView[] {
  return [...viewsOf(simulation)].filter(({ viewedS }) => viewedS <= untilS - 600);
}

test(
  "the last values in the file are the counts of views, with the labels of the live families",
  async (plex, clock) => {
    const untilS = plex.simulation.plexNowS() - DAY_S;
    const { isComplete, text } = await runHistoryOn(plex, clock, { args: ["--until", "1d"] });
    assert.ok(isComplete && text.endsWith("\n# EOF\n"));
    const views = viewsUntil(plex, untilS);
    const byUser: (keyof TrueView)[] = ["user", "media_type", "library"];
    assert.deepEqual(
      valuesBy(lastValues(text), "plex_views_total", byUser),
      countViews(views, byUser),
    );
    const byTitle: (keyof TrueView)[] = ["media_type", "library", "title"];
    assert.deepEqual(
      valuesBy(lastValues(text), "plex_title_views_total", byTitle),
      countViews(views.filter(({ title }) => title !== undefined), byTitle),
    );
  },
);

test("every series has the labels of the server and those of --label", async (plex, clock) => {
  const args = ["--label", "job=plex", "--label", 'instance=a"b:9000'];
  const { text } = await runHistoryOn(plex, clock, { args });
  const { friendlyName, machineIdentifier } = plex.simulation.server;
  const labels = `{server="${friendlyName}",server_id="${machineIdentifier}",`;
  for (const { series } of samplesOf(text)) {
    assert.ok(series.includes(`${labels}job="plex",instance="a\\"b:9000",`), series);
  }
});

test(
  "samples lie between --since and --until, and the first ones include earlier views",
  async (plex, clock) => {
    const args = ["--since", "30d", "--until", "10d"];
    const nowS = plex.simulation.plexNowS();
    const { text } = await runHistoryOn(plex, clock, { args });
    const samples = [...samplesOf(text)];
    const times = samples.map(({ timeS }) => timeS);
    assert.ok(Math.min(...times) >= nowS - 30 * DAY_S);
    assert.ok(Math.max(...times) <= nowS - 10 * DAY_S);
    const first = new Map(samples.toReversed().map(({ series, value }) => [series, value]));
    const before = [...viewsOf(plex.simulation)].filter(({ viewedS }) =>
      viewedS < nowS - 31 * DAY_S
    );
    const views = sum(first, "plex_views_total");
    assert.ok(views >= before.length && before.length > 100, `${views} of ${before.length}`);
  },
);

test(
  "every page is requested twice, one at a time with pauses",
  async (plex, clock) => {
    const { messages } = await runHistoryOn(plex, clock);
    const pages = plex.requests.filter(({ template }) => template.includes("history"));
    assert.equal(pages.length, 2 * 2);
    plex.requests.forEach(({ atMs }, index) => {
      const before = plex.requests[index - 1];
      // The requests that check the server and its token come without pauses.
      const isCheck = before?.template === "/status/sessions" || index < 2;
      assert.ok(isCheck || before === undefined || atMs - before.atMs >= 500);
    });
    assert.ok(messages.some((line) => line.endsWith("1200 of 1200 views read (reading 1 of 2)")));
    assert.ok(messages.some((line) => line.endsWith("1200 of 1200 views read (reading 2 of 2)")));
  },
);

test(
  "a failed page is requested again, and repeated failures end the run",
  async (plex, clock) => {
    const path = "/status/sessions/history/all";
    plex.faults.set({ kind: "server error" }, { path, times: 2 });
    const untilS = plex.simulation.plexNowS() - DAY_S;
    const { isComplete, text } = await runHistoryOn(plex, clock, { args: ["--until", "1d"] });
    assert.ok(isComplete);
    assert.equal(sum(lastValues(text), "plex_views_total"), viewsUntil(plex, untilS).length);
    plex.faults.set({ kind: "server error" }, { path });
    const failed = await runHistoryOn(plex, clock);
    assert.equal(failed.isComplete, false);
    assert.doesNotMatch(failed.text, /# EOF/);
    assert.match(
      failed.messages.at(-1) ?? "",
      /error: .*Cannot read Plex's history: Plex answered 500/,
    );
  },
);

test(
  "several servers share a file, in which the samples of each family stand together",
  async (plex, clock) => {
    const second = await startPlex({ clock, seed: 8, pastViews: { count: 400, years: 0.2 } });
    clock.exclude(second);
    try {
      const both = [plex, second];
      const settings = {
        PLEX_SERVER: both.map(({ url }) => url).join(),
        PLEX_TOKEN: both.map(({ ownerToken }) => ownerToken).join(),
      };
      const untilS = plex.simulation.plexNowS() - DAY_S;
      const args = ["--until", "1d", "--step", "1d"];
      const { text } = await runHistoryOn(plex, clock, { args, settings });
      const families = [...text.matchAll(/^(?:# TYPE )?(plex_\w+?)(?:_total)?[ {]/gm)];
      const pieces = families.map(([, name]) => name)
        .filter((name, index, names) => name !== names[index - 1]);
      assert.deepEqual(pieces, [
        "plex_views",
        "plex_title_views",
        "plex_transmit_bytes",
        "plex_user_transmit_bytes",
      ]);
      assert.equal(text.match(/^# /gm)?.length, 2 * pieces.length + 1);
      for (const one of both) {
        const views = sum(lastValues(text), "plex_views_total", serverLabels(one));
        assert.equal(views, viewsUntil(one, untilS).length);
      }
    } finally {
      await second.close();
    }
  },
);

test("an unreachable server is reported before anything is written", async (plex, clock) => {
  const address = `127.0.0.1:${freePort()}`;
  const settings = { PLEX_SERVER: `${plex.url},http://${address}`, PLEX_TOKEN: plex.ownerToken };
  const { isComplete, text, messages } = await runHistoryOn(plex, clock, { settings });
  assert.equal(isComplete, false);
  assert.equal(text, "");
  const error = `error: ${address}: Cannot read the server's description`;
  assert.ok(messages.join("\n").startsWith(error), messages.join("\n"));
});

test("a guest's token is refused: its history would be the guest's own", async (plex, clock) => {
  const { isComplete, messages, text } = await runHistoryOn(plex, clock, {
    settings: { PLEX_TOKEN: plex.guestToken },
  });
  assert.equal(isComplete, false);
  assert.match(messages.join("\n"), /not the server owner's/);
  assert.equal(text, "");
});

test("an interrupted run writes no # EOF, and sends no more requests", async (plex, clock) => {
  const end = new AbortController();
  const { isComplete, text } = await runHistoryOn(plex, clock, {
    signal: end.signal,
    written: (text) => text.length > 1_000 && end.abort(),
  });
  assert.equal(isComplete, false);
  assert.doesNotMatch(text, /# EOF/);
  assert.ok(plex.requests.length < 9, `${plex.requests.length} requests`);
});

test("hidden names are not in the file, and their views are summed", async (plex, clock) => {
  const { text } = await runHistoryOn(plex, clock, { settings: { HIDE_LABELS: "user,title" } });
  assert.doesNotMatch(text, /juniper|otis|Two Spoons/);
  const users = Object.keys(valuesBy(lastValues(text), "plex_views_total", ["user"]));
  assert.deepEqual(users.sort(), ["hidden", "unknown"]);
});

test(
  "without Plex Pass the file has views but no bytes, which is reported",
  async (plex, clock) => {
    const { isComplete, messages, text } = await runHistoryOn(plex, clock);
    assert.ok(isComplete);
    assert.match(text, /^plex_views_total\{/m);
    assert.doesNotMatch(text, /transmit_bytes/);
    assert.ok(messages.some((line) => line.includes("Plex Pass")));
  },
  { plexPass: false },
);
