/**
 * Reads a page of metrics as a scraper does, strictly enough to notice what a scraper would. It
 * shares no code with what writes the page.
 */
import type { Page } from "../../src/metrics/exposition.ts";

/** A sample of a page. */
export interface Series {
  /** With the name under `__name__`; without labels that are empty, which Prometheus drops. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The whole text of a rendered page. */
export function textOf({ parts }: Page): string {
  return parts.join("");
}

// `s`: a line ends at \n alone, whatever else JavaScript counts as one, such as U+2028.
const LINE = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)$/is;
const LABEL = /([a-z_][a-z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)/giy;

/** The series of a page by key. Throws if a line is not a sample, or a series occurs twice. */
export function readPage(text: string): ReadonlyMap<string, Series> {
  const page = new Map<string, Series>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, name, labels = "", value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`Not a sample: ${line}`);
    const series = seriesOf({ __name__: name, ...readLabels(labels) }, value);
    const key = keyOf(series);
    if (page.has(key)) throw new Error(`Duplicate series: ${line}`);
    page.set(key, series);
  }
  return page;
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let end = 0;
  for (const [all, name = "", value = ""] of text.matchAll(LABEL)) {
    if (name in labels) throw new Error(`Duplicate label ${name}: ${text}`);
    labels[name] = value.replace(/\\(.)/g, (_, letter) => letter === "n" ? "\n" : letter);
    end += all.length;
  }
  if (end !== text.length) throw new Error(`Not labels: ${text}`);
  return labels;
}

/** A series with its labels in one form: bounds as numbers are spelled, empty ones left out. */
export function seriesOf(labels: Readonly<Record<string, string>>, value: string): Series {
  const kept = Object.entries(labels)
    .filter(([, text]) => text !== "")
    // Newer versions of Prometheus write the bound 1 as 1.0.
    .map(([name, text]) => [name, name === "le" ? String(readNumber(text)) : text]);
  return { labels: Object.fromEntries(kept), value: readNumber(value) };
}

/** A value as it is spelled on a page. */
export function readNumber(text: string): number {
  return Number(text.replace("Inf", "Infinity"));
}

/** A text that identifies a series. */
export function keyOf({ labels }: Series): string {
  const { __name__ = "", ...others } = labels;
  const pairs = Object.entries(others).sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, text]) => `${name}=${JSON.stringify(text)}`);
  return `${__name__}{${pairs.join()}}`;
}

/** Series by key with their values, to compare two pages in one assertion. */
export function values(page: Iterable<Series>): Record<string, number> {
  return Object.fromEntries(
    [...page].map((series) => [keyOf(series), series.value] as const)
      .sort(([a], [b]) => a < b ? -1 : 1),
  );
}
