/** Tokens: from a file, changed while the exporter runs, and never shown. */
import assert from "node:assert/strict";
import { type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import type { App } from "../../src/app.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { withFolder } from "../testing/program.ts";
import {
  assertNoSecret,
  findSamples,
  type Page,
  readPage,
  startExporter,
  sum,
} from "../testing/harness.ts";

/** An exporter that reads its tokens from a file. */
interface TokenFileContext {
  readonly clock: DrivenClock;
  readonly plexes: readonly SimulatedPlex[];
  readonly app: App;
  readonly lines: readonly string[];
  /** Where the token file and the state file are. */
  readonly folder: string;
  /** Writes the token file. */
  write(text: string): Promise<void>;
  /** Removes the token file. */
  remove(): Promise<void>;
  scrape(): Promise<Page>;
  /** The log lines with a text. */
  logged(text: string): readonly string[];
}

/** Defines a test of an exporter with a token file, on one server or more. */
function testWithTokenFile(
  name: string,
  run: (context: TokenFileContext) => Promise<void>,
  { servers = 1, contentOf = (tokens: readonly string[]) => tokens.join("\n") } = {},
): void {
  Deno.test(name, () =>
    withFolder(async (folder) => {
      const clock = new DrivenClock();
      const plexes: SimulatedPlex[] = [];
      for (let seed = 1; seed <= servers; seed++) {
        plexes.push(await startPlex({ clock, seed, duplicateShare: 0, name: `server ${seed}` }));
      }
      plexes.forEach((plex) => clock.exclude(plex));
      plexes.forEach(({ simulation }, index) =>
        simulation.tokens.issue(`first-token-of-server-${index}`)
      );
      const path = `${folder}/plex-token`;
      await Deno.writeTextFile(path, contentOf(plexes.map(({ ownerToken }) => ownerToken)));
      const lines: string[] = [];
      const app = await startExporter(clock, lines, {
        PLEX_SERVER: plexes.map(({ url }) => url).join(","),
        PLEX_TOKEN_FILE: path,
        STATE_FILE: `${folder}/state.json`,
      });
      try {
        await clock.drain();
        await clock.advance(2_000);
        await run({
          clock,
          plexes,
          app,
          lines,
          folder,
          write: (text) => Deno.writeTextFile(path, text),
          remove: () => Deno.remove(path),
          scrape: async () => readPage(await (await fetch(`${app.url}/metrics`)).text()),
          logged: (text) => lines.filter((line) => line.includes(text)),
        });
      } finally {
        await app.stop(1_000);
        for (const plex of plexes) await plex.close();
      }
    }));
}

testWithTokenFile(
  "PLEX_TOKEN_FILE may have a byte order mark, spaces and line ends",
  async ({ scrape }) => {
    assert.equal(sum(await scrape(), "plex_exporter_token_valid"), 1);
  },
  { contentOf: ([token]) => `\uFEFF  ${token}\r\n\n` },
);

testWithTokenFile("PLEX_TOKEN_FILE is read again when Plex rejects the token", async (context) => {
  const { clock, plexes: [plex], logged, scrape, write } = context;
  assert.ok(plex);
  plex.simulation.tokens.issue("second-token-of-the-owner");
  await clock.advance(30_000);
  const rejected = await scrape();
  assert.equal(sum(rejected, "plex_up"), 0);
  assert.equal(sum(rejected, "plex_exporter_token_valid"), 0);
  assert.equal(logged("Plex is down: Plex rejects the token").length, 1);
  await write("second-token-of-the-owner\n");
  await clock.advance(150_000);
  const back = await scrape();
  assert.equal(sum(back, "plex_up"), 1, "it recovers by itself");
  assert.equal(sum(back, "plex_exporter_token_valid"), 1);
  assert.equal(sum(back, "plex_exporter_websocket_connected"), 1);
  assert.equal(logged("Reloaded the token file: it contains a new token").length, 1);
});

testWithTokenFile("PLEX_TOKEN_FILE may change before the token in Plex does", async (context) => {
  const { clock, plexes: [plex], logged, scrape, write } = context;
  assert.ok(plex);
  await write("second-token-of-the-owner\n");
  await clock.advance(60_000);
  assert.equal(logged("Reloaded the token file").length, 0, "the current token is valid");
  plex.simulation.tokens.issue("second-token-of-the-owner");
  await clock.advance(40_000);
  assert.equal(sum(await scrape(), "plex_up"), 1);
  assert.equal(logged("Plex is down").length, 0, "the next poll has the new token");
});

testWithTokenFile(
  "a missing or empty PLEX_TOKEN_FILE is logged once, and is read when it is back",
  async (context) => {
    const { clock, plexes: [plex], lines, remove, logged, scrape, write } = context;
    assert.ok(plex);
    plex.simulation.tokens.issue("second-token-of-the-owner");
    await remove();
    await clock.advance(200_000);
    assert.equal(logged("Cannot reload the token file").length, 1, lines.join("\n"));
    await write("  \n");
    await clock.advance(130_000);
    assert.equal(logged("Cannot reload the token file").length, 2, "for another reason");
    await write("second-token-of-the-owner");
    await clock.advance(150_000);
    assert.equal(sum(await scrape(), "plex_up"), 1);
  },
);

testWithTokenFile(
  "PLEX_TOKEN_FILE with new tokens for two servers: neither is taken for a guest's",
  async (context) => {
    const { clock, lines, plexes, logged, scrape, write } = context;
    const tokens = plexes.map((_, index) => `second-token-of-server-${index}`);
    // Both are polled with the old tokens, and the first rejection reloads the tokens of both.
    for (const { faults } of plexes) {
      faults.set({ kind: "slow", ms: 5_000 }, { path: "/status/sessions", times: 1 });
    }
    await write(tokens.join("\n"));
    plexes.forEach(({ simulation }, index) => simulation.tokens.issue(tokens[index] ?? ""));
    await clock.advance(45_000);
    const page = await scrape();
    assert.equal(sum(page, "plex_up"), 2, lines.join("\n"));
    assert.ok(findSamples(page, "plex_sessions", { server: "server 1" }).length > 0);
    assert.ok(findSamples(page, "plex_sessions", { server: "server 2" }).length > 0);
    assert.equal(logged("Plex is down").length, 0);
    assert.equal(logged("does not belong to the server owner").length, 0);
  },
  { servers: 2 },
);

testWithTokenFile(
  "the state file has neither the current token nor the one before",
  async (context) => {
    const { clock, plexes: [plex], folder, write } = context;
    assert.ok(plex);
    const tokens = [plex.ownerToken, "second-token-of-the-owner"];
    plex.simulation.tokens.issue("second-token-of-the-owner");
    await write("second-token-of-the-owner");
    await clock.advance(60_000);
    const text = await Deno.readTextFile(`${folder}/state.json`);
    assert.match(text, /"servers":\[\{/);
    assertNoSecret([text], tokens);
  },
);

Deno.test("assertNoSecret() finds a token in every encoding", () => {
  const secret = 'a"token+of/the=owner';
  for (const text of [secret, encodeURIComponent(secret), btoa(secret), JSON.stringify(secret)]) {
    assert.throws(() => assertNoSecret(["harmless", `x ${text} y`], [secret]), (error: Error) => {
      assert.ok(!error.message.includes(secret));
      return true;
    });
  }
  assertNoSecret(["harmless"], [secret, ""]);
});
