/** The options of the `history` command. */
import { parseArgs } from "node:util";
import type { ReadResult } from "../config/read_result.ts";
import { SENT_LABELS, USER_SENT_LABELS } from "../metrics/server.ts";
import { TITLE_VIEW_LABELS, VIEW_LABELS } from "../metrics/views.ts";

export interface HistoryOptions {
  /** The file to write; absent: stdout. */
  readonly output: string | undefined;
  /** The time of the first sample, in ms since the epoch; absent: where the history begins. */
  readonly sinceMs: number | undefined;
  /** The samples end before this time. */
  readonly untilMs: number;
  readonly stepMs: number;
  /** Labels that Prometheus adds to the target's series, such as `job` and `instance`. */
  readonly labels: Readonly<Record<string, string>>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** An hour: see docs/history.md for what other steps cost, and what they give. */
const DEFAULT_STEP = "1h";

/** Prometheus advises against importing into the last three hours, which it keeps in memory. */
const HEAD_MS = 3 * HOUR_MS;

/** Labels that the series have already. */
const OWN_LABELS: readonly string[] = [
  "server",
  "server_id",
  ...[SENT_LABELS, USER_SENT_LABELS, VIEW_LABELS, TITLE_VIEW_LABELS].flatMap(({ names }) => names),
];

/** Reads the arguments after `history`. `nowMs` is the present. */
export function readOptions(args: readonly string[], nowMs: number): ReadResult<HistoryOptions> {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    return { problems: [error instanceof Error ? error.message : String(error)] };
  }
  const { output, since, until, step = DEFAULT_STEP, label = [] } = values;
  const problems: string[] = [];
  const time = (name: string, text: string | undefined) => {
    if (text === undefined) return undefined;
    const timeMs = readTime(text, nowMs);
    if (timeMs !== undefined) return timeMs;
    problems.push(
      `--${name} is "${text}"; write a date such as 2024-01-31, a time such as ` +
        "2024-01-31T18:00:00Z, seconds since 1970, or an age such as 90d",
    );
    return undefined;
  };
  const sinceMs = time("since", since);
  const untilMs = Math.min(time("until", until) ?? nowMs - HEAD_MS, nowMs);
  if (sinceMs !== undefined && sinceMs >= untilMs) problems.push("--since is not before --until");
  const stepMs = readDuration(step) ?? NaN;
  if (!(stepMs >= MINUTE_MS && stepMs <= DAY_MS)) {
    problems.push(`--step is "${step}"; write a duration from 1m to 1d, such as 15m or 1h`);
  }
  const labels = readLabels(label, problems);
  if (problems.length > 0) return { problems };
  return { value: { output, sinceMs, untilMs, stepMs, labels } };
}

/** The texts of the options. Throws if there are others, or other arguments. */
function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      output: { type: "string" },
      since: { type: "string" },
      until: { type: "string" },
      step: { type: "string" },
      label: { type: "string", multiple: true },
    },
  }).values;
}

/** A point in time: a date, a time, seconds since 1970, or how long ago. */
function readTime(text: string, nowMs: number): number | undefined {
  if (/^\d{9,11}(\.\d+)?$/.test(text)) return Math.floor(Number(text) * 1000);
  const ageMs = readDuration(text);
  if (ageMs !== undefined) return nowMs - ageMs;
  const timeMs = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
  y: 365 * DAY_MS,
};

function readDuration(text: string): number | undefined {
  const [, amount, unit = ""] = /^(\d+)([smhdwy])$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNITS_MS[unit] ?? NaN);
}

function readLabels(texts: readonly string[], problems: string[]): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const text of texts) {
    const [, name, value] = /^([a-zA-Z_][a-zA-Z0-9_]*)=(.+)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      problems.push(`--label is "${text}"; write a name and a value, such as job=plex`);
    } else if (OWN_LABELS.includes(name) || name.startsWith("__")) {
      problems.push(`--label names ${name}, which the series have already`);
    } else labels[name] = value;
  }
  return labels;
}
