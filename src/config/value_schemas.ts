/** Schemas for values written as text: booleans, words, lists, durations, time zones. */
import * as z from "zod";
import { quote } from "./quote.ts";
import type { ReadResult } from "./read_result.ts";
import { didYouMean } from "./suggest.ts";

/**
 * A schema from text to `T`. Its messages continue a sentence that starts with the setting's name.
 * `Awaited`, because zod awaits the result of a transformation.
 */
export type TextSchema<T> = z.ZodType<Awaited<T>, string>;

/** Parses the text of the setting `name`. If the text is a list, problems also name the entry. */
export function parseText<T>(
  name: string,
  text: string,
  schema: z.ZodType<T, string>,
): ReadResult<T> {
  const { success, data, error } = schema.safeParse(text);
  if (success) return { value: data };
  const isList = /[,\n]/.test(text.trim());
  const problems = error.issues.map(({ path: [index], message }) => {
    const entry = isList && index !== undefined ? ` (entry ${Number(index) + 1})` : "";
    return `${name}${entry} ${message}`;
  });
  return { problems };
}

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

/** true, 1, yes or false, 0, no, in any case. */
export const bool: TextSchema<boolean> = z.stringbool({
  truthy: ["true", "1", "yes"],
  falsy: ["false", "0", "no"],
  error: ({ input }) => `is ${quote(String(input))}; write true or false`,
});

/** One of `words`, in any case. */
export function oneOf<const W extends string>(words: readonly W[]): TextSchema<W> {
  return fromText((text, fail) =>
    words.find((word) => word === text.toLowerCase()) ??
      fail(`has ${quote(text)}, which is none of ${words.join(", ")}${didYouMean(text, words)}`)
  );
}

/** The text of an entry of a list. */
const entry = z.string()
  .min(1, { error: "is empty; remove the extra comma", abort: true })
  .refine((text) => !/^["'`“”‘’<]|["'`“”‘’>]$/.test(text), {
    error: "is in quotes or brackets; remove them",
    abort: true,
  });

/** Values separated by commas or lines. */
export function listOf<T>(value: z.ZodType<T, string>): z.ZodType<readonly T[], string> {
  return z.string().transform((text) => text.trim().split(/\s*[,\n]\s*/))
    .pipe(z.array(entry.pipe(value)));
}

const UNITS = {
  s: { ms: 1_000, name: "seconds" },
  m: { ms: 60_000, name: "minutes" },
  h: { ms: 3_600_000, name: "hours" },
} as const;

type Unit = keyof typeof UNITS;

/** A duration in milliseconds. The bounds are in `unit`, and so is a number without a unit. */
export function duration(unit: Unit, min: number, max: number): TextSchema<number> {
  const { ms, name } = UNITS[unit];
  return fromText((text, fail) => {
    const [, count, suffix = unit] = /^(\d+(?:\.\d+)?)\s*([smh])?$/i.exec(text) ?? [];
    // NaN, which is in no range, if the text is not a duration.
    const value = Number(count) * UNITS[suffix.toLowerCase() as Unit].ms;
    if (value >= min * ms && value <= max * ms) return Math.round(value);
    const example = "or a duration such as 90s, 2m, 1h";
    return fail(`is ${quote(text)}; write a number of ${name} from ${min} to ${max}, ${example}`);
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
