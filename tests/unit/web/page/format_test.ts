/** Formats of numbers, times and untrusted text. */
import assert from "node:assert/strict";
import * as format from "../../../../src/web/page/format.ts";

Deno.test("formatDuration() uses coarser units for longer durations", () => {
  const seconds = [-5, 0, 9, 119, 120, 7_199, 7_200, 172_799, 172_800];
  assert.deepEqual(
    seconds.map((each) => format.formatDuration(each * 1000)),
    ["0 s", "0 s", "9 s", "119 s", "2 min", "119 min", "2 h", "47 h", "2 d"],
  );
});

Deno.test("formatBytes() and formatBitrate() keep two or three digits", () => {
  assert.deepEqual(
    [0, 999, 1000, 999_499, 999_500, 12_345_678, 1e15, 1e19].map(format.formatBytes),
    ["0 B", "999 B", "1.0 kB", "999 kB", "1.0 MB", "12.3 MB", "1.0 PB", "10000 PB"],
  );
  assert.deepEqual([0, 999, 1000, 65_540].map(format.formatBitrate), [
    "0 kb/s",
    "999 kb/s",
    "1.0 Mb/s",
    "65.5 Mb/s",
  ]);
});

Deno.test("moreRows() says how many rows are left out, if any are", () => {
  assert.equal(String(format.moreRows(1_101, 100)), '<p class="empty">And 1,001 more.</p>');
  assert.equal(format.moreRows(100, 100), undefined);
});

Deno.test("printable() replaces control characters by visible ones", () => {
  assert.equal(format.printable("Songs for\nEmpty\tStations\r"), "Songs for Empty Stations ");
  assert.equal(format.printable("\u0000\u001b\u007f\u0090\u202e\ud800"), "␀␛␡\ufffd\ufffd\ufffd");
  assert.equal(format.printable("שלום 🦊 é"), "שלום 🦊 é");
});
