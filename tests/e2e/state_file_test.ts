/** Faults of the state file, each named as in docs/faults.md#the-state-file. */
import assert from "node:assert/strict";
import { HIDEABLE_LABELS } from "../../src/config/mod.ts";
import { findSamples, type Page, playFilm, sum } from "../testing/harness.ts";
import type { SimulatedPlex } from "../../src/simulator/plex.ts";
import { serverLabels } from "../testing/labels.ts";
import { Restarts, testRestarts } from "../testing/restarts.ts";
import { withFolder } from "../testing/program.ts";
import { STATE_FILE_FAULTS } from "../testing/state_file_faults.ts";

const seconds = (page: Page) => sum(page, "plex_play_seconds_total");
const plays = (page: Page) => sum(page, "plex_plays_total");

for (const isRestarted of [true, false]) {
  Deno.test(
    `another server at the address: it begins at 0, and the first one continues when it is back, ${
      isRestarted ? "over restarts" : "while the exporter runs"
    }`,
    () =>
      withFolder(async (folder) => {
        const restarts = new Restarts(folder);
        try {
          const first = await restarts.addPlex({ seed: 1 });
          const { port } = new URL(first.url);
          const { ownerToken: token } = first;
          const settings = { PLEX_SERVER: first.url, PLEX_TOKEN: token };
          const replaceServer = async (old: SimulatedPlex, seed: number) => {
            if (isRestarted) await restarts.stop();
            await old.close();
            await restarts.pass(120);
            const plex = await restarts.addPlex({ seed, port: Number(port) });
            plex.simulation.tokens.issue(token);
            if (isRestarted) await restarts.start(settings);
            await restarts.pass(150);
            return plex;
          };
          const { page: before } = await restarts.startWithFilm(first, 60, settings);

          const second = await replaceServer(first, 2);
          assert.notDeepEqual(serverLabels(second), serverLabels(first));
          const between = await restarts.scrape();
          assert.equal(sum(between, "plex_up", serverLabels(second)), 1, restarts.lines.join("\n"));
          assert.equal(plays(between), 0);
          assert.deepEqual(findSamples(between, "plex_plays_total", serverLabels(first)), []);
          playFilm(second);
          playFilm(second, { who: 1 });
          await restarts.pass(30);
          assert.equal(sum(await restarts.show(), "plex_plays_total", serverLabels(second)), 2);

          const third = await replaceServer(second, 1);
          assert.deepEqual(serverLabels(third), serverLabels(first));
          const after = await restarts.scrape();
          assert.equal(plays(after), 1);
          assert.equal(seconds(after), seconds(before));
          assert.deepEqual(restarts.logged("clock was set back"), []);
        } finally {
          await restarts.close();
        }
      }),
  );
}

testRestarts(
  "the exporter's clock set back: no counter falls",
  async (restarts, plex) => {
    const { page: before } = await restarts.startWithFilm(plex, 60);
    await restarts.stop();
    restarts.skewMs = -7_200_000;
    await restarts.start();
    await restarts.pass(60);
    const after = await restarts.scrape();
    assert.equal(plays(after), 1);
    const more = seconds(after) - seconds(before);
    assert.ok(more > 40 && more <= 61, `${more} s of 60 s`);
    const now = (restarts.clock.now() + restarts.skewMs) / 1000;
    const [started] = findSamples(after, "plex_session_start_timestamp_seconds");
    assert.ok((started?.[1] ?? Infinity) <= now, "the session does not begin in the future");
    await restarts.pass(60);
    assert.ok(seconds(await restarts.scrape()) > seconds(after));
  },
);

testRestarts(
  "file with values that are hidden now: it is removed, and nothing hidden is in the next one",
  async (restarts, plex) => {
    const { simulation } = plex;
    const [user] = simulation.users;
    const [player] = simulation.players;
    const [library] = simulation.libraries;
    assert.ok(user && player && library);
    const item = simulation.randomItem("movie", library.id);
    const names = [user.name, item.title, library.title, player.device, player.title];
    const watch = async (who: number) => {
      await restarts.scrape();
      const viewer = simulation.play({ item, user, player, state: "playing" });
      const other = playFilm(plex, { who });
      await restarts.pass(60);
      await restarts.show();
      return [viewer, other];
    };
    const shown = async () => {
      const texts = [...(await restarts.files()).values()].join("\n");
      return names.filter((name) => texts.includes(JSON.stringify(name)));
    };
    await restarts.start();
    const viewers = await watch(1);
    await restarts.stop();
    assert.deepEqual(await shown(), names);

    // Now more is hidden.
    for (const left of [".new", ".unusable"]) {
      await Deno.copyFile(restarts.path, restarts.path + left);
    }
    restarts.expectReset();
    await restarts.start({ HIDE_LABELS: HIDEABLE_LABELS.join(",") });
    const { logged } = STATE_FILE_FAULTS["file with values that are hidden now"];
    assert.equal(restarts.logged(logged).length, 1);
    assert.deepEqual(await shown(), [], "at once, before anything is saved");
    await restarts.pass(30);
    assert.equal(
      plays(await restarts.show()),
      2,
      "the counters begin at 0, and count the running plays",
    );
    viewers.forEach((viewer) => viewer.stop());
    await watch(2);
    await restarts.stop();
    assert.deepEqual(await shown(), []);

    // Now less is hidden.
    await restarts.start({ HIDE_LABELS: "title" });
    await restarts.pass(30);
    const page = await restarts.scrape();
    assert.equal(sum(page, "plex_plays_total", { user: "hidden" }), 4);
    assert.equal(restarts.logged("hidden now").length, 1);
    await restarts.stop();
    assert.ok(!(await shown()).includes(item.title));
  },
);

/** Asserts that the counters begin at 0, continue after the next restart, and that scrapes work. */
async function assertRecovers(restarts: Restarts, plex: SimulatedPlex): Promise<void> {
  restarts.expectReset();
  await restarts.start();
  await restarts.scrape();
  playFilm(plex, { who: 1 });
  await restarts.pass(30);
  const before = await restarts.show();
  assert.equal(plays(before), 2, "one has run since before the restart");
  await restarts.restart(10);
  await restarts.pass(30);
  const after = await restarts.scrape();
  assert.equal(plays(after), 2);
  assert.ok(seconds(after) > seconds(before));
}

for (
  const [fault, corrupt, reason] of [
    [
      "file cut off or damaged",
      (text: string) => text.slice(0, text.length / 2),
      "It is not JSON, or was cut off",
    ],
    [
      "file of a newer version",
      (text: string) => text.replace('"version":1', '"version":2'),
      "A newer version of the exporter wrote it (format 2)",
    ],
  ] as const
) {
  testRestarts(`${fault}: it is set aside, and the counters begin at 0`, async (restarts, plex) => {
    await restarts.startWithFilm(plex, 30);
    await restarts.stop();
    await Deno.writeTextFile(restarts.path, corrupt(await Deno.readTextFile(restarts.path)));
    await assertRecovers(restarts, plex);
    const [line, ...more] = restarts.logged(STATE_FILE_FAULTS[fault].logged);
    for (const text of ["level=error", reason, "state.json.unusable"]) {
      assert.ok(line?.includes(text), text);
    }
    assert.deepEqual(more, []);
  });
}

testRestarts(
  "files left behind by a kill: they are ignored",
  async (restarts, plex) => {
    const { page: before } = await restarts.startWithFilm(plex, 30);
    await restarts.kill();
    assert.ok((await restarts.files()).has("state.json.lock"), "the lock file stays");
    await Deno.writeTextFile(`${restarts.path}.new`, '{"version":1,"hiddenLabels":[],"serv');
    await restarts.start();
    await restarts.pass(10);
    const after = await restarts.scrape();
    assert.equal(plays(after), plays(before));
    await restarts.stop();
    assert.deepEqual([...(await restarts.files()).keys()].sort(), [
      "state.json",
      "state.json.lock",
    ]);
    assert.deepEqual(restarts.logged("level=error"), []);
  },
);

testRestarts(
  "file removed while the exporter runs: it is written again",
  async (restarts, plex) => {
    await restarts.startWithFilm(plex, 30);
    await Deno.remove(restarts.path);
    await restarts.pass(30);
    const before = await restarts.scrape();
    await restarts.kill();
    await restarts.start();
    await restarts.pass(10);
    assert.ok(seconds(await restarts.scrape()) >= seconds(before));
    assert.deepEqual(restarts.logged("level=error"), []);
  },
);

testRestarts(
  "missing folder: the exporter runs as without a state file, until it is there",
  async (restarts, plex) => {
    const settings = { STATE_FILE: `${restarts.folder}/later/state.json` };
    await restarts.start(settings);
    await restarts.scrape();
    playFilm(plex);
    await restarts.pass(30);
    assert.equal(plays(await restarts.show()), 1, "scrapes work");
    const lines = restarts.logged("level=error");
    assert.equal(lines.length, 1, lines.join("\n"));
    assert.ok(lines[0]?.includes(STATE_FILE_FAULTS["missing folder"].logged));
    assert.match(lines[0] ?? "", /No such file or directory/);
    await Deno.mkdir(`${restarts.folder}/later`);
    await restarts.pass(10);
    const before = await restarts.scrape();
    assert.equal(restarts.logged("The state file can be written again").length, 1);
    await restarts.restart(10, settings);
    await restarts.pass(10);
    assert.ok(seconds(await restarts.scrape()) >= seconds(before));
    await Deno.remove(`${restarts.folder}/later`, { recursive: true });
    await restarts.pass(10);
    await restarts.scrape();
    assert.equal(restarts.logged("Cannot write the state file: it keeps no counters").length, 1);
    await restarts.pass(60);
    await restarts.scrape();
    assert.equal(restarts.logged("level=error").length, 2, "each is logged once");
  },
);

testRestarts(
  "a folder in place of the file: it is logged, and not touched",
  async (restarts, plex) => {
    const path = `${restarts.folder}/inside`;
    await Deno.mkdir(path);
    await restarts.start({ STATE_FILE: path });
    await restarts.scrape();
    playFilm(plex);
    await restarts.pass(30);
    assert.equal(plays(await restarts.show()), 1, "scrapes work");
    assert.match(restarts.logged("Cannot use the state file").join(), /Is a directory/);
    const { logged } = STATE_FILE_FAULTS["a folder in place of the file"];
    assert.equal(restarts.logged(logged).length, 1);
    await restarts.stop();
    assert.ok((await Deno.stat(path)).isDirectory);
  },
);

testRestarts(
  "file in use by another process: the second exporter does not start, and the first continues",
  async (restarts, plex) => {
    await restarts.start();
    await restarts.scrape();
    playFilm(plex);
    await restarts.pass(30);
    // This scrape's save is over, and the next one begins in a second.
    await restarts.scrape();
    const text = await Deno.readTextFile(restarts.path);
    const second = new Restarts(restarts.folder);
    const settings = { PLEX_SERVER: plex.url, PLEX_TOKEN: plex.ownerToken };
    await assert.rejects(second.start(settings), (error: Error) => {
      const { logged } = STATE_FILE_FAULTS["file in use by another process"];
      return error.message.startsWith(`${logged} "${restarts.path}"`);
    });
    assert.ok(text === await Deno.readTextFile(restarts.path), "the second exporter wrote it");
    await restarts.pass(30);
    await restarts.scrape();
    assert.ok(
      text !== await Deno.readTextFile(restarts.path),
      "the first exporter no longer writes it",
    );
  },
);
