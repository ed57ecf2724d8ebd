/**
 * A metric family is one row of data: its name, type, help text, labels, and a function from state
 * to samples. `exposition` renders rows and adds the labels of the server.
 */
import { type Counter, type CounterVec, type SeriesKey, seriesOf } from "../core/counter_vec.ts";
import { isShown, type Scrapes } from "../core/scrapes.ts";
import type { ServerState } from "../core/state.ts";
import { type LabelMapping, type Labels, NO_KEY } from "./labels.ts";
import type { IdentityLabels } from "./server_labels.ts";

/** One sample of a family. */
export interface Sample {
  /** Without the server's labels. The same object for the same series: text is cached by it. */
  readonly labels: Labels;
  readonly value: number;
  /** Appended to the family's name in a histogram, such as `_bucket`. */
  readonly suffix?: string | undefined;
}

/** What every family has. */
interface FamilyDesc {
  readonly name: string;
  readonly type: "gauge" | "counter" | "histogram";
  readonly help: string;
  /** Label names without the server's, in the order in which they are rendered. */
  readonly labels: readonly string[];
}

/** A family about a server: its samples are computed from that server's state at the time `at`. */
export interface ServerFamily extends FamilyDesc {
  readonly identity: Exclude<IdentityLabels, "none">;
  samples(state: ServerState, at: number): readonly Sample[];
}

/** What the exporter knows about its own process. */
export interface ProcessInfo {
  readonly version: string;
  readonly denoVersion: string;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly startedAt: number;
  /** When the state file was last saved, 0 before that; `undefined` where there is none. */
  readonly stateSavedAt?: number | undefined;
}

/** A family about the exporter's own process. */
export interface ProcessFamily extends FamilyDesc {
  readonly identity: "none";
  samples(process: ProcessInfo): readonly Sample[];
}

/** Any family. */
export type Family = ServerFamily | ProcessFamily;

/** A value and its key, which is unique in its family. */
export type KeyedValue<Key> = readonly [key: Key, value: number];

/** The values of a family in a state at the time `at`. */
export type Values<Key> = (state: ServerState, at: number) => readonly KeyedValue<Key>[];

/** The value of a family without labels; no value where it is not known. */
export function one(value: number | undefined): readonly KeyedValue<object>[] {
  return value === undefined ? [] : [[NO_KEY, value]];
}

/** The value of a yes-or-no family without labels: 1 or 0; no value where it is not known. */
export function flag(value: boolean | undefined): readonly KeyedValue<object>[] {
  return one(value === undefined ? undefined : Number(value));
}

/** A gauge: a current value for each key. */
export function gaugeFamily<Key extends object>(
  name: string,
  help: string,
  labels: LabelMapping<Key>,
  values: Values<Key>,
): ServerFamily {
  return serverFamily(name, "gauge", help, labels, values);
}

/** A counter whose values have been passed through `exposedValue` already. */
export function counterFamily<Key extends object>(
  name: string,
  help: string,
  labels: LabelMapping<Key>,
  values: Values<Key>,
): ServerFamily {
  return serverFamily(name, "counter", help, labels, values);
}

/** A counter for each series of a vector, divided by `unit`. Without a vector, no samples. */
export function counterVecFamily<Key extends SeriesKey>(
  name: string,
  help: string,
  labels: LabelMapping<Key>,
  vecOf: (state: ServerState) => CounterVec<Key> | undefined,
  unit: 1 | 1000 = 1,
): ServerFamily {
  return {
    name,
    type: "counter",
    help,
    labels: labels.names,
    identity: "server",
    samples(state) {
      const vec = vecOf(state);
      return vec === undefined ? [] : seriesOf(vec).map((series) => ({
        labels: labels.of(series.key),
        value: exposedValue(series, state.scrapes) / unit,
      }));
    },
  };
}

/**
 * The value that a counter shows: 0 until a scrape that began after its creation has completed,
 * then its total. `increase()` ignores the value at which a series first appears (prometheus#1673).
 */
export function exposedValue(counter: Counter, scrapes: Pick<Scrapes, "completed">): number {
  return isShown(counter, scrapes) ? counter.value : 0;
}

function serverFamily<Key extends object>(
  name: string,
  type: "gauge" | "counter",
  help: string,
  labels: LabelMapping<Key>,
  values: Values<Key>,
): ServerFamily {
  return {
    name,
    type,
    help,
    labels: labels.names,
    identity: "server",
    samples: (state, at) =>
      values(state, at).map(([key, value]) => ({ labels: labels.of(key), value })),
  };
}
