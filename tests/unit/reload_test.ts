/** Reloading files that change while the exporter runs. */
import assert from "node:assert/strict";
import { readConfig } from "../../src/config/mod.ts";
import type { OpenLog } from "../../src/log/mod.ts";
import { createTokenStore, watchFiles } from "../../src/reload.ts";
import { makeAuthority } from "../testing/certificates.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { recordingLog } from "../testing/recording_log.ts";

const INTERVAL_MS = 10_000;
const { cert: FIRST } = await makeAuthority();
const { cert: SECOND } = await makeAuthority();

/** A configuration on files that the test changes, with a log that is recorded. */
function setUp(variables: Record<string, string>, files: Record<string, string>) {
  const readText = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error("No such file or directory");
    return text;
  };
  const all: Record<string, string> = { PLEX_SERVER: "http://a,http://b", ...variables };
  const { value: config, problems } = readConfig({ environment: (name) => all[name], readText });
  assert.ok(config, problems?.join() ?? "");
  const recording = recordingLog();
  const redacted: string[] = [];
  const log: OpenLog = { ...recording, redact: (secret) => void redacted.push(secret) };
  const messages = () => recording.entries.map(({ level, message }) => `${level}: ${message}`);
  return { config, files, log, messages, readText, redacted };
}

/** The files of a configuration under watch; `applied` are the web configurations in force. */
async function watched(
  context: ReturnType<typeof setUp>,
  run: (clock: DrivenClock, caCerts: () => readonly string[], applied: boolean[]) => Promise<void>,
): Promise<void> {
  const clock = new DrivenClock(0);
  const end = new AbortController();
  const applied: boolean[] = [];
  const files = watchFiles({
    ...context,
    clock,
    signal: end.signal,
    webChanged: (_web, certificateChanged) => void applied.push(certificateChanged),
  });
  await run(clock, files.caCerts, applied);
  end.abort();
  await files.done;
}

Deno.test("createTokenStore() reads the file again when a token is rejected, and redacts the new one", () => {
  const context = setUp({ PLEX_TOKEN_FILE: "/token" }, { "/token": "first" });
  const store = createTokenStore(context);
  assert.equal(store.renew(0, "first"), false, "the file has not changed");
  context.files["/token"] = "second";
  assert.equal(store.renew(0, "first"), true);
  assert.deepEqual([store.token(0), store.token(1)], ["second", "second"]);
  assert.equal(store.renew(1, "first"), true, "the rejection of another server has reloaded it");
  assert.deepEqual(new Set(context.redacted), new Set(["first", "second"]));
  assert.deepEqual(context.messages(), ["info: Reloaded the token file: it contains a new token"]);
});

Deno.test("createTokenStore() keeps its tokens while the file is unusable, and warns once per problem", () => {
  const context = setUp({ PLEX_TOKEN_FILE: "/token" }, { "/token": "first" });
  const store = createTokenStore(context);
  context.files["/token"] = "";
  assert.equal(store.renew(0, "first"), false);
  assert.equal(store.renew(0, "first"), false);
  assert.equal(store.token(0), "first");
  assert.equal(context.messages().length, 1);
  delete context.files["/token"];
  assert.equal(store.renew(0, "first"), false);
  assert.equal(context.messages().length, 2, "another problem");
});

Deno.test("createTokenStore() redacts a new token of another server than the one that was rejected", () => {
  const context = setUp({ PLEX_TOKEN_FILE: "/token" }, { "/token": "first,second" });
  const store = createTokenStore(context);
  context.files["/token"] = "first,third";
  assert.equal(store.renew(0, "first"), false);
  assert.equal(store.token(1), "third");
  assert.deepEqual(new Set(context.redacted), new Set(["first", "second", "third"]));
});

Deno.test("createTokenStore() has no other token without a file", () => {
  const store = createTokenStore(setUp({ PLEX_TOKEN: "one,two" }, {}));
  assert.deepEqual([store.token(0), store.token(1), store.token(2)], ["one", "two", ""]);
  assert.equal(store.renew(1, "two"), false);
});

Deno.test("watchFiles() applies a changed certificate authority within ten seconds", async () => {
  const context = setUp({ PLEX_TOKEN: "t", PLEX_CA_FILE: "/ca.pem" }, { "/ca.pem": FIRST });
  await watched(context, async (clock, caCerts) => {
    await clock.advance(INTERVAL_MS);
    assert.deepEqual(caCerts(), [FIRST.trim()]);
    assert.deepEqual(context.messages(), [], "the file has not changed");
    context.files["/ca.pem"] = SECOND;
    await clock.advance(INTERVAL_MS - 1);
    assert.deepEqual(caCerts(), [FIRST.trim()]);
    await clock.advance(1);
    assert.deepEqual(caCerts(), [SECOND.trim()]);
    assert.deepEqual(context.messages(), ["info: Reloaded PLEX_CA_FILE"]);
  });
});

Deno.test("watchFiles() keeps the previous content of a file that becomes invalid, and logs it once", async () => {
  const context = setUp({ PLEX_TOKEN: "t", PLEX_CA_FILE: "/ca.pem" }, { "/ca.pem": FIRST });
  await watched(context, async (clock, caCerts) => {
    context.files["/ca.pem"] = "nothing";
    await clock.advance(3 * INTERVAL_MS);
    assert.deepEqual(caCerts(), [FIRST.trim()]);
    assert.deepEqual(context.messages(), [
      "error: A changed file cannot be used; the previous content stays in force",
    ]);
    context.files["/ca.pem"] = SECOND;
    await clock.advance(INTERVAL_MS);
    assert.deepEqual(caCerts(), [SECOND.trim()]);
    assert.equal(context.messages().at(-1), "info: Reloaded PLEX_CA_FILE");
  });
});

Deno.test("watchFiles() applies changed users and headers without a new certificate", async () => {
  const hash = `$2b$10$${"a".repeat(53)}`;
  const context = setUp({ PLEX_TOKEN: "t", WEB_CONFIG_FILE: "/web.yml" }, { "/web.yml": "{}" });
  await watched(context, async (clock, _caCerts, applied) => {
    await clock.advance(INTERVAL_MS);
    assert.deepEqual(applied, []);
    context.files["/web.yml"] = `basic_auth_users: { alice: "${hash}" }`;
    await clock.advance(2 * INTERVAL_MS);
    assert.deepEqual(applied, [false]);
  });
});
