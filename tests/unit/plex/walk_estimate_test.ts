/** How long a walk takes, from the first page of each library. */
import assert from "node:assert/strict";
import type { ItemPage } from "../../../src/plex/mapping/items.ts";
import type { Result } from "../../../src/plex/request.ts";
import { estimateWalk } from "../../../src/plex/walk_estimate.ts";
import { listing } from "../../testing/walk_builders.ts";

/** A Plex whose libraries have so many items, by id, and that answers each page in `tookMs`. */
function plex(totals: Readonly<Record<string, number>>, tookMs: number) {
  let now = 0;
  return {
    clock: { now: () => now },
    client: {
      items({ id }: { readonly id: string }): Promise<Result<ItemPage>> {
        const at = now;
        now += tookMs;
        const total = totals[id];
        return Promise.resolve(
          total === undefined
            ? { ok: false, at, failure: "timeout", detail: "too slow" }
            : { ok: true, at, value: { items: [], rows: Math.min(total, 210), total } },
        );
      },
    },
  };
}

Deno.test("a walk takes a page and a rest for each 209 items, and one for an empty library", async () => {
  for (const [total, pages] of [[0, 1], [210, 1], [211, 2], [419, 2], [420, 3], [100_000, 479]]) {
    const { client, clock } = plex({ 1: total ?? 0 }, 20);
    const estimate = await estimateWalk(client, [listing()], clock);
    assert.deepEqual(estimate, { ok: true, items: total, durationMs: (pages ?? 0) * 520 });
  }
});

Deno.test("libraries add up, each at its own pace, and photos are left out", async () => {
  const { client, clock } = plex({ 1: 10, 2: 300 }, 800);
  const libraries = [listing(), listing({ id: "2" }), listing({ id: "3", type: "photo" })];
  assert.deepEqual(await estimateWalk(client, libraries, clock), {
    ok: true,
    items: 310,
    durationMs: 3 * 1_600,
  });
});

Deno.test("a page that fails is the result", async () => {
  const { client, clock } = plex({}, 20);
  const estimate = await estimateWalk(client, [listing()], clock);
  assert.deepEqual(estimate, { ok: false, at: 0, failure: "timeout", detail: "too slow" });
});
