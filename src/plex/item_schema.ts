/** The wire format of a library's items, as far as they are used. */
import * as z from "zod";
import { amount, answer, count, list, readItem, text, unreadList } from "./schema_fields.ts";

const libraryItem = z.object({
  ratingKey: text,
  title: text,
  grandparentRatingKey: text,
  grandparentTitle: text,
  addedAt: count,
  Media: list(z.object({
    videoCodec: text,
    audioCodec: text,
    videoResolution: text,
    width: amount,
    Part: list(z.object({ id: text, file: text, size: count })),
  })),
});
export type WireLibraryItem = z.infer<typeof libraryItem>;
/**
 * `/library/sections/{id}/all` of a page with items, each of which {@link readLibraryItem} reads.
 */
export const parseItemPage = answer(
  z.object({ size: count, totalSize: count, Metadata: unreadList }),
);

/** An item of such a page; `undefined` if it is not an object. */
export function readLibraryItem(entry: unknown): WireLibraryItem | undefined {
  return readItem(libraryItem, entry);
}
