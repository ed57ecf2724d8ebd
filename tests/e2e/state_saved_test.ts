/** What the metrics and the status page show of the state file: the last save, and failures. */
import assert from "node:assert/strict";
import { type Harness, withHarness } from "../testing/harness.ts";
import { visibleText } from "../testing/page_text.ts";
import { withFolder } from "../testing/program.ts";

const SAVED = "plex_exporter_state_saved_timestamp_seconds";

/** The text of the status page. */
async function statusText(harness: Harness): Promise<string> {
  return visibleText(await harness.statusPage());
}

/** Scrapes until a save has ended that began in the last second. */
async function assertSaved(harness: Harness): Promise<void> {
  // The first scrape waits for a save in progress, which may have begun earlier: the clock does not
  // wait for the disk.
  await harness.scrape();
  await harness.pass(1);
  const ageS = harness.clock.now() / 1000 - ((await harness.scrape()).get(SAVED) ?? 0);
  assert.ok(ageS >= 0 && ageS <= 1, `saved ${ageS} s ago`);
}

Deno.test("without a state file, neither the metrics nor the status page show one", async () => {
  await withHarness(async (harness) => {
    assert.equal((await harness.scrape()).has(SAVED), false);
    assert.doesNotMatch(await statusText(harness), /state file/i);
  });
});

Deno.test("each scrape shows when its state was saved, and the status page when it was last saved", async () => {
  await withFolder(async (folder) => {
    await withHarness(async (harness) => {
      harness.play();
      await harness.pass(30);
      for (let scrape = 0; scrape < 2; scrape++) {
        await harness.pass(15);
        await assertSaved(harness);
      }
      assert.match(
        await statusText(harness),
        /State file: saved (just now|1 s ago)\. Counters continue/,
      );
    }, { settings: { STATE_FILE: `${folder}/state.json` } });
  });
});

Deno.test("while the state file cannot be written, the time of the last save stays, and the status page reports it", async () => {
  await withFolder(async (folder) => {
    await withHarness(async (harness) => {
      await harness.pass(5);
      const savedAt = (await harness.scrape()).get(SAVED);
      await Deno.rename(`${folder}/here`, `${folder}/elsewhere`);
      harness.play();
      await harness.pass(30);
      assert.equal((await harness.scrape()).get(SAVED), savedAt);
      assert.match(
        await statusText(harness),
        /The state file cannot be written \(saved 30 s ago\)/,
      );
      await Deno.rename(`${folder}/elsewhere`, `${folder}/here`);
      await harness.pass(15);
      await assertSaved(harness);
      assert.match(await statusText(harness), /State file: saved (just now|1 s ago)/);
    }, {
      settings: { STATE_FILE: `${folder}/here/state.json` },
      before: () => Deno.mkdir(`${folder}/here`),
    });
  });
});

Deno.test("if the state file cannot be used at start, the time of the last save is 0", async () => {
  await withFolder(async (folder) => {
    await withHarness(async (harness) => {
      assert.equal((await harness.scrape()).get(SAVED), 0);
      assert.match(await statusText(harness), /cannot be written \(not saved yet\)/);
    }, { settings: { STATE_FILE: `${folder}/missing/state.json` } });
  });
});
