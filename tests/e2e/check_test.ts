/** The `check` command on simulated Plex servers: its findings, and its advice on each failure. */
import assert from "node:assert/strict";
import { check, type CheckReport } from "../../src/check.ts";
import { readConfig } from "../../src/config/mod.ts";
import type { Fault } from "../../src/simulator/faults.ts";
import { type PlexOptions, type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { freePort } from "../testing/program.ts";
import { jwt } from "../testing/jwt.ts";

/** The simulated server and the settings of a check. */
interface Case extends Partial<PlexOptions> {
  readonly before?: (plex: SimulatedPlex) => void;
  readonly token?: (plex: SimulatedPlex) => string;
  readonly urls?: (plex: SimulatedPlex) => string;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Runs the command, whose output must show no token. */
async function runCheck(
  {
    before,
    token = (plex) => plex.ownerToken,
    urls = ({ url }) => url,
    settings: changes,
    ...options
  }: Case,
): Promise<CheckReport & { text: string }> {
  const plex = await startPlex({ clock: systemClock, plexPass: true, ...options });
  try {
    before?.(plex);
    await plex.ready();
    const settings: Record<string, string> = {
      PLEX_SERVER: urls(plex),
      PLEX_TOKEN: token(plex),
      PLEX_CLIENT_TIMEOUT_SECONDS: "10",
      ...changes,
    };
    const { value: config, warnings } = readConfig({
      environment: (name) => settings[name],
      readText: () => "",
    });
    assert.ok(config);
    const found = await check(config, warnings, systemClock);
    const text = found.lines.join("\n");
    for (const secret of [plex.ownerToken, plex.guestToken]) assert.ok(!text.includes(secret));
    return { ...found, text };
  } finally {
    await plex.close();
  }
}

Deno.test("check reports whether the exporter can use the state file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const missing = await runCheck({ settings: { STATE_FILE: `${folder}/missing/state.json` } });
    assert.equal(missing.good, false);
    assert.match(missing.text, /^ {2}FAIL {2}STATE_FILE: there is no folder ".*\/missing\/"$/m);
    const { good, text } = await runCheck({ settings: { STATE_FILE: `${folder}/state.json` } });
    assert.ok(good);
    assert.match(text, /^ {2}ok {4}STATE_FILE: there is none yet$/m);
    assert.deepEqual([...Deno.readDirSync(folder)], [], "it writes nothing");
  } finally {
    await Deno.remove(folder);
  }
});

Deno.test("check reports everything that works, with version and libraries", async () => {
  const { good, lines } = await runCheck({});
  assert.ok(good);
  const [settings, empty, address, ...all] = lines;
  assert.deepEqual([settings, empty], ["  ok    settings: 1 server(s)", ""]);
  assert.match(address ?? "", /^127\.0\.0\.1:\d+$/);
  const found = all.filter((line) => !line.includes("a walk of them"));
  assert.equal(all.length, found.length + 1);
  assert.deepEqual(found, [
    "  ok    reached: Plex 1.43.3.10828-a0bfb8370",
    '  ok    token accepted by "attic"',
    "  ok    the token is the owner's; sessions now: 0",
    "  ok    libraries: Films (movie), Series (show), Music (artist), Photos (photo), " +
    "Home Videos (movie)",
    "  ok    Plex Pass: CPU, memory and bytes sent are available",
    "  ok    notifications: the WebSocket opens",
  ]);
});

Deno.test("check says how many items there are and how long a walk of them takes", async () => {
  const libraries = [
    { title: "Films", type: "movie", generated: 1_204 },
    { title: "Photos", type: "photo" },
  ] as const;
  let films = 0;
  const walked = await runCheck({
    libraries,
    before: ({ simulation }) => void (films = simulation.libraries.totals()[0]?.counts.movie ?? 0),
  });
  assert.ok(walked.good && films > 1_204, walked.text);
  const items = `${films.toLocaleString("en")} films, episodes and tracks`;
  // Five pages, with a pause of half a second after each.
  assert.match(walked.text, new RegExp(`ok {4}${items}; a walk of them takes about [3-9] s`));
  const off = await runCheck({ libraries, settings: { WALK_INTERVAL: "0" } });
  assert.match(
    off.text,
    new RegExp(`note {2}${items}; they are not walked, because WALK_INTERVAL`),
  );
});

/** Faults of Plex or the network, and what check says to do about them. */
const FAULTS: readonly (readonly [Fault, advice: RegExp])[] = [
  [{ kind: "starting" }, /FAIL {2}Plex is starting or busy \(.*startup maintenance.*Wait a moment/],
  [{ kind: "not found" }, /FAIL {2}no Plex server at this address: .*PLEX_SERVER/],
  [{ kind: "login page" }, /FAIL {2}the response is not from Plex: .*proxy/],
  [{ kind: "redirect", to: "https://plex.example/" }, /FAIL {2}.*set PLEX_SERVER to the address/],
  [
    { kind: "hang" },
    /FAIL {2}Plex did not respond within the timeout .*PLEX_CLIENT_TIMEOUT_SECONDS allows more time/,
  ],
];

for (const [fault, advice] of FAULTS) {
  Deno.test(`check says what to do about a Plex with the fault ${fault.kind}`, async () => {
    const { good, text } = await runCheck({
      before: ({ faults }) => void faults.set(fault),
      ...(fault.kind === "hang" ? { settings: { PLEX_CLIENT_TIMEOUT_SECONDS: "1" } } : {}),
    });
    assert.equal(good, false);
    assert.match(text, advice);
    assert.equal(text.match(/FAIL/g)?.length, 1, "one failure, reported once");
  });
}

Deno.test("check notes that there are no libraries, and why that may be", async () => {
  const { good, text } = await runCheck({ libraries: [] });
  assert.ok(good, text);
  assert.match(
    text,
    /note {2}no libraries: there are none, or none is shared with this token's user/,
  );
});

Deno.test("check reports that Plex does not answer, and what to check", async () => {
  const { good, text } = await runCheck({
    before: ({ faults }) => void faults.set({ kind: "refuse" }),
  });
  assert.equal(good, false);
  assert.match(
    text,
    /FAIL {2}cannot connect: check that Plex is running and that PLEX_SERVER is correct/,
  );
});

Deno.test("check says why a token may be rejected", async () => {
  const { good, text } = await runCheck({ token: () => "not-the-token-at-all" });
  assert.equal(good, false);
  assert.match(
    text,
    /FAIL {2}Plex rejects the token: .*\(Plex answered 401: .*\)\. .*a password reset.*PLEX_TOKEN/,
  );
  assert.equal(text.match(/FAIL/g)?.length, 1);
});

Deno.test("check reports a valid token that is not the owner's, on old and new servers", async () => {
  for (const version of ["1.40.1.8227-c0dd5a73e", "1.43.3.10828-a0bfb8370"]) {
    const { good, text } = await runCheck({
      token: (plex) => plex.guestToken,
      before: ({ simulation }) => void (simulation.server.version = version),
    });
    assert.equal(good, false);
    assert.match(text, /FAIL {2}the token is valid, but not the server owner's/, version);
    assert.match(text, /no CPU, memory and bytes sent: they need the owner's token/, version);
  }
});

const DAY_S = 86_400;
const nowS = () => Math.trunc(systemClock.now() / 1000);

Deno.test("check reports when a token expired, and how to set one that is renewed", async () => {
  const { good, text } = await runCheck({ token: () => jwt({ exp: nowS() - DAY_S }) });
  assert.equal(good, false);
  assert.match(text, /FAIL {2}the token expired at 20\d\d-\d\d-\d\dT[\d:]+Z.*PLEX_TOKEN_FILE/);
  assert.equal(text.match(/FAIL/g)?.length, 1);
});

Deno.test("check notes when a token will expire", async () => {
  const token = jwt({ exp: nowS() + 7 * DAY_S });
  const { good, text } = await runCheck({
    token: () => token,
    before: ({ simulation }) => simulation.tokens.issue(token),
  });
  assert.ok(good, text);
  assert.match(text, /note {2}the token expires at 20\d\d-\d\d-\d\dT[\d:]+Z.*PLEX_TOKEN_FILE/);
});

Deno.test("check accepts a server without Plex Pass", async () => {
  const { good, text } = await runCheck({ plexPass: false });
  assert.ok(good, text);
  assert.match(
    text,
    /note {2}no CPU, memory and bytes sent: they need Plex Pass, as downloads and recordings do; everything else works without them/,
  );
});

Deno.test("check reports a proxy that does not pass WebSockets", async () => {
  const { good, text } = await runCheck({
    before: ({ faults }) =>
      void faults.set({ kind: "not found" }, { path: "/:/websockets/notifications" }),
  });
  assert.equal(good, false);
  assert.match(
    text,
    /FAIL {2}no notifications: .*404.*does a proxy in front of Plex pass WebSockets\?/,
  );
});

Deno.test("check reports each server, even if another one does not answer", async () => {
  const port = freePort();
  const { good, lines } = await runCheck({ urls: ({ url }) => `http://127.0.0.1:${port},${url}` });
  assert.equal(good, false);
  const down = lines.indexOf(`127.0.0.1:${port}`);
  assert.match(lines[down + 1] ?? "", /^ {2}FAIL {2}/);
  assert.match(lines[down + 3] ?? "", /^127\.0\.0\.1:\d{3,}$/);
  assert.match(lines[down + 4] ?? "", /^ {2}ok {4}reached: Plex/);
  assert.match(lines.at(-1) ?? "", /ok {4}notifications: the WebSocket opens/);
});

Deno.test("check says where to look if it does not know the cause", async () => {
  // Neither browsers nor fetch connect to this port.
  const { good, text } = await runCheck({ urls: () => "http://127.0.0.1:1" });
  assert.equal(good, false);
  assert.match(
    text,
    /FAIL {2}the request failed .*port 1.*Open \/identity of that address in a browser/,
  );
});

Deno.test("check reports two addresses of one server", async () => {
  const { good, text } = await runCheck({
    urls: ({ url }) => `${url},${url.replace("127.0.0.1", "localhost")}`,
  });
  assert.equal(good, false);
  assert.match(text, /the same server as 127\.0\.0\.1:\d+: remove one of the two/);
});
