import assert from "node:assert/strict";
import type { Failure } from "../../../src/core/enums.ts";
import { readBandwidth, readViewPages } from "../../../src/history/reading.ts";
import type { ReadOptions } from "../../../src/history/retries.ts";
import { NO_HIDDEN_LABELS } from "../../../src/plex/redact_labels.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";
import { openCollectorHarness } from "../../testing/collector_harness.ts";

/** How to read from a client that answers with these methods, and what is reported meanwhile. */
function open(methods: Parameters<typeof openCollectorHarness>[0]) {
  const { context: { client }, calls } = openCollectorHarness(methods);
  const clock = new DrivenClock();
  const reading: ReadOptions = {
    label: "home",
    client,
    clock,
    random: () => 0.5,
    signal: new AbortController().signal,
  };
  const messages: string[] = [];
  /** The result, however much simulated time it takes. */
  async function finish<T>(result: Promise<T>): Promise<T> {
    let isDone = false;
    const done = result.finally(() => isDone = true);
    done.catch(() => {});
    while (!isDone) await clock.advance(1_000);
    return await done;
  }
  return { reading, messages, report: (line: string) => void messages.push(line), calls, finish };
}

const row = (bytes: number) => ({ atS: 1, accountId: "1", deviceId: "5", lan: true, bytes });

Deno.test("readBandwidth reads months, days and hours, with the accounts of all", async () => {
  const { calls, finish, reading, report } = open({
    allBandwidth: (timespan) => ({
      rows: [row({ month: 1, day: 2, hour: 3, second: 4 }[timespan ?? "second"])],
      accounts: new Map([[`${timespan}`, "bob"]]),
      devices: new Map(),
    }),
  });
  const sent = await finish(readBandwidth(reading, report));
  assert.deepEqual(calls, ["month", "day", "hour"].map((span) => `allBandwidth "${span}"`));
  assert.deepEqual([sent?.months, sent?.days, sent?.hours], [[row(1)], [row(2)], [row(3)]]);
  assert.deepEqual([...sent?.accounts.keys() ?? []], ["month", "day", "hour"]);
});

Deno.test("readBandwidth is undefined if Plex has no such rows, and rejects for other failures", async () => {
  const failing = (failure: Failure) => open({ allBandwidth: () => ({ failure }) });
  const { finish, reading, report, messages } = failing("not_found");
  assert.equal(await finish(readBandwidth(reading, report)), undefined);
  assert.match(messages.join(), /Plex Pass/);
  const refused = failing("unauthorized");
  await assert.rejects(refused.finish(readBandwidth(refused.reading, refused.report)));
});

Deno.test("readViewPages reads all pages at each call, and reports its progress", async () => {
  const rows = ["1", "2"].map((historyKey) => ({ historyKey, viewedAt: 1, accountID: "1" }));
  const { finish, reading, report, messages } = open({
    accounts: () => new Map([["1", "bob"]]),
    sections: () => [],
    history: () => ({ rows, total: 2 }),
  });
  const read = readViewPages(reading, NO_HIDDEN_LABELS, report);
  for (const nth of [1, 2]) {
    const users: string[] = [];
    await finish((async () => {
      for await (const views of read()) users.push(...views.map(({ user }) => user));
    })());
    assert.deepEqual(users, ["bob", "bob"]);
    assert.equal(messages.at(-1), `2 of 2 views read (reading ${nth} of 2)`);
  }
});
