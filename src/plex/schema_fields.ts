/**
 * The kinds of fields in Plex's answers. A field that cannot be read is left out, an item that is not
 * an object is left out of its list, and only a body that is not an answer of Plex's is rejected.
 */
import * as z from "zod";
import { toAmount, toCount, toFlag, toList, toNumber, toText } from "./coerce.ts";

/** A text; numbers are turned into it. */
export const text = z.unknown().transform(toText).optional();
/** A number, also where it is sent as text. */
export const number = z.unknown().transform(toNumber).optional();
/** A number from 0 on. */
export const amount = z.unknown().transform(toAmount).optional();
/** A whole number from 0 on. */
export const count = z.unknown().transform(toCount).optional();
/** A boolean, also as 0 or 1 or text. */
export const flag = z.unknown().transform(toFlag).optional();

/** The items of a list that can be read. */
export function readable<T>(item: z.ZodType<T>, value: unknown): T[] {
  return toList(value).flatMap((entry) => {
    // Every item is an object. Rejecting ten million others by zod would take half a minute.
    if (typeof entry !== "object") return [];
    const read = item.safeParse(entry);
    return read.success ? [read.data] : [];
  });
}

/** A list without the items that cannot be read; empty where it is absent. */
export function list<T>(item: z.ZodType<T>): z.ZodType<T[]> {
  return z.unknown().optional().transform((value) => readable(item, value));
}

/** A single child, also where it is wrapped in a list. */
export function one<T>(item: z.ZodType<T>): z.ZodOptional<z.ZodType<T | undefined>> {
  return z.unknown().transform((value) => readable(item, value)[0]).optional();
}

/** Creates a parser of `MediaContainer` that returns `undefined` for any other body. */
export function answer<T>(container: z.ZodType<T>): (body: unknown) => T | undefined {
  const schema = z.object({ MediaContainer: container });
  return (body) => schema.safeParse(body).data?.MediaContainer;
}
