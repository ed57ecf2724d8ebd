/** Secrets that never reach a line. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Fields } from "../../../src/log/mod.ts";
import { captureLog, FORMATS, loggedFields } from "../../testing/captured_log.ts";

Deno.test("SECRET_PATTERNS recognises secrets by the surrounding text", () => {
  const texts = [
    "GET http://plex/?a=1&X-Plex-Token=SECRET123&b=2",
    "X-Plex-Token%3DSECRET123",
    "X-Plex-Token: SECRET123",
    '{"X-Plex-Token":"SECRET123"}',
    '{\\"authToken\\": \\"SECRET123\\"}',
    '<User authToken="SECRET123" id="1"/>',
    "PLEX_TOKEN=SECRET123",
    "password='SECRET123 and more'",
    "Authorization: Basic SECRET123==",
    "authorization=Bearer SECRET123",
    "http://owner:SECRET123@plex:32400/",
    "ws:\\/\\/SECRET123@plex",
    "eyJhbGciOiJIUzI1NiJ9.SECRET123.SECRET123",
  ];
  for (const format of FORMATS) {
    for (const text of texts) {
      const { log, lines } = captureLog({ format });
      log.error(text, { text, error: new Error(text, { cause: text }), list: [{ text }] });
      assert.doesNotMatch(lines[0] ?? "", /SECRET123/, text);
    }
  }
});

Deno.test("SECRET_FIELDS redacts fields by name at any depth, but not fields about secrets", () => {
  const headers = new Headers({ "X-Plex-Token": "SECRET123", authorization: "SECRET123" });
  const names = ["token", "authToken", "PLEX_TOKEN", "password", "cookie"];
  const secret = Object.fromEntries(names.map((name) => [name, "SECRET123"]));
  const rest = loggedFields({
    ...secret,
    deep: [{ headers, map: new Map([["token", "SECRET123"]]) }],
  });
  assert.doesNotMatch(JSON.stringify(rest), /SECRET123/);
  const harmless = { tokenFile: "/run/token", tokenValid: true, message: "the token is rejected" };
  assert.deepEqual(loggedFields(harmless), harmless);
});

/** Tokens of any character that can be sent in a header. */
const tokens = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{8,40}$/),
  fc.stringMatching(/^[!-~]{8,40}$/),
  fc.stringMatching(/^[1-9][0-9]{7,14}$/),
);

/** Encodings of a token in a text. */
const encodings = fc.constantFrom<((token: string) => string)[]>(
  (token) => token,
  (token) => encodeURIComponent(token),
  (token) => encodeURIComponent(encodeURIComponent(token)),
  (token) => JSON.stringify(token),
  (token) => JSON.stringify(JSON.stringify({ token })),
  (token) => new URL(`http://plex/${encodeURI(token)}`).href,
  (token) => [...token].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
);

/** Places in a line where a text can be. */
const places = fc.constantFrom<((text: string) => [string, Fields])[]>(
  (text) => [`Plex said ${text}.`, {}],
  (text) => ["it", { text }],
  (text) => ["it", { [text]: 1 }],
  (text) => ["it", { deep: { list: ["a", { [text]: text }] } }],
  (text) => ["it", { error: new Error(text) }],
  (text) => ["it", { error: new Error("a", { cause: new Error("b", { cause: { text } }) }) }],
  (text) => ["it", { error: new AggregateError([new Error(text), text], "a") }],
  (text) => ["it", { map: new Map([[text, new Set([text])]]) }],
  (text) => ["it", { query: new URLSearchParams({ q: text }) }],
  (text) => ["it", { number: /^\d+$/.test(text) ? Number(text) : text }],
  (text) => ["it", { big: /^\d+$/.test(text) ? BigInt(text) : text }],
  (text) => ["it", { server: text }],
);

/** The line, also with its escapes and percent-encoding decoded. */
function decodings(line: string): string[] {
  const plain = line.replace(
    /\\u([0-9a-f]{4})/g,
    (_, hex) => String.fromCharCode(parseInt(hex, 16)),
  )
    .replace(/\\+(["\\])/g, "$1");
  return [line, plain].flatMap((text) => [
    text,
    text.replace(/(?:%[0-7][0-9a-f])+/gi, (run) => decodeURIComponent(run)),
  ]);
}

Deno.test("anyEncodingOf() finds a known token in any encoding, anywhere in a line", () => {
  const formatsAndLevels = fc.record({
    format: fc.constantFrom(...FORMATS),
    level: fc.constantFrom("debug" as const, "info" as const),
    colors: fc.boolean(),
  });
  fc.assert(
    fc.property(tokens, encodings, places, formatsAndLevels, (token, encode, put, options) => {
      const { log, lines } = captureLog(options);
      log.redact(token);
      const [message, fields] = put(encode(token));
      log.error(message, fields);
      log.with(fields).error(message);
      assert.equal(lines.length, 2);
      for (const line of lines) {
        for (const text of decodings(line)) assert.ok(!text.includes(token), line);
        if (options.format === "json") JSON.parse(line);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("SECRET_PATTERNS does not backtrack on long texts that resemble secrets", () => {
  const { log, lines } = captureLog();
  log.redact("\\".repeat(20) + 'aaaa"\\"');
  for (const part of ["token=", "//", "\\", "%25", "authorization", '"token" ', "eyJ."]) {
    log.info(part.repeat(20_000));
  }
  assert.equal(lines.length, 7);
});
