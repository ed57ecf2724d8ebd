/**
 * A context for collectors, with a clock that the test moves and a client that answers as the test
 * defines. A request without a defined answer fails the test.
 */
import type { ServerEvent } from "../../src/core/event.ts";
import { initialState, type ServerState } from "../../src/core/state.ts";
import { reduce } from "../../src/core/reduce.ts";
import type { Failure } from "../../src/core/enums.ts";
import { silentLog } from "../../src/log/mod.ts";
import type { Client } from "../../src/plex/client.ts";
import { NO_HIDDEN_LABELS } from "../../src/plex/redact_labels.ts";
import type { Collector, CollectorContext } from "../../src/plex/collectors/collector.ts";
import { createRunner } from "../../src/plex/collectors/runner.ts";
import type { Result } from "../../src/plex/request.ts";
import { START } from "./core_builders.ts";

/** What Plex answers: a value, or a failure. */
type Responses<T> =
  | T
  | { readonly failure: Failure; readonly status?: number; readonly retryAfterMs?: number };

type Methods = {
  [M in keyof Client]: (
    ...args: Parameters<Client[M]>
  ) => Responses<ValueOf<Client[M]>> | Promise<Responses<ValueOf<Client[M]>>>;
};
type ValueOf<M> = M extends (...args: never[]) => Promise<Result<infer T>> ? T : never;

export interface CollectorHarness {
  readonly context: CollectorContext;
  /** Runs a collector as the monitor does; each call resolves to the ms to its next run. */
  runnerOf(collector: Collector): () => Promise<number>;
  /** Moves the clock, and runs what was to run by then. */
  pass(ms: number): void;
  /** What has been asked, by the client's method and its arguments. */
  readonly asked: string[];
  /** What was dispatched. */
  readonly events: ServerEvent[];
  /** Messages that were logged, but for those that debug. */
  readonly logged: string[];
  /** Changes what the client answers from now on. */
  answer(methods: Partial<Methods>): void;
  readonly end: AbortController;
  dispatch(...events: readonly ServerEvent[]): void;
  readonly state: ServerState;
}

function isFailure(said: unknown): said is { failure: Failure; retryAfterMs?: number } {
  return typeof said === "object" && said !== null && "failure" in said;
}

export function openCollectorHarness(methods: Partial<Methods> = {}): CollectorHarness {
  let now = START;
  let state = initialState("plex.example:32400", "UTC");
  let answers = methods;
  const asked: string[] = [];
  const events: ServerEvent[] = [];
  const logged: string[] = [];
  const end = new AbortController();
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();

  async function ask(method: string, args: readonly unknown[]): Promise<unknown> {
    asked.push([method, ...args.map((arg) => JSON.stringify(arg))].join(" "));
    const at = now;
    const reply = answers[method as keyof Client] as
      | ((...args: readonly unknown[]) => unknown)
      | undefined;
    if (reply === undefined) throw new Error(`the test says nothing of ${method}`);
    const said = await reply(...args);
    return isFailure(said)
      ? { at, ok: false, detail: `failed: ${said.failure}`, ...said }
      : { at, ok: true, value: said };
  }

  const log = (message: string): void => void logged.push(message);
  const dispatch = (event: ServerEvent) => {
    events.push(event);
    state = reduce(state, event);
  };
  const context: CollectorContext = {
    client: new Proxy({}, {
      get: (_, method) => (...args: readonly unknown[]) => ask(String(method), args),
    }) as Client,
    clock: {
      now: () => now,
      after: (ms, run) => {
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
    asked,
    events,
    logged,
    answer: (more) => answers = { ...answers, ...more },
    end,
    dispatch: (...more) => {
      for (const event of more) state = reduce(state, event);
    },
    get state() {
      return state;
    },
  };
}
