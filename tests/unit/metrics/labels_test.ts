import assert from "node:assert/strict";
import { reduce } from "../../../src/core/reduce.ts";
import { families } from "../../../src/metrics/families.ts";
import { labelsOf } from "../../../src/metrics/labels.ts";
import { after, listed, session, START } from "../../testing/core_builders.ts";

type Key = { readonly mediaType: string; readonly secure: boolean };

const mapping = labelsOf<Key>({
  secure: ({ secure }) => String(secure),
  media_type: "mediaType",
});

Deno.test("labelsOf names labels in the order given and takes values from fields and functions", () => {
  assert.deepEqual(mapping.names, ["secure", "media_type"]);
  const labels = mapping.of({ mediaType: "movie", secure: true });
  assert.deepEqual(Object.entries(labels), [["secure", "true"], ["media_type", "movie"]]);
});

Deno.test("labelsOf returns the same label set for the same key object only", () => {
  const key: Key = { mediaType: "movie", secure: true };
  assert.equal(mapping.of(key), mapping.of(key));
  assert.notEqual(mapping.of(key), mapping.of({ ...key }));
});

Deno.test("labelsOf returns the same object for every series of a play while the play lasts", () => {
  const before = after(
    listed(START, session()),
    { type: "scrape_begun", at: START },
    { type: "scrape_completed", at: START, scrape: 1, client: "a", series: 1 },
  );
  const later = reduce(before, listed(START + 10_000, session({ progressMs: 10_000 })));
  const names = /^(play|plex_(session|play|stream|title|buffering|user))/;
  const ofPlays = families({ legacy: true }).filter(({ name }) => names.test(name));
  let compared = 0;
  for (const family of ofPlays) {
    if (family.identity === "none") continue;
    const labelsBefore = family.samples(before, START).map(({ labels }) => labels);
    const labelsLater = family.samples(later, START + 10_000).map(({ labels }) => labels);
    labelsLater.forEach((labels, index) => assert.equal(labels, labelsBefore[index], family.name));
    compared += labelsLater.length;
  }
  assert.ok(compared > 200, `${compared} series compared`);
});

Deno.test("label names of more than one word are written in src/metrics only", async () => {
  const names = families({ legacy: true }).flatMap(({ labels }) => labels)
    .filter((name) => name.includes("_"));
  const spelled = new RegExp(`\\b(${[...new Set(names)].join("|")})\\b`);
  const check = async (folder: URL) => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory && name !== "metrics") await check(new URL(`${name}/`, folder));
      if (!name.endsWith(".ts")) continue;
      const file = new URL(name, folder);
      const [found] = spelled.exec(await Deno.readTextFile(file)) ?? [];
      assert.equal(found, undefined, `${file.pathname} spells a label name`);
    }
  };
  await check(new URL("../../../src/", import.meta.url));
});
