/** Runs the `history` command on a simulated server, in simulated time, and parses its output. */
import assert from "node:assert/strict";
import { type Config, readConfig } from "../../src/config/mod.ts";
import { type HistoryOptions, readOptions, writeHistory } from "../../src/history/mod.ts";
import type { SimulatedPlex } from "../../src/simulator/plex.ts";
import type { DrivenClock } from "./driven_clock.ts";

/** What a run has written. */
export interface HistoryRunResult {
  readonly isComplete: boolean;
  readonly text: string;
  /** The progress messages. */
  readonly messages: readonly string[];
}

/** How to run the command. */
export interface HistoryRunOptions {
  /** The arguments after `history`. */
  readonly args?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called with each text that is written. */
  readonly written?: (text: string) => void;
}

function configOf(variables: Readonly<Record<string, string>>): Config {
  const { value: config, problems } = readConfig({
    environment: (name) => variables[name],
    readText: () => "",
  });
  assert.ok(config, String(problems));
  return config;
}

function optionsOf(args: readonly string[], nowMs: number): HistoryOptions {
  const { value: options, problems } = readOptions(args, nowMs);
  assert.ok(options, String(problems));
  return options;
}

/** Runs the command to its end in simulated time. */
export async function runHistoryOn(
  plex: Pick<SimulatedPlex, "url" | "ownerToken">,
  clock: DrivenClock,
  { args = [], settings, signal, written }: HistoryRunOptions = {},
): Promise<HistoryRunResult> {
  const texts: string[] = [];
  const messages: string[] = [];
  let isDone = false;
  const run = writeHistory({
    config: configOf({ PLEX_SERVER: plex.url, PLEX_TOKEN: plex.ownerToken, ...settings }),
    options: optionsOf(args, clock.now()),
    clock,
    random: () => 0.5,
    signal: signal ?? new AbortController().signal,
    write: (text) => {
      texts.push(text);
      written?.(text);
      return Promise.resolve();
    },
    report: (line) => void messages.push(line),
  }).finally(() => isDone = true);
  while (!isDone) await clock.advance(500);
  return { isComplete: await run, text: texts.join(""), messages };
}

/** A sample of the file: the series as text, its value and its time. */
export interface WrittenSample {
  readonly series: string;
  readonly value: number;
  readonly timeS: number;
}

/** The samples of a file, in its order. */
export function* samplesOf(text: string): Generator<WrittenSample> {
  for (const line of text.split("\n")) {
    const [, series, value, timeS] = /^([^#].*}) (\S+) (\S+)$/.exec(line) ?? [];
    if (series === undefined) continue;
    yield { series, value: Number(value), timeS: Number(timeS) };
  }
}

/** The last value of each series. */
export function lastValues(text: string): Map<string, number> {
  return new Map([...samplesOf(text)].map(({ series, value }) => [series, value]));
}
