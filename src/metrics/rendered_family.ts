/**
 * A family as the last page showed it, so that it is rendered again only if a sample has changed.
 *
 * Objects that live from page to page cost the most garbage collection. So the samples are kept in
 * arrays that are overwritten, and the text only once it has been the same on two pages.
 */
import type { Sample } from "./family.ts";
import type { Labels } from "./labels.ts";
import type { AddServerLabels } from "./server_labels.ts";

/** Samples of a family that get the same further labels: those of one server, or none. */
export interface SampleGroup {
  readonly samples: readonly Sample[];
  readonly withLabels: AddServerLabels;
}

/** A value as prom-client expects it from a metric. */
export interface PromValue {
  readonly metricName: string | undefined;
  readonly labels: Labels;
  readonly sharedLabels: Labels;
  readonly value: number;
}

/** Values have their labels in `sharedLabels`, whose text prom-client caches. */
const NO_OTHER_LABELS: Labels = {};

/** The last page's samples of one family, and its text in each format. */
export class RenderedFamily<Format extends string> {
  /** The three have the same length. */
  readonly #labels: Labels[] = [];
  readonly #suffixes: (string | undefined)[] = [];
  readonly #values: number[] = [];

  readonly #texts = new Map<Format, string>();

  /** Incremented for every page whose samples differ from those of the page before. */
  #version = 0;

  /** Whether the last page showed what the page before did. */
  #isUnchanged = false;

  /** The number of samples on the last page. */
  get samples(): number {
    return this.#values.length;
  }

  /** Sets the samples for the next page. */
  update(groups: readonly SampleGroup[]): void {
    let samples = 0;
    let isUnchanged = true;
    for (const group of groups) {
      for (const { labels, suffix, value } of group.samples) {
        const isSame = this.#set(samples, group.withLabels(labels), suffix, value);
        isUnchanged = isUnchanged && isSame;
        samples += 1;
      }
    }
    if (samples < this.samples) {
      for (const array of [this.#labels, this.#suffixes, this.#values]) array.length = samples;
      isUnchanged = false;
    }
    this.#isUnchanged = isUnchanged;
    if (isUnchanged) return;
    this.#version += 1;
    this.#texts.clear();
  }

  /** Sets one sample. Returns whether it was there already. */
  #set(index: number, labels: Labels, suffix: string | undefined, value: number): boolean {
    if (
      this.#labels[index] === labels && this.#suffixes[index] === suffix &&
      Object.is(this.#values[index], value)
    ) return true;
    this.#labels[index] = labels;
    this.#suffixes[index] = suffix;
    this.#values[index] = value;
    return false;
  }

  /** The text of the samples in `format`: the cached one, or what `render` returns. */
  async text(
    format: Format,
    name: string,
    render: (values: readonly PromValue[]) => Promise<string>,
  ): Promise<string> {
    const cached = this.#texts.get(format);
    if (cached !== undefined) return cached;
    const version = this.#version;
    const isUnchanged = this.#isUnchanged;
    const text = await render(this.#valuesOf(name));
    // Another page may have been requested meanwhile.
    if (isUnchanged && version === this.#version) this.#texts.set(format, text);
    return text;
  }

  #valuesOf(name: string): readonly PromValue[] {
    return this.#values.map((value, index) => {
      const suffix = this.#suffixes[index];
      return {
        metricName: suffix === undefined ? undefined : name + suffix,
        labels: NO_OTHER_LABELS,
        sharedLabels: this.#labels[index] ?? NO_OTHER_LABELS,
        value,
      };
    });
  }
}
