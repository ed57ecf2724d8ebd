import assert from "node:assert/strict";
import {
  type PromValue,
  RenderedFamily,
  type SampleGroup,
} from "../../../src/metrics/rendered_family.ts";

const A = { name: "a" };
const B = { name: "b" };

function group(...samples: SampleGroup["samples"]): readonly SampleGroup[] {
  return [{ samples, withLabels: (labels) => labels }];
}

/** A family, with the values of every time that it was rendered. */
function setUp() {
  const family = new RenderedFamily<"text" | "openmetrics">();
  const renderings: (readonly PromValue[])[] = [];
  const page = async (groups: readonly SampleGroup[], format: "text" | "openmetrics" = "text") => {
    family.update(groups);
    return await family.text(format, "plex_up", (values) => {
      renderings.push(values);
      return Promise.resolve(`rendering ${renderings.length}`);
    });
  };
  return { family, renderings, page };
}

Deno.test("RenderedFamily passes labels, values and whole names to prom-client", async () => {
  const { family, renderings, page } = setUp();
  await page([
    { samples: [{ labels: A, value: 1 }], withLabels: (labels) => ({ server: "s", ...labels }) },
    { samples: [{ labels: B, value: 2, suffix: "_sum" }], withLabels: (labels) => labels },
  ]);
  assert.equal(family.samples, 2);
  assert.deepEqual(renderings, [[
    { metricName: undefined, labels: {}, sharedLabels: { server: "s", name: "a" }, value: 1 },
    { metricName: "plex_up_sum", labels: {}, sharedLabels: B, value: 2 },
  ]]);
});

Deno.test("RenderedFamily keeps a text that was the same on two pages, one for each format", async () => {
  const { page } = setUp();
  const samples = group({ labels: A, value: 1 });
  assert.equal(await page(samples), "rendering 1");
  assert.equal(await page(samples), "rendering 2");
  assert.equal(await page(samples), "rendering 2");
  assert.equal(await page(samples, "openmetrics"), "rendering 3");
  assert.equal(await page(samples, "openmetrics"), "rendering 3");
  assert.equal(await page(samples), "rendering 2");
});

const kept = group({ labels: A, value: 1, suffix: "_sum" }, { labels: B, value: 2 });

const changes: readonly (readonly [what: string, groups: readonly SampleGroup[]])[] = [
  ["a value", group({ labels: A, value: 3, suffix: "_sum" }, { labels: B, value: 2 })],
  ["a value to NaN", group({ labels: A, value: NaN, suffix: "_sum" }, { labels: B, value: 2 })],
  ["a label set", group({ labels: { ...A }, value: 1, suffix: "_sum" }, { labels: B, value: 2 })],
  ["a suffix", group({ labels: A, value: 1, suffix: "_count" }, { labels: B, value: 2 })],
  ["the order", group({ labels: B, value: 2 }, { labels: A, value: 1, suffix: "_sum" })],
  ["a removed sample", group({ labels: A, value: 1, suffix: "_sum" })],
  ["an added sample", [...kept, ...group({ labels: { name: "c" }, value: 0 })]],
];

for (const [what, changed] of changes) {
  Deno.test(`RenderedFamily renders again what changes: ${what}`, async () => {
    const { family, renderings, page } = setUp();
    for (let pages = 0; pages < 3; pages++) await page(kept);
    const before = renderings.length;
    await page(changed);
    assert.equal(renderings.length, before + 1);
    const samples = changed.flatMap((each) => each.samples);
    assert.equal(family.samples, samples.length);
    assert.deepEqual(
      renderings.at(-1)?.map(({ sharedLabels, value }) => [sharedLabels, value]),
      samples.map(({ labels, value }) => [labels, value]),
    );
  });
}

Deno.test("RenderedFamily does not keep a text for samples that change while it is rendered", async () => {
  const { family, page } = setUp();
  const old = group({ labels: A, value: 1 });
  const next = group({ labels: A, value: 2 });
  await page(old);
  family.update(old);
  const { promise, resolve } = Promise.withResolvers<string>();
  const slow = family.text("text", "plex_up", () => promise);
  await page(next);
  resolve("old text");
  assert.equal(await slow, "old text");
  assert.notEqual(await page(next), "old text");
});
