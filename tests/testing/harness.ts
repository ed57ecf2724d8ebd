/**
 * The whole exporter on a simulated Plex server: HTTP and WebSocket on the loopback, and a clock
 * that the test drives.
 */
import assert from "node:assert/strict";
import { type App, startApp } from "../../src/app.ts";
import { readConfig } from "../../src/config/mod.ts";
import { seriesOf } from "../../src/core/counter_vec.ts";
import type { ServerState } from "../../src/core/state.ts";
import type { Item, ItemType } from "../../src/simulator/item.ts";
import { type PlexOptions, type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import type { ViewerOptions } from "../../src/simulator/viewer_context.ts";
import type { Viewer } from "../../src/simulator/viewer.ts";
import { openLog } from "../../src/log/mod.ts";
import type { Clock } from "../../src/clock.ts";
import { DrivenClock } from "./driven_clock.ts";
import { eventually } from "./eventually.ts";
import { NO_LAG } from "./simulator_builders.ts";

/** A page of metrics: values by the text of the series, without spaces. */
export type Page = ReadonlyMap<string, number>;

/** How the simulated server and the exporter begin. */
export interface HarnessOptions extends Partial<PlexOptions> {
  readonly settings?: Readonly<Record<string, string>>;
  /** Called before the exporter starts. */
  readonly before?: (plex: SimulatedPlex) => void | Promise<void>;
}

/** An exporter and the simulated server that it monitors. */
export class Harness {
  readonly clock: DrivenClock;
  readonly plex: SimulatedPlex;
  readonly app: App;
  /** All log lines. */
  readonly lines: string[];

  constructor(clock: DrivenClock, plex: SimulatedPlex, app: App, lines: string[]) {
    this.clock = clock;
    this.plex = plex;
    this.app = app;
    this.lines = lines;
  }

  get state(): ServerState {
    const [state] = this.app.states;
    assert.ok(state);
    return state;
  }

  /** For tests that lose notifications: the clock waits for responses only. */
  ignoreFrames(): void {
    this.clock.settle = () => true;
  }

  /** For tests that lost a socket: the clock does not wait for the frames that are missing now. */
  writeOffFrames(): void {
    const missing = this.plex.framesSent - receivedFrames(this.state);
    this.clock.settle = () => hasReceived(this.state, this.plex, missing);
  }

  /** Advances the clock. */
  async pass(seconds: number): Promise<void> {
    await this.clock.advance(seconds * 1000);
  }

  /** Scrapes as Prometheus does, which waits for 10 s. */
  async scrape(): Promise<Page> {
    return readPage(await this.text());
  }

  async text(headers: Record<string, string> = {}): Promise<string> {
    const response = await eventually(fetch(`${this.app.url}/metrics`, { headers }));
    assert.equal(response.status, 200);
    return await response.text();
  }

  /** The HTML of the status page. */
  async statusPage(): Promise<string> {
    const response = await eventually(fetch(this.app.url));
    assert.equal(response.status, 200);
    return await response.text();
  }

  /** The log lines with a text, without debug lines. */
  logged(text: string): readonly string[] {
    return this.lines.filter((line) => line.includes(text) && !line.includes("level=debug"));
  }

  /** Starts a play, by default of a film by the first user on the first player. */
  play(
    options: Partial<ViewerOptions> & { readonly type?: ItemType; readonly who?: number } = {},
  ): Viewer {
    const { type = "movie", who = 0, ...rest } = options;
    const user = this.plex.simulation.users[who];
    const player = this.plex.simulation.players[who];
    assert.ok(user && player);
    const item: Item = rest.item ?? this.plex.simulation.randomItem(type);
    return this.plex.simulation.play({ user, player, state: "playing", ...rest, item });
  }

  /** Requests that reached Plex since a time, by path template. */
  requestsSince(atMs: number): readonly string[] {
    return this.plex.requests.filter((seen) => seen.atMs >= atMs).map(({ template }) => template);
  }
}

/** The samples of a page. Throws if a series occurs twice. */
export function readPage(text: string): Page {
  const page = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [, series, value] = /^([^#].*) (\S+)$/.exec(line) ?? [];
    if (series === undefined) continue;
    assert.ok(!page.has(series), `twice on the page: ${series}`);
    page.set(series, Number(value));
  }
  return page;
}

/** The sum of a family's samples whose labels include these. */
export function sum(page: Page, family: string, labels: Record<string, string> = {}): number {
  return findSamples(page, family, labels).reduce((total, [, value]) => total + value, 0);
}

/** The samples of a family whose labels include these. */
export function findSamples(
  page: Page,
  family: string,
  labels: Record<string, string> = {},
): readonly (readonly [string, number])[] {
  const wanted = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return [...page].filter(([series]) =>
    (series === family || series.startsWith(`${family}{`)) &&
    wanted.every((label) => series.includes(label))
  );
}

/** Defines a test on a harness, which is closed afterwards; the sanitizers of Deno check that. */
export function testWithHarness(
  name: string,
  run: (harness: Harness) => Promise<void>,
  options: HarnessOptions = {},
): void {
  Deno.test(name, () => withHarness(run, options));
}

/** Calls `run` with a harness, which is closed afterwards. The log must show no token. */
export async function withHarness(
  run: (harness: Harness) => Promise<void>,
  { settings, before, ...plexOptions }: HarnessOptions = {},
): Promise<void> {
  const clock = new DrivenClock();
  const plex = await startPlex({
    clock,
    seed: 1,
    lag: NO_LAG,
    duplicateShare: 0,
    plexPass: true,
    ...plexOptions,
  });
  try {
    clock.exclude(plex);
    await before?.(plex);
    const lines: string[] = [];
    const app = await startExporter(clock, lines, {
      PLEX_SERVER: plex.url,
      PLEX_TOKEN: plex.ownerToken,
      ...settings,
    });
    const harness = new Harness(clock, plex, app, lines);
    clock.settle = () => hasReceived(harness.state, plex);
    try {
      await clock.drain();
      await harness.pass(1);
      await run(harness);
    } finally {
      await app.stop(1_000);
    }
    assertNoSecret(lines, [plex.ownerToken, plex.guestToken]);
  } finally {
    await plex.close();
  }
}

/** The number of frames that the exporter has counted. */
export function receivedFrames({ apiStats }: ServerState): number {
  return seriesOf(apiStats.notifications).reduce((total, { value }) => total + value, 0);
}

/** Starts a film, played directly by a user on the player of the same number. */
export function playFilm(
  { simulation }: Pick<SimulatedPlex, "simulation">,
  { who = 0 }: { readonly who?: number } = {},
): Viewer {
  const [user, player] = [simulation.users[who], simulation.players[who]];
  assert.ok(user && player);
  return simulation.play({ item: simulation.randomItem("movie"), user, player, state: "playing" });
}

/** Whether the exporter has received all frames of a server except `missing` ones. */
export function hasReceived(state: ServerState, plex: SimulatedPlex, missing = 0): boolean {
  return !state.apiStats.connected || receivedFrames(state) >= plex.framesSent - missing;
}

/**
 * Starts the exporter with settings. Logs into `lines`. When the exporter stops, the log, the
 * metrics, the page and the state file are searched for tokens (invariant 12).
 */
export async function startExporter(
  clock: Clock,
  lines: string[],
  settings: Readonly<Record<string, string>>,
): Promise<App> {
  const all: Record<string, string> = { LISTEN_ADDRESS: "127.0.0.1:0", TZ: "UTC", ...settings };
  const { value: config, problems } = readConfig({
    environment: (name) => all[name],
    readText: (path) => Deno.readTextFileSync(path),
  });
  assert.ok(config, problems?.join("\n") ?? "");
  const write = (line: string) => void lines.push(line);
  const secrets = new Set(config.servers.map(({ token }) => token.reveal()));
  const app = await startApp({
    config,
    version: "0.0.0-test",
    clock,
    log: openLog({ level: "debug", format: "logfmt", zone: "UTC", write }),
    random: () => 0.5,
    readText: (path) => {
      const text = Deno.readTextFileSync(path);
      if (path === config.tokenFile) text.split(/[,\n]/).forEach((one) => secrets.add(one.trim()));
      return text;
    },
  });
  const requests = [["/", "text/html"], ["/metrics", "text/plain"], [
    "/metrics",
    OPENMETRICS,
  ]] as const;
  return {
    url: app.url,
    get states() {
      return app.states;
    },
    async stop(limitMs) {
      try {
        // Pages behind TLS and passwords are covered by the tests of WEB_CONFIG_FILE.
        const bodies = (config.web === undefined ? requests : []).map(([path, accept]) =>
          fetch(app.url + path, { headers: { accept } }).then((answer) => answer.text())
        );
        assertNoSecret([...lines, ...await Promise.all(bodies)], secrets);
      } finally {
        await app.stop(limitMs);
      }
      if (config.stateFile === undefined) return;
      assertNoSecret([await Deno.readTextFile(config.stateFile).catch(() => "")], secrets);
    },
  };
}

const OPENMETRICS = "application/openmetrics-text;version=1.0.0";

/** Asserts that no text contains a secret in any common encoding (invariant 12). */
export function assertNoSecret(texts: Iterable<string>, secrets: Iterable<string>): void {
  for (const secret of secrets) {
    if (secret === "") continue;
    const spellings = [secret, encodeURIComponent(secret), btoa(secret), JSON.stringify(secret)];
    for (const text of texts) {
      const found = spellings.findIndex((spelling) => text.includes(spelling));
      assert.equal(found, -1, `a token is shown: ${text.replaceAll(secret, "(here)")}`);
    }
  }
}
