/**
 * The kinds of fields in Plex's answers. A field that cannot be read is left out, an item that is
 * not an object is left out of its list, and only a body that is not an answer of Plex's is
 * rejected.
 */
import * as z from "zod";
// Named in full: by `z.core`, the bundle would get the messages of all languages.
import { $ZodTransform } from "zod/v4/core";
import { toAmount, toCount, toFlag, toList, toNumber, toText } from "./coerce.ts";

/**
 * A value that a function reads from any other. `z.transform` would create a function to report
 * issues with for each value: more than half of the memory that reading an answer takes.
 */
function readBy<T>(read: (value: unknown) => T): $ZodTransform<T, unknown> {
  const field = new $ZodTransform({ type: "transform", transform: read });
  return field as $ZodTransform<T, unknown>;
}

/** A text; numbers are turned into it. */
export const text = z.optional(readBy(toText));
/** A number, also where it is sent as text. */
export const number = z.optional(readBy(toNumber));
/** A number from 0 on. */
export const amount = z.optional(readBy(toAmount));
/** A whole number from 0 on. */
export const count = z.optional(readBy(toCount));
/** A boolean, also as 0 or 1 or text. */
export const flag = z.optional(readBy(toFlag));

/** Reads an item of a list; `undefined` if it is not an object. */
export function readItem<T>(item: z.ZodType<T>, entry: unknown): T | undefined {
  // Rejecting ten million other values by zod would take half a minute.
  return typeof entry === "object" ? item.safeParse(entry).data : undefined;
}

/** Reads the items of a list and leaves out those that cannot be read. */
export function readList<T>(item: z.ZodType<T>, value: unknown): T[] {
  return toList(value).flatMap((entry) => readItem(item, entry) ?? []);
}

/** A list whose items are read later, one by one. */
export const unreadList: $ZodTransform<readonly unknown[], unknown> = readBy(toList);

/** A list without the items that cannot be read; empty where it is absent. */
export function list<T>(item: z.ZodType<T>): $ZodTransform<T[], unknown> {
  return readBy((value) => readList(item, value));
}

/** A single child, also where it is wrapped in a list. */
export function one<T>(
  item: z.ZodType<T>,
): z.ZodOptional<$ZodTransform<T | undefined, unknown>> {
  return z.optional(readBy((value) => readList(item, value)[0]));
}

/** Creates a parser of `MediaContainer` that returns `undefined` for any other body. */
export function answer<T>(container: z.ZodType<T>): (body: unknown) => T | undefined {
  const schema = z.object({ MediaContainer: container });
  return (body) => schema.safeParse(body).data?.MediaContainer;
}
