/** The formats of a line. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { captureLog, FORMATS } from "../../testing/captured_log.ts";

Deno.test("createFormatter() writes each format with the time in the zone", () => {
  const expected = {
    json: '{"time":"2026-07-01T12:20:30.456+02:00","level":"warn","msg":"Plex is slow",' +
      '"server":"home","afterMs":12,"path":"/a b"}',
    logfmt: 'time=2026-07-01T12:20:30.456+02:00 level=warn msg="Plex is slow" server=home ' +
      'afterMs=12 path="/a b"',
    console: '2026-07-01 12:20:30.456 WARN  [home] Plex is slow afterMs=12 path="/a b"',
  };
  for (const format of FORMATS) {
    const { log, lines } = captureLog({ format });
    log.with({ server: "home" }).warn("Plex is slow", { afterMs: 12, path: "/a b" });
    assert.deepEqual(lines, [expected[format]]);
  }
});

Deno.test("createFormatter() colours the console format only", () => {
  for (const format of FORMATS) {
    const { log, lines } = captureLog({ format, colors: true });
    log.error("it");
    assert.equal(lines[0]?.includes("\x1b[31mERROR"), format === "console");
  }
});

Deno.test("createFormatter() writes one line per record, without control characters", () => {
  const text = fc.string({ unit: "binary" }).map((part) => `${part}\r\n\x1b[2J\u0085\u2028\u202e`);
  fc.assert(fc.property(text, text, fc.constantFrom(...FORMATS), (key, value, format) => {
    const { log, lines } = captureLog({ format });
    log.info(value, { [key]: value, deep: { [key]: [value] }, error: new Error(value) });
    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines[0] ?? "", /[\p{Cc}\u2028\u2029\u202e]/u);
    if (format === "json") assert.equal(JSON.parse(lines[0] ?? "").deep[key][0], value);
  }));
});
