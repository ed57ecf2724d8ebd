/** The totals of paged answers. */
import assert from "node:assert/strict";
import { headerTotal, pageTotal } from "../../../../src/plex/mapping/page.ts";
import { parsePage } from "../../../../src/plex/schema.ts";

Deno.test("headerTotal is undefined without the header, or if it is not a count", () => {
  const total = (value: string) =>
    headerTotal(new Headers({ "X-Plex-Container-Total-Size": value }));
  assert.deepEqual(["12", "-1", "many", ""].map(total), [12, undefined, undefined, undefined]);
  assert.equal(headerTotal(new Headers()), undefined);
});

Deno.test("pageTotal takes the total, then the header, then the size", () => {
  const total = (container: object, header?: number) =>
    pageTotal(parsePage({ MediaContainer: container }) ?? {}, header);
  assert.equal(total({ size: 0, totalSize: 1234 }, 7), 1234);
  assert.equal(total({ size: 0, totalSize: "12" }), 12);
  assert.equal(total({ size: 0 }, 7), 7);
  assert.equal(total({ size: 0 }), 0);
  assert.equal(total({ size: 9 }), 9, "a page that was not cut");
  assert.equal(total({ size: -1, totalSize: 1.5 }), undefined);
});
