/**
 * A monitor on a simulated world without a network in between: the same requests, answers and
 * notifications as over the wire, handed over in memory. For worlds that live for days in seconds.
 */
import type { ServerState } from "../../src/core/model.ts";
import { frameOf, frameText } from "../../src/demo/wire/frames.ts";
import { readQuery } from "../../src/demo/wire/query.ts";
import { answer } from "../../src/demo/wire/routes.ts";
import { World, type WorldOptions } from "../../src/demo/world.ts";
import { silentLog } from "../../src/log.ts";
import { type Monitor, watchServer } from "../../src/plex/monitor.ts";
import type { Transport } from "../../src/plex/transport.ts";
import { DrivenClock } from "../demo/driven_clock.ts";

/** The way to a world: what its server would answer and send. */
function transportTo(world: World): Transport {
  return {
    fetch: (url, headers) => {
      const { status, headers: answered, body } = world.condition === "up"
        ? answer(world, {
          path: url.pathname,
          rawQuery: url.search.slice(1),
          query: readQuery(url.search.slice(1), new Map()),
          token: headers["X-Plex-Token"],
          wantsJson: true,
          ignoreFilters: false,
          everyoneIsGuest: false,
        })
        : { status: 503, headers: {}, body: "" };
      return Promise.resolve(new Response(body as string, { status, headers: answered }));
    },
    connect: (_url, _headers, listener) => {
      const leave = world.watch({
        notice: (notice) => listener.received(frameText(frameOf(notice))),
        condition: () => {
          if (world.condition !== "up") listener.closed("down");
        },
      });
      queueMicrotask(() => {
        if (world.condition === "up") listener.opened();
        else listener.closed("down");
      });
      return leave;
    },
    close: () => {},
  };
}

export interface WatchedWorld {
  readonly world: World;
  readonly clock: DrivenClock;
  readonly monitor: Monitor;
  readonly state: ServerState;
  /** Lets `seconds` go by, to the last answer. */
  pass(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** A world on a clock of its own, and a monitor that watches it. */
export async function watchWorld(
  options: Partial<WorldOptions> & { readonly clock?: DrivenClock; readonly zone?: string } = {},
): Promise<WatchedWorld> {
  const { clock = new DrivenClock(), zone = "UTC", ...rest } = options;
  const world = new World({
    clock,
    seed: 1,
    plexPass: true,
    duplicateShare: 0,
    lag: { startMs: 0, changeMs: 0, stopMs: 0 },
    ...rest,
  });
  const monitor = watchServer({
    server: new URL("http://plex.example:32400"),
    address: "plex.example:32400",
    token: () => world.tokens.owner,
    renewToken: () => false,
    transport: transportTo(world),
    timeoutMs: 10_000,
    libraryIntervalMs: 900_000,
    zone,
    hide: new Set(),
    clock,
    log: silentLog,
    random: () => 0.5,
  });
  await clock.rest();
  return {
    world,
    clock,
    monitor,
    get state() {
      return monitor.state;
    },
    pass: (seconds) => clock.advance(seconds * 1000),
    close: async () => {
      world.close();
      await monitor.stop();
    },
  };
}
