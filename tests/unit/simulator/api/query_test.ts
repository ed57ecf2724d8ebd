/** Queries as Plex reads them (docs/plex/api.md). */
import assert from "node:assert/strict";
import { rangeOf, readQuery } from "../../../../src/simulator/api/query.ts";

Deno.test("an operator is part of the name, encoded or not", () => {
  for (const raw of ["at>=1781000000", "at%3E=1781000000"]) {
    const query = readQuery(`timespan=6&${raw}`);
    assert.deepEqual([query.value("at>"), query.value("timespan"), query.value("at")], [
      "1781000000",
      "6",
      undefined,
    ]);
  }
  assert.equal(readQuery("viewedAt%3E%3E=5").value("viewedAt>>"), "5");
});

Deno.test("values are decoded, and may be empty or hold an equals sign", () => {
  const query = readQuery("filters=&query=two+spoons%21&a=b=c&bare&broken=%zz");
  assert.deepEqual(
    ["filters", "query", "a", "bare", "broken", "none"].map((name) => query.value(name)),
    ["", "two spoons!", "b=c", "", "%zz", undefined],
  );
});

Deno.test("a page needs start and size, from the query or from headers", () => {
  const [start, size] = ["X-Plex-Container-Start=10", "X-Plex-Container-Size=0"];
  assert.deepEqual(readQuery(`${start}&${size}`).page, { start: 10, size: 0 });
  for (const raw of ["", start, size, `${start}&X-Plex-Container-Size=-1`]) {
    assert.equal(readQuery(raw).page, undefined, raw);
  }
  const headers = new Headers({ "X-Plex-Container-Start": "5", "X-Plex-Container-Size": "7" });
  const header = (name: string) => headers.get(name) ?? undefined;
  assert.deepEqual(readQuery("", header).page, { start: 5, size: 7 });
  assert.deepEqual(readQuery(size, header).page, { start: 5, size: 0 });
});

Deno.test("a doubled operator excludes the value itself", () => {
  for (
    const [raw, from, to] of [
      ["", -Infinity, Infinity],
      ["at=7", 7, 7],
      ["at>=7&at<=9", 7, 9],
      ["at>>=7&at<<=9", 8, 8],
      ["at>=7&at>>=9", 10, Infinity],
      ["bytes>=7&at>=soon", -Infinity, Infinity],
    ] as const
  ) {
    assert.deepEqual(rangeOf(readQuery(raw), "at"), { from, to }, raw);
  }
});
