/**
 * A context for collectors, with a clock that the test moves and a client that answers as the test
 * defines. A request without a defined answer fails the test.
 */
import type { ServerEvent } from "../../src/core/event.ts";
import { initialState, type ServerState } from "../../src/core/state.ts";
import { reduce } from "../../src/core/reduce.ts";
import type { Failure } from "../../src/core/enums.ts";
import type { Client } from "../../src/plex/client.ts";
import { NO_HIDDEN_LABELS } from "../../src/plex/redact_labels.ts";
import type { Collector, CollectorContext } from "../../src/plex/collectors/collector.ts";
import { createRunner } from "../../src/plex/collectors/runner.ts";
import type { Result } from "../../src/plex/request.ts";
import { START } from "./core_builders.ts";
import { silentLog } from "./recording_log.ts";

/** A result of the client: a value, or a failure. */
type ClientResult<T> =
  | T
  | { readonly failure: Failure; readonly status?: number; readonly retryAfterMs?: number };

type Methods = {
  [M in keyof Client]: (
    ...args: Parameters<Client[M]>
  ) => ClientResult<ValueOf<Client[M]>> | Promise<ClientResult<ValueOf<Client[M]>>>;
};
type ValueOf<M> = M extends (...args: never[]) => Promise<Result<infer T>> ? T : never;

/** A context for collectors, and what they did with it. */
export interface CollectorHarness {
  readonly context: CollectorContext;
  /** Runs a collector as the monitor does. Each call resolves to the ms until the next run. */
  runnerOf(collector: Collector): () => Promise<number>;
  /** Advances the clock and runs the timers that are due. */
  pass(ms: number): void;
  /** Calls of the client: method and arguments. */
  readonly calls: string[];
  /** Dispatched events. */
  readonly events: ServerEvent[];
  /** Log messages without debug messages. */
  readonly logged: string[];
  /** Replaces results of the client. */
  answer(methods: Partial<Methods>): void;
  readonly end: AbortController;
  dispatch(...events: readonly ServerEvent[]): void;
  readonly state: ServerState;
}

function realTurn(run: () => void): () => void {
  const turn = setImmediate(run);
  return () => clearImmediate(turn);
}

function isFailure(result: unknown): result is { failure: Failure; retryAfterMs?: number } {
  return typeof result === "object" && result !== null && "failure" in result;
}

/** Opens a harness at `START`, whose client answers by these methods. */
export function openCollectorHarness(methods: Partial<Methods> = {}): CollectorHarness {
  let now = START;
  let state = initialState("plex.example:32400", "UTC");
  let results = methods;
  const calls: string[] = [];
  const events: ServerEvent[] = [];
  const logged: string[] = [];
  const end = new AbortController();
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();

  async function call(method: string, args: readonly unknown[]): Promise<unknown> {
    calls.push([method, ...args.map((arg) => JSON.stringify(arg))].join(" "));
    const at = now;
    const respond = results[method as keyof Client] as
      | ((...args: readonly unknown[]) => unknown)
      | undefined;
    if (respond === undefined) throw new Error(`the test defines no result of ${method}`);
    const result = await respond(...args);
    return isFailure(result)
      ? { at, ok: false, detail: `failed: ${result.failure}`, ...result }
      : { at, ok: true, value: result };
  }

  const log = (message: string): void => void logged.push(message);
  const dispatch = (event: ServerEvent) => {
    events.push(event);
    state = reduce(state, event);
  };
  const context: CollectorContext = {
    client: new Proxy({}, {
      get: (_, method) => (...args: readonly unknown[]) => call(String(method), args),
    }) as Client,
    clock: {
      now: () => now,
      after: (ms, run) => {
        // A turn of the event loop takes no time.
        if (ms === 0) return realTurn(run);
        const timer = { at: now + ms, run };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
      timeout: () => {
        throw new Error("a collector sets no timeout");
      },
    },
    log: { ...silentLog, info: log, warn: log, error: log },
    hide: NO_HIDDEN_LABELS,
    random: () => 0.5,
    signal: end.signal,
    state: () => state,
    dispatch,
    token: () => "",
    renewToken: () => false,
    libraryIntervalMs: 900_000,
    walkIntervalMs: 86_400_000,
    prepare: () => Promise.resolve(),
  };
  return {
    context,
    runnerOf: (collector) => createRunner(collector, context),
    pass: (ms) => {
      now += ms;
      for (const timer of timers) {
        if (timer.at > now) continue;
        timers.delete(timer);
        timer.run();
      }
    },
    calls,
    events,
    logged,
    answer: (more) => results = { ...results, ...more },
    end,
    dispatch: (...more) => {
      for (const event of more) state = reduce(state, event);
    },
    get state() {
      return state;
    },
  };
}
