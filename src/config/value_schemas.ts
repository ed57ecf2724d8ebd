/** Schemas for values written as text: booleans, durations, time zones, words of a list. */
import * as z from "zod";
import { quote } from "./quote.ts";
import { didYouMean } from "./suggest.ts";

/** A schema from text to `T`. Its messages continue a sentence that starts with the setting's name. */
export type TextSchema<T> = z.ZodPipe<z.ZodString, z.ZodTransform<Awaited<T>, string>>;

/** A schema from a function that returns the value, or `fail(problem)`. */
export function fromText<T>(
  read: (text: string, fail: (message: string) => never) => T,
): TextSchema<T> {
  return z.string().transform((text, issues) => {
    const fail = (message: string): never => {
      issues.addIssue(message);
      return z.NEVER;
    };
    return read(text, fail);
  });
}

const boolWords = new Map([
  ["true", true],
  ["1", true],
  ["yes", true],
  ["false", false],
  ["0", false],
  ["no", false],
]);

/** true, 1, yes or false, 0, no, in any case. */
export const bool: TextSchema<boolean> = fromText((text, fail) =>
  boolWords.get(text.toLowerCase()) ?? fail(`is ${quote(text)}; write true or false`)
);

/** One of `words`, in any case. */
export function oneOf<const W extends string>(words: readonly W[]): TextSchema<W> {
  return fromText((text, fail) =>
    words.find((word) => word === text.toLowerCase()) ?? fail(unknownWord(text, words))
  );
}

/** Comma-separated `words`, in any case; the result has each once, in the order of `words`. */
export function anyOf<const W extends string>(words: readonly W[]): TextSchema<readonly W[]> {
  return fromText((text, fail) => {
    const named = text.split(",").map((word) => word.trim());
    const unknown = named.find((word) => !words.some((known) => known === word.toLowerCase()));
    if (unknown !== undefined) return fail(unknownWord(unknown, words));
    return words.filter((word) => named.some((name) => name.toLowerCase() === word));
  });
}

function unknownWord(word: string, words: readonly string[]): string {
  return `has ${quote(word)}, which is none of ${words.join(", ")}${didYouMean(word, words)}`;
}

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000 };

const units = { s: ["10", "seconds"], m: ["15", "minutes"], h: ["24", "hours"] } as const;

/** A duration within bounds, in milliseconds. A number without a unit is in `unit`. */
export function duration(
  { unit, minMs, maxMs }: { unit: keyof typeof units; minMs: number; maxMs: number },
): TextSchema<number> {
  const [example, unitName] = units[unit];
  return fromText((text, fail) => {
    const parts = /^(\d+(?:\.\d+)?)\s*([smh]?)$/i.exec(text);
    if (parts === null) {
      return fail(
        `is ${quote(text)}; write a number of ${unitName} such as ${example}, or 90s, 2m, 1h`,
      );
    }
    const suffix = parts[2]?.toLowerCase();
    const ms = Number(parts[1]) *
      unitMs[suffix === "s" || suffix === "m" || suffix === "h" ? suffix : unit];
    const [min, max] = [minMs / unitMs[unit], maxMs / unitMs[unit]];
    if (ms < minMs || ms > maxMs) {
      return fail(`is ${quote(text)}; write a duration from ${min} to ${max} ${unitName}`);
    }
    return Math.round(ms);
  });
}

/** A name of the time zone database or an offset such as +02:00, in its canonical spelling. */
export const timeZone: TextSchema<string> = fromText((text, fail) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return fail(
      `is ${quote(text)}, which is not a known time zone; write one such as Europe/Berlin`,
    );
  }
});
