/**
 * Tests of the log: the form of its lines, and that nothing secret and nothing that breaks a line
 * gets into them. They capture lines; nothing reaches standard error.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Fields,
  type LogOptions,
  openLog,
  recordingLog,
  silentLog,
} from "../../../src/log/mod.ts";

const formats = ["json", "logfmt", "console"] as const;
const at = Date.UTC(2026, 6, 1, 10, 20, 30, 456);

function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = openLog({
    level: "info",
    format: "json",
    zone: "Europe/Berlin",
    colors: false,
    now: () => at,
    write: (line) => lines.push(line),
    ...options,
  });
  return { log, lines };
}

function logged(fields: Fields, options: Partial<LogOptions> = {}): Fields {
  const { log, lines } = capture(options);
  log.error("it", fields);
  const { time: _time, level: _level, msg: _msg, ...rest } = JSON.parse(lines[0] ?? "");
  return rest;
}

Deno.test("openLog() writes each format with the time in the zone", () => {
  const expected = {
    json: '{"time":"2026-07-01T12:20:30.456+02:00","level":"warn","msg":"Plex is slow",' +
      '"server":"home","afterMs":12,"path":"/a b"}',
    logfmt: 'time=2026-07-01T12:20:30.456+02:00 level=warn msg="Plex is slow" server=home ' +
      'afterMs=12 path="/a b"',
    console: '2026-07-01 12:20:30.456 WARN  [home] Plex is slow afterMs=12 path="/a b"',
  };
  for (const format of formats) {
    const { log, lines } = capture({ format });
    log.with({ server: "home" }).warn("Plex is slow", { afterMs: 12, path: "/a b" });
    assert.deepEqual(lines, [expected[format]]);
  }
});

Deno.test("openLog() colors the console only", () => {
  for (const format of formats) {
    const { log, lines } = capture({ format, colors: true });
    log.error("it");
    assert.equal(lines[0]?.includes("\x1b[31mERROR"), format === "console");
  }
});

Deno.test("openLog() has written the whole line to standard error when the call returns", () => {
  const original = Deno.stderr.writeSync;
  let written = "";
  const log = openLog({ level: "info", format: "logfmt", zone: "UTC" });
  try {
    // A pipe may take a part only.
    Deno.stderr.writeSync = (bytes) => {
      written += new TextDecoder().decode(bytes.subarray(0, 7));
      return Math.min(bytes.length, 7);
    };
    log.info("the last line");
    assert.match(written, /^time=\S+ level=info msg="the last line"\n$/);
    Deno.stderr.writeSync = () => {
      throw new Deno.errors.BrokenPipe();
    };
    log.info("nobody reads this");
  } finally {
    Deno.stderr.writeSync = original;
  }
});

Deno.test("openLog() drops what is less urgent than its level", () => {
  const { log, lines } = capture({ level: "warn", format: "logfmt" });
  for (const level of ["debug", "info", "warn", "error"] as const) log[level](level);
  assert.deepEqual(lines.map((line) => / level=(\w+) /.exec(line)?.[1]), ["warn", "error"]);
});

Deno.test("openLog() refuses an unknown zone", () => {
  assert.throws(() => capture({ zone: "Mars/Olympus" }), TypeError);
});

Deno.test("openLog() keeps its own names and writes fields of the same name beside them", () => {
  const { log, lines } = capture();
  log.info("ours", { msg: "theirs", level: "theirs", time: "theirs", absent: undefined });
  assert.deepEqual(JSON.parse(lines[0] ?? ""), {
    time: "2026-07-01T12:20:30.456+02:00",
    level: "info",
    msg: "ours",
    msg_: "theirs",
    level_: "theirs",
    time_: "theirs",
  });
});

Deno.test("openLog() writes an error with its causes, and its stack for debug", () => {
  const cause = new Error("connection refused", { cause: { code: "ECONNREFUSED" } });
  const error = new TypeError("fetch failed", { cause });
  assert.deepEqual(logged({ error }), {
    error: "TypeError: fetch failed (cause: Error: connection refused " +
      '(cause: {"code":"ECONNREFUSED"}))',
  });
  const { error: all } = logged({ error: new AggregateError([new Error("a"), "b"], "both") });
  assert.equal(all, 'AggregateError: both (errors: ["Error: a","b"])');
  assert.match(String(logged({ error }, { level: "debug" }).error), /mod_test\.ts/);
});

Deno.test("openLog() writes any value, and never throws", () => {
  const circle: Record<string, unknown> = { name: "circle" };
  circle.self = circle;
  const error = new Error("mine");
  error.cause = error;
  const broken = {
    get it() {
      throw new Error("no");
    },
  };
  assert.deepEqual(
    logged({
      circle,
      error,
      broken,
      map: new Map([["a", 1]]),
      set: new Set([1n]),
      url: new URL("http://plex/"),
      date: new Date(0),
      bytes: new Uint8Array(3),
      call: () => 1,
      number: NaN,
      nothing: null,
    }),
    {
      circle: { name: "circle", self: "[circular]" },
      error: "Error: mine (cause: [circular])",
      broken: "[unreadable]",
      map: { a: 1 },
      set: ["1"],
      url: "http://plex/",
      date: "1970-01-01T00:00:00.000Z",
      bytes: "[3 bytes]",
      call: "[function]",
      number: "NaN",
      nothing: null,
    },
  );
});

Deno.test("openLog() bounds the length of a line", () => {
  const many = Array.from({ length: 300 }, () => Array.from({ length: 300 }, () => ({ a: "b" })));
  const { log, lines } = capture();
  log.info("x".repeat(1_000_000), { many });
  assert.ok((lines[0]?.length ?? Infinity) < 50_000);
});

Deno.test("openLog() hides secrets that it was not told of, by what stands around them", () => {
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
  for (const format of formats) {
    for (const text of texts) {
      const { log, lines } = capture({ format });
      log.error(text, { text, error: new Error(text, { cause: text }), list: [{ text }] });
      assert.doesNotMatch(lines[0] ?? "", /SECRET123/, text);
    }
  }
});

Deno.test("openLog() hides fields by their name, however deep, but not what only tells of them", () => {
  const headers = new Headers({ "X-Plex-Token": "SECRET123", authorization: "SECRET123" });
  const names = ["token", "authToken", "PLEX_TOKEN", "password", "cookie"];
  const secret = Object.fromEntries(names.map((name) => [name, "SECRET123"]));
  const rest = logged({ ...secret, deep: [{ headers, map: new Map([["token", "SECRET123"]]) }] });
  assert.doesNotMatch(JSON.stringify(rest), /SECRET123/);
  const harmless = { tokenFile: "/run/token", tokenValid: true, message: "the token is rejected" };
  assert.deepEqual(logged(harmless), harmless);
});

Deno.test("openLog() hides a secret in every log that came from it, and in no other", () => {
  const { log, lines } = capture();
  const before = log.with({ from: "tellMeNot1" });
  log.redact("tellMeNot1");
  log.redact("tellMeNot1AndMore");
  log.redact("");
  before.info("tellMeNot1AndMore, tellMeNot1.");
  assert.match(lines[0] ?? "", /"msg":"\[redacted\], \[redacted\]\.","from":"\[redacted\]"/);
  const other = capture();
  other.log.info("tellMeNot1");
  assert.match(other.lines[0] ?? "", /tellMeNot1/);
});

/** Tokens of any character that can be sent in a header. */
const tokens = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{8,40}$/),
  fc.stringMatching(/^[!-~]{8,40}$/),
  fc.stringMatching(/^[1-9][0-9]{7,14}$/),
);

/** Ways to write a token into a text. */
const spellings = fc.constantFrom<((token: string) => string)[]>(
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

/** All the texts that a reader could make out of `line`. */
function readings(line: string): string[] {
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

Deno.test("openLog() writes no token that it knows, wherever and however it is put", () => {
  const formatsAndLevels = fc.record({
    format: fc.constantFrom(...formats),
    level: fc.constantFrom("debug" as const, "info" as const),
    colors: fc.boolean(),
  });
  fc.assert(
    fc.property(tokens, spellings, places, formatsAndLevels, (token, spell, put, options) => {
      const { log, lines } = capture(options);
      log.redact(token);
      const [message, fields] = put(spell(token));
      log.error(message, fields);
      log.with(fields).error(message);
      assert.equal(lines.length, 2);
      for (const line of lines) {
        for (const text of readings(line)) assert.ok(!text.includes(token), line);
        if (options.format === "json") JSON.parse(line);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("openLog() writes one line for each message, without control characters", () => {
  const text = fc.string({ unit: "binary" }).map((part) => `${part}\r\n\x1b[2J\u0085\u2028\u202e`);
  fc.assert(fc.property(text, text, fc.constantFrom(...formats), (key, value, format) => {
    const { log, lines } = capture({ format });
    log.info(value, { [key]: value, deep: { [key]: [value] }, error: new Error(value) });
    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines[0] ?? "", /[\p{Cc}\u2028\u2029\u202e]/u);
    if (format === "json") assert.equal(JSON.parse(lines[0] ?? "").deep[key][0], value);
  }));
});

Deno.test("openLog() gets through a long text that looks like a secret from afar", () => {
  const { log, lines } = capture();
  log.redact("\\".repeat(20) + 'aaaa"\\"');
  for (const part of ["token=", "//", "\\", "%25", "authorization", '"token" ', "eyJ."]) {
    log.info(part.repeat(20_000));
  }
  assert.equal(lines.length, 7);
});

Deno.test("silentLog writes nothing and recordingLog() keeps what it was given", () => {
  silentLog.with({ a: 1 }).error("unheard");
  const log = recordingLog();
  log.with({ server: "home" }).with({ try: 2 }).debug("again", { afterMs: 5 });
  log.warn("alone");
  assert.deepEqual(log.entries, [
    { level: "debug", message: "again", fields: { server: "home", try: 2, afterMs: 5 } },
    { level: "warn", message: "alone", fields: {} },
  ]);
});
