/**
 * Monitors a simulation in memory: requests, responses and notifications are the same as over TCP.
 * It simulates days within seconds.
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
import type { Log } from "../../src/log/mod.ts";
import { type Monitor, type MonitorOptions, watchServer } from "../../src/plex/monitor.ts";
import type { RawResponse, Transport } from "../../src/plex/transport/mod.ts";
import { type Clock, sleep } from "../../src/clock.ts";
import { DrivenClock } from "./driven_clock.ts";
import { NO_LAG } from "./simulator_builders.ts";
import { silentLog } from "./recording_log.ts";

/**
 * The network between the monitor and a simulation: its faults and delays, and what is open on it.
 */
export class SimulatedNetwork {
  readonly faults = new Faults();
  /** Delay of frames in ms; their order stays. */
  lateMs = 0;
  /** Changes the bodies of responses, and frames. */
  mangle: (text: string) => string = (text) => text;
  /** WebSockets that are open. */
  openSockets = 0;
  /** Requests without a response. */
  openRequests = 0;
  /** Requests and handshakes that a fault holds back. */
  heldRequests = 0;
  /** Size of all response bodies so far. */
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

/** A transport that returns what the server of the simulation would send. */
function transportTo(simulation: Simulation, clock: Clock, network: SimulatedNetwork): Transport {
  const { faults } = network;
  const random = createRandom(1);
  const encoder = new TextEncoder();

  function reply(url: URL, token: string): RawResponse {
    const rawQuery = url.search.slice(1);
    const template = templateOf(url.pathname);
    const substituted = replaceResponse(faults, template, rawQuery) ??
      (simulation.status === "starting" ? startingResponse("xml") : undefined);
    const intended = substituted ?? respond(simulation, {
      path: url.pathname,
      rawQuery,
      query: readQuery(rawQuery),
      token,
      wantsJson: true,
      ignoreFilters: faults.take("filter ignored", template) !== undefined,
      everyoneIsGuest: faults.take("guest", template) !== undefined,
    });
    const { status, headers, body } = corrupt(faults, template, intended);
    network.bodyBytes += body.length;
    return {
      status,
      headers: new Headers(headers),
      body: bodyOf(
        typeof body === "string" ? encoder.encode(network.mangle(body)) : body,
        faults.take("truncated", template) !== undefined,
      ),
    };
  }

  async function request(url: URL, token: string, signal: AbortSignal): Promise<RawResponse> {
    const template = templateOf(url.pathname);
    network.onRequest(template);
    const isDown = () => simulation.status === "gone" || faults.has("refuse");
    if (isDown()) throw new TypeError("tcp connect error: connection refused");
    const hangs = faults.take("hang", template) !== undefined;
    const slow = faults.take("slow", template);
    if (hangs || slow !== undefined) {
      network.heldRequests += 1;
      await sleep(clock, hangs ? HANG_MS : slow?.ms ?? 0, signal);
      network.heldRequests -= 1;
    }
    signal.throwIfAborted();
    if (isDown() || faults.take("reset", template)) throw new TypeError("connection reset by peer");
    return reply(url, token);
  }

  return {
    fetch: async (url, headers, signal) => {
      network.openRequests += 1;
      try {
        return await request(url, headers["X-Plex-Token"] ?? "", signal);
      } finally {
        network.openRequests -= 1;
      }
    },
    connect: (_url, headers, listener) => {
      let isOpen = false;
      let isSilent = false;
      let cancels: (() => void)[] = [];
      const disconnect = () => {
        if (isOpen) network.openSockets -= 1;
        isOpen = false;
        stopObserving();
        cancels.forEach((cancel) => cancel());
        cancels = [];
      };
      const close = (reason: string) => {
        disconnect();
        listener.closed(reason);
      };
      const refuses = () =>
        simulation.status !== "up" || faults.has("refuse") ||
        simulation.tokens.roleOf(headers["X-Plex-Token"]) !== "owner";
      const applySocketFaults = () => {
        if (simulation.status !== "up" || faults.has("refuse")) return close("connection reset");
        if (faults.take("socket closes") ?? faults.take("socket resets")) return close("closed");
        if (faults.take("socket half-open")) isSilent = true;
      };
      const deliver = (text: string) => {
        if (isSilent) return;
        if (network.lateMs === 0) return listener.received(text);
        cancels.push(clock.after(network.lateMs, () => listener.received(text)));
      };
      const stopObserving = simulation.observe({
        notification: (notification) => {
          if (!isOpen) return;
          applySocketFaults();
          const lost = faults.take("lost frames");
          if (!isOpen || (lost !== undefined && random.chance(lost.share))) return;
          if (faults.take("invalid frames")) deliver('{"NotificationContainer":{"type":"pl');
          const text = network.mangle(frameText(frameOf(notification)));
          deliver(text);
          const duplicate = faults.take("duplicate frames");
          if (duplicate !== undefined && random.chance(duplicate.share)) deliver(text);
        },
        status: () => isOpen && applySocketFaults(),
      });
      let isWanted = true;
      cancels.push(() => isWanted = false);
      // Not by the clock, which stops while a handshake is pending.
      queueMicrotask(() => {
        if (!isWanted) return;
        if (faults.take("socket hangs")) {
          network.heldRequests += 1;
          cancels.push(() => network.heldRequests -= 1);
          return;
        }
        if (refuses()) return close("Invalid status code: 401");
        isOpen = true;
        network.openSockets += 1;
        listener.opened();
      });
      return disconnect;
    },
    close: () => {},
  };
}

/** Longer than any timeout. */
const HANG_MS = 86_400_000;

/** A simulation and the monitor of it. */
export interface MonitoredSimulation {
  readonly simulation: Simulation;
  readonly network: SimulatedNetwork;
  readonly clock: DrivenClock;
  readonly monitor: Monitor;
  readonly state: ServerState;
  /** Advances the clock by `seconds` and waits for pending responses. */
  pass(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a monitor of this simulation. */
export function monitorInMemory(
  simulation: Simulation,
  clock: DrivenClock,
  {
    zone = "UTC",
    host = "plex.example:32400",
    log = silentLog,
    network = new SimulatedNetwork(),
    walkIntervalMs = 86_400_000,
    saved,
  }: {
    readonly zone?: string;
    readonly walkIntervalMs?: number;
    readonly host?: string;
    readonly log?: Log;
    readonly network?: SimulatedNetwork;
    readonly saved?: MonitorOptions["saved"];
  } = {},
): Monitor {
  return watchServer({
    server: new URL(`http://${host}`),
    address: host,
    token: () => simulation.tokens.owner,
    renewToken: () => false,
    transport: transportTo(simulation, clock, network),
    timeoutMs: 10_000,
    libraryIntervalMs: 900_000,
    walkIntervalMs,
    zone,
    hide: new Set(),
    saved,
    clock,
    log,
    random: () => 0.5,
  });
}

/** Starts a simulation on its own clock, and a monitor of it. */
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
  const network = new SimulatedNetwork();
  const simulation = new Simulation({
    clock,
    seed: 1,
    plexPass: true,
    duplicateShare: 0,
    lag: NO_LAG,
    lateStartMs: () => network.faults.take("late sessions")?.ms,
    ...rest,
  });
  clock.exclude(network);
  const monitor = monitorInMemory(simulation, clock, { zone, log, network, walkIntervalMs });
  await clock.drain();
  return {
    simulation,
    network,
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
