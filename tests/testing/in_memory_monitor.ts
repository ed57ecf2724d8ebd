/**
 * A monitor on a simulation without a network in between: the same requests, answers and
 * notifications as over the wire, handed over in memory. For simulations that live for days in seconds.
 */
import type { ServerState } from "../../src/core/state.ts";
import { corrupt, replaceResponse } from "../../src/simulator/fault_injection.ts";
import { Faults } from "../../src/simulator/faults.ts";
import { createRandom } from "../../src/simulator/random.ts";
import { frameOf, frameText } from "../../src/simulator/api/frames.ts";
import { startingResponse } from "../../src/simulator/api/responses.ts";
import { readQuery } from "../../src/simulator/api/query.ts";
import { respond, templateOf } from "../../src/simulator/api/routes.ts";
import { Simulation, type SimulationOptions } from "../../src/simulator/simulation.ts";
import { type Log, silentLog } from "../../src/log/mod.ts";
import { type Monitor, watchServer } from "../../src/plex/monitor.ts";
import type { RawResponse, Transport } from "../../src/plex/transport/mod.ts";
import { type Clock, sleep } from "../../src/clock.ts";
import { DrivenClock } from "./driven_clock.ts";

/** What can go wrong on the way to a simulation: the server's faults, and frames that come late. */
export class Way {
  readonly faults = new Faults();
  /** How much later frames come; their order stays. */
  lateMs = 0;
  /** Changes what is under way: the bodies of answers, and frames. */
  mangle: (text: string) => string = (text) => text;
  /** Sockets that are open. */
  openSockets = 0;
  /** Questions that have not been answered. */
  openQuestions = 0;
  /** Questions, those for a socket among them, that a fault holds back. */
  heldRequests = 0;
  /** Of the bodies of all answers so far. */
  bodyBytes = 0;
  /** Called with the template of each path that is requested. */
  onRequest: (template: string) => void = () => {};
}

/** A body in one piece, or its first half. */
async function* bodyOf(bytes: Uint8Array, truncated: boolean): AsyncGenerator<Uint8Array> {
  if (!truncated) return yield bytes;
  yield bytes.slice(0, bytes.length / 2);
  throw new TypeError("the body broke off");
}

/** The way to a simulation: what its server would answer and send. */
function transportTo(simulation: Simulation, clock: Clock, way: Way): Transport {
  const { faults } = way;
  const random = createRandom(1);
  const encoder = new TextEncoder();

  function reply(url: URL, token: string): RawResponse {
    const rawQuery = url.search.slice(1);
    const template = templateOf(url.pathname);
    const substituted = replaceResponse(faults, template, rawQuery) ??
      (simulation.status === "starting" ? startingResponse("xml") : undefined);
    const good = substituted ?? respond(simulation, {
      path: url.pathname,
      rawQuery,
      query: readQuery(rawQuery),
      token,
      wantsJson: true,
      ignoreFilters: faults.take("filter ignored", template) !== undefined,
      everyoneIsGuest: faults.take("guest", template) !== undefined,
    });
    const { status, headers, body } = corrupt(faults, template, good);
    way.bodyBytes += body.length;
    return {
      status,
      headers: new Headers(headers),
      body: bodyOf(
        typeof body === "string" ? encoder.encode(way.mangle(body)) : body,
        faults.take("truncated", template) !== undefined,
      ),
    };
  }

  async function ask(url: URL, token: string, signal: AbortSignal): Promise<RawResponse> {
    const template = templateOf(url.pathname);
    way.onRequest(template);
    const gone = () => simulation.status === "gone" || faults.has("refuse");
    if (gone()) throw new TypeError("tcp connect error: connection refused");
    const hangs = faults.take("hang", template) !== undefined;
    const slow = faults.take("slow", template);
    if (hangs || slow !== undefined) {
      way.heldRequests += 1;
      await sleep(clock, hangs ? HOURS : slow?.ms ?? 0, signal);
      way.heldRequests -= 1;
    }
    signal.throwIfAborted();
    if (gone() || faults.take("reset", template)) throw new TypeError("connection reset by peer");
    return reply(url, token);
  }

  return {
    fetch: async (url, headers, signal) => {
      way.openQuestions += 1;
      try {
        return await ask(url, headers["X-Plex-Token"] ?? "", signal);
      } finally {
        way.openQuestions -= 1;
      }
    },
    connect: (_url, headers, listener) => {
      let isOpen = false;
      let isSilent = false;
      let cancels: (() => void)[] = [];
      const leave = () => {
        if (isOpen) way.openSockets -= 1;
        isOpen = false;
        forget();
        cancels.forEach((cancel) => cancel());
        cancels = [];
      };
      const close = (reason: string) => {
        leave();
        listener.closed(reason);
      };
      const refuses = () =>
        simulation.status !== "up" || faults.has("refuse") ||
        simulation.tokens.roleOf(headers["X-Plex-Token"]) !== "owner";
      const judge = () => {
        if (simulation.status !== "up" || faults.has("refuse")) return close("connection reset");
        if (faults.take("socket closes") ?? faults.take("socket resets")) return close("closed");
        if (faults.take("socket half-open")) isSilent = true;
      };
      const deliver = (text: string) => {
        if (isSilent) return;
        if (way.lateMs === 0) return listener.received(text);
        cancels.push(clock.after(way.lateMs, () => listener.received(text)));
      };
      const forget = simulation.observe({
        notification: (notification) => {
          if (!isOpen) return;
          judge();
          const lost = faults.take("lost frames");
          if (!isOpen || (lost !== undefined && random.chance(lost.share))) return;
          if (faults.take("invalid frames")) deliver('{"NotificationContainer":{"type":"pl');
          const text = way.mangle(frameText(frameOf(notification)));
          deliver(text);
          const doubled = faults.take("duplicate frames");
          if (doubled !== undefined && random.chance(doubled.share)) deliver(text);
        },
        status: () => isOpen && judge(),
      });
      let isWanted = true;
      cancels.push(() => isWanted = false);
      // Not by the clock: it stands still as long as the handshake is awaited.
      queueMicrotask(() => {
        if (!isWanted) return;
        if (faults.take("socket hangs")) {
          way.heldRequests += 1;
          cancels.push(() => way.heldRequests -= 1);
          return;
        }
        if (refuses()) return close("Invalid status code: 401");
        isOpen = true;
        way.openSockets += 1;
        listener.opened();
      });
      return leave;
    },
    close: () => {},
  };
}

/** Longer than anybody waits. */
const HOURS = 86_400_000;

export interface MonitoredSimulation {
  readonly simulation: Simulation;
  readonly way: Way;
  readonly clock: DrivenClock;
  readonly monitor: Monitor;
  readonly state: ServerState;
  /** Lets `seconds` go by, to the last answer. */
  pass(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** A monitor that watches this simulation. */
export function monitorInMemory(
  simulation: Simulation,
  clock: DrivenClock,
  {
    zone = "UTC",
    host = "plex.example:32400",
    log = silentLog,
    way = new Way(),
    walkIntervalMs = 86_400_000,
  }: {
    readonly zone?: string;
    readonly walkIntervalMs?: number;
    readonly host?: string;
    readonly log?: Log;
    readonly way?: Way;
  } = {},
): Monitor {
  return watchServer({
    server: new URL(`http://${host}`),
    address: host,
    token: () => simulation.tokens.owner,
    renewToken: () => false,
    transport: transportTo(simulation, clock, way),
    timeoutMs: 10_000,
    libraryIntervalMs: 900_000,
    walkIntervalMs,
    zone,
    hide: new Set(),
    clock,
    log,
    random: () => 0.5,
  });
}

/** A simulation on a clock of its own, and a monitor that watches it. */
export async function monitorSimulation(
  options: Partial<SimulationOptions> & {
    readonly clock?: DrivenClock;
    readonly zone?: string;
    readonly log?: Log;
    readonly walkIntervalMs?: number;
  } = {},
): Promise<MonitoredSimulation> {
  const {
    clock = new DrivenClock(),
    zone = "UTC",
    log = silentLog,
    walkIntervalMs = 86_400_000,
    ...rest
  } = options;
  const way = new Way();
  const simulation = new Simulation({
    clock,
    seed: 1,
    plexPass: true,
    duplicateShare: 0,
    lag: { startMs: 0, changeMs: 0, stopMs: 0 },
    lateStartMs: () => way.faults.take("late sessions")?.ms,
    ...rest,
  });
  clock.exclude(way);
  const monitor = monitorInMemory(simulation, clock, { zone, log, way, walkIntervalMs });
  await clock.drain();
  return {
    simulation,
    way,
    clock,
    monitor,
    get state() {
      return monitor.state;
    },
    pass: (seconds) => clock.advance(seconds * 1000),
    close: async () => {
      simulation.close();
      await monitor.stop();
    },
  };
}
