/**
 * What a metric is here: one row of data with a function from state to samples. It renders nothing
 * and adds no server labels; that is `render`.
 */
import { type Counter, type CounterVec, type Labels, seriesOf } from "../core/counter_vec.ts";
import type { ServerState } from "../core/state.ts";
import type { Scrapes } from "../core/scrapes.ts";

export interface Sample {
  /** Without the server's labels. Keep the object where the label set stays: it is cached by. */
  readonly labels: Labels;
  readonly value: number;
  /** What a histogram puts behind the family's name, such as `_bucket`. */
  readonly suffix?: string | undefined;
}

/** Which labels tell the server apart: those of the original exporter, ours, or none. */
export type Identity = "compatible" | "server" | "none";

interface FamilyDesc {
  readonly name: string;
  readonly type: "gauge" | "counter" | "histogram";
  readonly help: string;
  /** Label names beyond the server's, in the order in which they are printed. */
  readonly labels: readonly string[];
}

/** A family about a server: its samples come from that server's state at the time `at`. */
export interface ServerFamily extends FamilyDesc {
  readonly identity: "compatible" | "server";
  samples(state: ServerState, at: number): readonly Sample[];
}

/** What the exporter knows of its own process. */
export interface ProcessInfo {
  readonly version: string;
  readonly denoVersion: string;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly startedAt: number;
}

/** A family about the exporter's own process. */
export interface ProcessFamily extends FamilyDesc {
  readonly identity: "none";
  samples(facts: ProcessInfo): readonly Sample[];
}

export type Family = ServerFamily | ProcessFamily;

/** The label set of families without labels of their own. */
export const NO_LABELS: Labels = {};

/** The one sample of a family without labels; none where the value is not known. */
export function one(value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ labels: NO_LABELS, value }];
}

/**
 * What a counter shows: 0 until a scrape that was begun after its birth has been completed, then
 * its value. `increase()` does not see what a series has when it first appears (prometheus#1673).
 */
export function exposedValue(
  { value, createdAtScrape }: Counter,
  { completed }: Scrapes,
): number {
  return completed > createdAtScrape ? value : 0;
}

/** The series of a ledger, each divided by `unit`; none where there is no ledger yet. */
export function series(
  of: (state: ServerState) => CounterVec | undefined,
  unit: 1 | 1000 = 1,
): ServerFamily["samples"] {
  return (state) => {
    const ledger = of(state);
    return ledger === undefined ? [] : seriesOf(ledger).map((counter) => ({
      labels: counter.labels,
      value: exposedValue(counter, state.scrapes) / unit,
    }));
  };
}

/** A family of how things are now. */
export function gaugeFamily(
  name: string,
  help: string,
  labels: readonly string[],
  samples: ServerFamily["samples"],
): ServerFamily {
  return { name, type: "gauge", help, labels, identity: "server", samples };
}

/** A family of what has happened so far. */
export function counterFamily(
  name: string,
  help: string,
  labels: readonly string[],
  samples: ServerFamily["samples"],
): ServerFamily {
  return { name, type: "counter", help, labels, identity: "server", samples };
}
