/** Counters and running plays over restarts, on one server and more. */
import assert from "node:assert/strict";
import { HIDEABLE_LABELS } from "../../src/config/mod.ts";
import { findSamples, type Page, playFilm, sum } from "../testing/harness.ts";
import type { SimulatedPlex } from "../../src/simulator/plex.ts";
import { Restarts, testRestarts } from "../testing/restarts.ts";
import { withFolder } from "../testing/program.ts";
import { STATE_FILE_FAULTS } from "../testing/state_file_faults.ts";

const seconds = (page: Page) => sum(page, "plex_play_seconds_total");
const plays = (page: Page) => sum(page, "plex_plays_total");
const bytes = (page: Page) => sum(page, "plex_transmit_bytes_total");

testRestarts(
  "a running play that is found again is not counted twice, and the time between not at all",
  async (restarts, plex) => {
    await restarts.start();
    await restarts.scrape();
    playFilm(plex);
    await restarts.pass(120);
    const before = await restarts.show();
    await restarts.restart(600);
    const first = await restarts.scrape();
    await restarts.pass(100);
    const after = await restarts.scrape();
    assert.equal(plays(before), 1);
    assert.equal(plays(after), 1);
    assert.ok(seconds(before) > 100, `${seconds(before)} s of 120 s`);
    assert.ok(seconds(first) - seconds(before) <= 1, "nothing of the time between");
    const more = seconds(after) - seconds(before);
    assert.ok(more > 80 && more <= 101, `${more} s of 100 s`);
    for (const family of ["plays_total", "plex_session_start_timestamp_seconds"]) {
      assert.deepEqual(findSamples(after, family), findSamples(before, family), family);
      assert.equal(findSamples(after, family).length, 1, family);
    }
    assert.ok(sum(after, "play_seconds_total") > sum(before, "play_seconds_total") + 80);
    assert.equal(restarts.logged("Counters continue from the state file").length, 1);
  },
);

testRestarts("a play that ended while the exporter was away is over", async (restarts, plex) => {
  await restarts.start();
  await restarts.scrape();
  const viewer = playFilm(plex);
  await restarts.pass(60);
  const before = await restarts.show();
  await restarts.stop();
  viewer.stop();
  await restarts.pass(60);
  await restarts.start();
  await restarts.pass(30);
  const after = await restarts.scrape();
  assert.equal(findSamples(after, "plays_total").length, 0);
  assert.equal(seconds(after), seconds(before));
  playFilm(plex);
  await restarts.pass(30);
  assert.equal(plays(await restarts.show()), 2);
});

testRestarts("a kill loses nothing that was shown", async (restarts, plex) => {
  await restarts.start();
  await restarts.scrape();
  for (let round = 0; round < 4; round++) {
    // A new user at each round: the series begins at 0, whatever was saved without being shown.
    const viewer = playFilm(plex, { who: round });
    await restarts.pass(15);
    if (round % 2 === 0) await restarts.scrape();
    await restarts.pass(10.5);
    const scraped = round % 3 === 0 ? await restarts.scrape() : undefined;
    await restarts.kill();
    await restarts.pass(5);
    await restarts.start();
    const again = await restarts.scrape();
    if (scraped !== undefined) assert.equal(plays(again), plays(scraped));
    await restarts.pass(10);
    viewer.stop();
    await restarts.pass(5);
    assert.equal(plays(await restarts.show()), round + 1);
  }
});

testRestarts(
  "bytes of the time between count once, from Plex's own rows",
  async (restarts, plex) => {
    const { simulation } = plex;
    const counted = async () => {
      await restarts.pass(90);
      simulation.recordUsage();
      await restarts.scrape();
      return bytes(await restarts.scrape());
    };
    await restarts.start();
    await restarts.pass(60);
    await restarts.scrape();
    const viewer = playFilm(plex);
    await restarts.pass(120);
    viewer.pause();
    const before = await counted();
    const sentBefore = simulation.bandwidth.total();
    assert.ok(before > 0);
    viewer.resume();
    await restarts.pass(30);
    await restarts.restart(600);
    await restarts.pass(30);
    viewer.stop();
    const sent = simulation.bandwidth.total() - sentBefore;
    assert.ok(sent > before, "there is something to be forgotten");
    assert.equal(await counted() - before, simulation.bandwidth.total() - sentBefore);
    const byUser = sum(await restarts.scrape(), "plex_user_transmit_bytes_total");
    assert.equal(byUser, bytes(await restarts.scrape()));
  },
);

testRestarts(
  "views that Plex has removed meanwhile stay counted, and new ones are counted",
  async (restarts, plex) => {
    const { simulation } = plex;
    await restarts.start();
    await restarts.pass(30);
    const views = sum(await restarts.scrape(), "plex_views_total");
    assert.equal(views, 500);
    await restarts.stop();
    const [user, other] = simulation.users;
    assert.ok(user && other);
    const removed = [...simulation.viewHistory].filter(({ accountId }) => accountId === other.id);
    assert.ok(removed.length > 10);
    for (const { id } of removed) simulation.viewHistory.remove(id);
    const item = simulation.randomItem("movie");
    simulation.viewHistory.add({
      viewedAtS: simulation.plexNowS(),
      accountId: user.id,
      deviceId: 1,
      item,
    });
    await restarts.start();
    await restarts.pass(30);
    assert.equal(sum(await restarts.scrape(), "plex_views_total"), views + 1);
  },
  { plex: { pastViews: { count: 500, years: 1 } } },
);

testRestarts("a server that was renamed meanwhile is the same", async (restarts, plex) => {
  await restarts.start();
  await restarts.scrape();
  playFilm(plex);
  await restarts.pass(60);
  const before = await restarts.show();
  await restarts.stop();
  plex.simulation.server.rename("cellar");
  await restarts.start();
  await restarts.pass(30);
  const after = await restarts.scrape();
  assert.equal(plays(after), 1);
  assert.ok(seconds(after) > seconds(before));
  assert.equal(findSamples(after, "plex_plays_total", { server: "cellar" }).length, 1);
});

testRestarts("a server is found again at another address", async (restarts, plex) => {
  await restarts.start();
  await restarts.scrape();
  playFilm(plex);
  await restarts.pass(60);
  const before = await restarts.show();
  const moved = plex.url.replace("127.0.0.1", "localhost");
  await restarts.restart(60, { PLEX_SERVER: moved });
  await restarts.pass(30);
  const after = await restarts.scrape();
  assert.equal(plays(after), 1);
  assert.ok(seconds(after) > seconds(before));
  assert.equal(sum(after, "plex_up"), 1);
});

testRestarts("servers of equal names each find their own counters", async (restarts, plex) => {
  const other = await restarts.addPlex({ seed: 2 });
  await restarts.start();
  await restarts.scrape();
  playFilm(plex);
  playFilm(other);
  playFilm(other, { who: 1 });
  await restarts.pass(60);
  await restarts.show();
  const urls = [other.url, plex.url].join(",");
  const tokens = [other.ownerToken, plex.ownerToken].join(",");
  // In another order.
  await restarts.restart(60, { PLEX_SERVER: urls, PLEX_TOKEN: tokens });
  await restarts.pass(30);
  const after = await restarts.scrape();
  const of = ({ simulation }: typeof plex) => ({
    server_id: simulation.server.machineIdentifier,
  });
  assert.equal(sum(after, "plex_plays_total", of(plex)), 1);
  assert.equal(sum(after, "plex_plays_total", of(other)), 2);
});

for (const isAway of [true, false]) {
  Deno.test(
    `another server at the address: it begins at 0, and the first one continues when it is back, ${
      isAway ? "over restarts" : "while the exporter runs"
    }`,
    () =>
      withFolder(async (folder) => {
        const restarts = new Restarts(folder);
        try {
          const first = await restarts.addPlex({ seed: 1 });
          const { port } = new URL(first.url);
          const { ownerToken: token } = first;
          const settings = { PLEX_SERVER: first.url, PLEX_TOKEN: token };
          const exchange = async (old: typeof first, seed: number) => {
            if (isAway) await restarts.stop();
            await old.close();
            await restarts.pass(120);
            const plex = await restarts.addPlex({ seed, port: Number(port) });
            plex.simulation.tokens.issue(token);
            if (isAway) await restarts.start(settings);
            await restarts.pass(150);
            return plex;
          };
          const of = ({ simulation }: typeof first) => ({
            server_id: simulation.server.machineIdentifier,
          });
          await restarts.start(settings);
          await restarts.scrape();
          playFilm(first);
          await restarts.pass(60);
          const before = await restarts.show();

          const second = await exchange(first, 2);
          assert.notDeepEqual(of(second), of(first));
          const between = await restarts.scrape();
          assert.equal(sum(between, "plex_up", of(second)), 1, restarts.lines.join("\n"));
          assert.equal(plays(between), 0);
          assert.deepEqual(findSamples(between, "plex_plays_total", of(first)), []);
          playFilm(second);
          playFilm(second, { who: 1 });
          await restarts.pass(30);
          assert.equal(sum(await restarts.show(), "plex_plays_total", of(second)), 2);

          const third = await exchange(second, 1);
          assert.deepEqual(of(third), of(first));
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

/** Accepts connections on a port of its own, and passes them on to another one. */
function relayTo(port: number): { readonly port: number; close(): Promise<void> } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const accepting = (async () => {
    for await (const client of listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port });
      for (const [from, to] of [[client, server], [server, client]] as const) {
        open.add(from);
        void from.readable.pipeTo(to.writable).catch(() => {}).finally(() => open.delete(from));
      }
    }
  })();
  return {
    port: listener.addr.port,
    async close() {
      listener.close();
      await accepting;
      for (const connection of open) {
        try {
          connection.close();
        } catch {
          // The other side has closed it.
        }
      }
    },
  };
}

testRestarts(
  "of two addresses of one server the one that is up is exported, with the counters",
  async (restarts, plex) => {
    const relay = relayTo(Number(new URL(plex.url).port));
    const settings = {
      PLEX_SERVER: `http://127.0.0.1:${relay.port},${plex.url}`,
      PLEX_TOKEN: plex.ownerToken,
    };
    let isOpen = true;
    restarts.ignoreFrames();
    try {
      await restarts.start(settings);
      await restarts.scrape();
      playFilm(plex);
      await restarts.pass(60);
      const before = await restarts.show();
      assert.equal(plays(before), 1);
      await restarts.restart(10, settings);
      await restarts.pass(30);
      const both = await restarts.scrape();
      assert.equal(plays(both), 1);
      assert.equal(findSamples(both, "plex_up").length, 1);
      await restarts.stop();
      await relay.close();
      isOpen = false;
      await restarts.start(settings);
      await restarts.scrape();
      await restarts.pass(60);
      const after = await restarts.scrape();
      assert.deepEqual(findSamples(after, "plex_up").map(([, value]) => value), [1]);
      assert.equal(plays(after), 1);
      assert.ok(seconds(after) > seconds(both));
    } finally {
      if (isOpen) await relay.close();
    }
  },
);

testRestarts(
  "the exporter's clock set back: no counter falls",
  async (restarts, plex) => {
    await restarts.start();
    await restarts.scrape();
    playFilm(plex);
    await restarts.pass(60);
    const before = await restarts.show();
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
    assert.ok((started?.[1] ?? Infinity) <= now, "it did not begin in the future");
    await restarts.pass(60);
    assert.ok(seconds(await restarts.scrape()) > seconds(after));
  },
);

testRestarts(
  "Plex's clock set back between two runs counts no byte twice",
  async (restarts, plex) => {
    const { simulation } = plex;
    await restarts.start();
    await restarts.pass(60);
    await restarts.scrape();
    playFilm(plex);
    await restarts.pass(300);
    await restarts.show();
    await restarts.stop();
    simulation.jumpClock(-3_600_000);
    await restarts.start();
    await restarts.pass(300);
    simulation.recordUsage();
    const counted = bytes(await restarts.scrape());
    assert.ok(counted <= simulation.bandwidth.total(), `${counted}`);
    assert.equal(restarts.logged("clock was set back").length, 1);
    await restarts.pass(60);
    assert.ok(bytes(await restarts.scrape()) > counted);
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

    // More is hidden than before.
    for (const left of [".new", ".unusable"]) {
      await Deno.copyFile(restarts.path, restarts.path + left);
    }
    restarts.expectReset();
    await restarts.start({ HIDE_LABELS: HIDEABLE_LABELS.join(",") });
    const { logged } = STATE_FILE_FAULTS["file with values that are hidden now"];
    assert.equal(restarts.logged(logged).length, 1);
    assert.deepEqual(await shown(), [], "at once, before anything is saved");
    await restarts.pass(30);
    assert.equal(plays(await restarts.show()), 2, "it begins at 0, and counts what runs");
    viewers.forEach((viewer) => viewer.stop());
    await watch(2);
    await restarts.stop();
    assert.deepEqual(await shown(), []);

    // Less is hidden than before.
    await restarts.start({ HIDE_LABELS: "title" });
    await restarts.pass(30);
    const page = await restarts.scrape();
    assert.equal(sum(page, "plex_plays_total", { user: "hidden" }), 4);
    assert.equal(restarts.logged("hidden now").length, 1);
    await restarts.stop();
    assert.ok(!(await shown()).includes(item.title));
  },
);

/** The counters begin at 0, are kept from now on, and no scrape is lost. */
async function assertRecovers(restarts: Restarts, plex: SimulatedPlex): Promise<void> {
  restarts.expectReset();
  await restarts.start();
  await restarts.scrape();
  playFilm(plex, { who: 1 });
  await restarts.pass(30);
  const before = await restarts.show();
  assert.equal(plays(before), 2, "one runs since before the restart");
  await restarts.restart(10);
  await restarts.pass(30);
  const after = await restarts.scrape();
  assert.equal(plays(after), 2);
  assert.ok(seconds(after) > seconds(before));
}

for (
  const [fault, spoil, reason] of [
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
    await restarts.start();
    await restarts.scrape();
    playFilm(plex);
    await restarts.pass(30);
    await restarts.show();
    await restarts.stop();
    await Deno.writeTextFile(restarts.path, spoil(await Deno.readTextFile(restarts.path)));
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
    await restarts.start();
    await restarts.scrape();
    playFilm(plex);
    await restarts.pass(30);
    const before = await restarts.show();
    await restarts.kill();
    assert.ok((await restarts.files()).has("state.json.lock"), "the lock's file stays");
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
    await restarts.start();
    await restarts.scrape();
    playFilm(plex);
    await restarts.pass(30);
    await restarts.show();
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
    assert.equal(plays(await restarts.show()), 1, "no scrape is lost");
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
    assert.equal(restarts.logged("level=error").length, 2, "each is said once");
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
    assert.equal(plays(await restarts.show()), 1, "no scrape is lost");
    assert.match(restarts.logged("Cannot use the state file").join(), /Is a directory/);
    const { logged } = STATE_FILE_FAULTS["a folder in place of the file"];
    assert.equal(restarts.logged(logged).length, 1);
    await restarts.stop();
    assert.ok((await Deno.stat(path)).isDirectory);
  },
);

testRestarts(
  "file in use by another process: the second exporter is refused, and the first one goes on",
  async (restarts, plex) => {
    await restarts.start();
    await restarts.scrape();
    playFilm(plex);
    await restarts.pass(30);
    // The save of the scrape is over, and the next one is a second away.
    await restarts.scrape();
    const text = await Deno.readTextFile(restarts.path);
    const second = new Restarts(restarts.folder);
    const settings = { PLEX_SERVER: plex.url, PLEX_TOKEN: plex.ownerToken };
    await assert.rejects(second.start(settings), (error: Error) => {
      const { logged } = STATE_FILE_FAULTS["file in use by another process"];
      return error.message.startsWith(`${logged} "${restarts.path}"`);
    });
    assert.ok(text === await Deno.readTextFile(restarts.path), "it was written");
    await restarts.pass(30);
    await restarts.scrape();
    assert.ok(text !== await Deno.readTextFile(restarts.path), "it is no longer written");
  },
);
