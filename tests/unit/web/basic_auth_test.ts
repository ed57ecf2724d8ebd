/** Basic authentication, without a socket and without bcrypt. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type AuthConfig, basicAuth, parseCredentials } from "../../../src/web/basic_auth.ts";
import { recordingLog } from "../../testing/recording_log.ts";

/** A fake hash, which contains its password. */
const hashOf = (password: string) => `hash of ${password}`;

interface SetUp {
  readonly users?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly compare?: (password: string, hash: string) => Promise<boolean>;
}

function setUp({ users = { alice: hashOf("secret") }, headers = {}, compare }: SetUp = {}) {
  const compared: string[] = [];
  const log = recordingLog();
  let config: AuthConfig = { users: new Map(Object.entries(users)), headers };
  const handler = basicAuth({
    config: () => config,
    handler: ({ url }) =>
      Promise.resolve(new Response(`in at ${url}`, { headers: { "X": "own" } })),
    compare: (password, hash) => {
      compared.push(password);
      return compare?.(password, hash) ?? Promise.resolve(hash === hashOf(password));
    },
    log,
  });
  const ask = (credentials: string | undefined, path = "/metrics", client = "10.0.0.7") =>
    handler({
      method: "GET",
      url: `http://exporter${path}`,
      headers: new Headers(
        credentials === undefined ? {} : { "Authorization": basic(credentials) },
      ),
    }, { remoteAddr: { hostname: client } });
  return {
    ask,
    handler,
    compared,
    log,
    change: (next: Partial<AuthConfig>) => config = { ...config, ...next },
  };
}

function basic(credentials: string): string {
  return `Basic ${new TextEncoder().encode(credentials).toBase64()}`;
}

Deno.test("basicAuth accepts every request if there are no users", async () => {
  const { ask, compared } = setUp({ users: {} });
  assert.equal((await ask(undefined)).status, 200);
  assert.equal((await ask("any:body")).status, 200);
  assert.deepEqual(compared, []);
});

Deno.test("basicAuth accepts only requests with a valid password, on every path", async () => {
  const { ask } = setUp();
  for (const path of ["/metrics", "/", "/nothing", "/alerts.yml", "/dashboards/", "/healthz/"]) {
    assert.equal((await ask("alice:secret", path)).status, 200, path);
    const others = [undefined, "alice:wrong", "alice:", "bob:secret", "Alice:secret", ":secret"];
    for (const credentials of others) {
      const response = await ask(credentials, path);
      assert.equal(response.status, 401, `${credentials} at ${path}`);
      assert.match(response.headers.get("www-authenticate") ?? "", /^Basic realm="[^"]+"/);
      assert.doesNotMatch(await response.text(), /alice|bob|in at/);
    }
  }
});

Deno.test("basicAuth needs no password for /healthz however it is encoded, but for every other path", async () => {
  const { ask, compared } = setUp();
  for (const path of ["/healthz", "/healthz?a=b", "/%68ealthz"]) {
    assert.equal((await ask(undefined, path)).status, 200, path);
  }
  for (
    const path of ["/healthz/..", "/healthz/../metrics", "//healthz", "/healthz%2F", "/Healthz"]
  ) {
    assert.equal((await ask(undefined, path)).status, 401, path);
  }
  assert.deepEqual(compared, []);
});

Deno.test("basicAuth accepts the same credentials again without bcrypt", async () => {
  const { ask, compared } = setUp({ users: { alice: hashOf("secret"), bob: hashOf("other") } });
  for (let nth = 0; nth < 3; nth++) {
    assert.equal((await ask("alice:secret")).status, 200);
    assert.equal((await ask("bob:other")).status, 200);
  }
  assert.deepEqual(compared, ["secret", "other"]);
  assert.equal((await ask("alice:other")).status, 401);
  assert.equal((await ask("bob:secret")).status, 401);
  assert.equal((await ask("alice:secret")).status, 200);
  assert.deepEqual(compared, ["secret", "other", "other", "secret"]);
});

Deno.test("basicAuth does not cache credentials that were wrong", async () => {
  const { ask, compared } = setUp();
  for (let nth = 0; nth < 2; nth++) assert.equal((await ask("alice:wrong")).status, 401);
  assert.deepEqual(compared, ["wrong", "wrong"]);
});

Deno.test("basicAuth runs bcrypt for an unknown user as well, so that the time reveals nothing", async () => {
  const hashes: string[] = [];
  const { ask } = setUp({
    compare: (_, hash) => {
      hashes.push(hash);
      return Promise.resolve(true);
    },
  });
  for (let nth = 0; nth < 2; nth++) {
    assert.equal((await ask("nobody:secret")).status, 401, "also if the password matches");
  }
  assert.match(hashes[0] ?? "", /^\$2y\$10\$[./A-Za-z0-9]{53}$/);
  assert.equal(hashes.length, 2, "and it is not cached");
});

Deno.test("basicAuth drops cached credentials if the hash changes or the user is removed", async () => {
  const { ask, change } = setUp();
  assert.equal((await ask("alice:secret")).status, 200);
  change({ users: new Map([["alice", hashOf("new")]]) });
  assert.equal((await ask("alice:secret")).status, 401);
  assert.equal((await ask("alice:new")).status, 200);
  change({ users: new Map([["bob", hashOf("secret")]]) });
  assert.equal((await ask("alice:new")).status, 401);
});

Deno.test("basicAuth rejects a user that was removed while the password was checked", async () => {
  const check = Promise.withResolvers<boolean>();
  const { ask, change } = setUp({ compare: () => check.promise });
  const answer = ask("alice:secret");
  change({ users: new Map([["bob", hashOf("other")]]) });
  check.resolve(true);
  assert.equal((await answer).status, 401);
});

Deno.test("basicAuth runs one check for many simultaneous requests with the same credentials", async () => {
  const { ask, compared } = setUp();
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask("alice:secret")));
  assert.ok(answers.every(({ status }) => status === 200));
  assert.deepEqual(compared, ["secret"]);
});

Deno.test("basicAuth limits the pending checks of one client, so that others are served", async () => {
  const checks: (() => void)[] = [];
  const { ask } = setUp({
    compare: (password, hash) =>
      new Promise((resolve) => checks.push(() => resolve(hash === hashOf(password)))),
  });
  const flood = Array.from({ length: 100 }, (_, nth) => ask(`alice:${nth}`, "/", "10.6.6.6"));
  const legitimate = ask("alice:secret", "/metrics", "10.0.0.7");
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(checks.length, 5);
  checks.forEach((check) => check());
  assert.equal((await legitimate).status, 200);
  const statuses = (await Promise.all(flood)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 429).length, 96);
  assert.equal((await flood[4])?.headers.get("retry-after"), "5");
  const again = ask("alice:0", "/", "10.6.6.6");
  await new Promise((resolve) => setTimeout(resolve));
  checks.at(-1)?.();
  assert.equal((await again).status, 401, "later checks of the client are accepted");
});

Deno.test("basicAuth limits the pending checks to 64, and accepts cached credentials even then", async () => {
  const { ask, compared } = setUp({
    compare: (password) => password === "secret" ? Promise.resolve(true) : new Promise(() => {}),
  });
  assert.equal((await ask("alice:secret")).status, 200);
  for (let nth = 0; nth < 100; nth++) ask(`alice:${nth}`, "/", `10.1.1.${nth}`);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(compared.length, 65);
  assert.equal((await ask("alice:secret")).status, 200);
});

Deno.test("basicAuth sets the configured headers on every response, over its own", async () => {
  const { ask } = setUp({ headers: { "Strict-Transport-Security": "max-age=1", "X": "theirs" } });
  const requests = [["alice:secret", "/"], [undefined, "/"], [undefined, "/healthz"]] as const;
  for (const [credentials, path] of requests) {
    const { headers } = await ask(credentials, path);
    assert.equal(headers.get("strict-transport-security"), "max-age=1");
    assert.equal(headers.get("x"), "theirs");
  }
});

Deno.test("basicAuth answers 500 if a check fails, and logs no password", async () => {
  const { ask, log } = setUp({ compare: () => Promise.reject(new Error("no worker")) });
  const response = await ask("alice:secret");
  assert.equal(response.status, 500);
  assert.equal(await response.text(), "The exporter cannot answer this. Its log says why.\n");
  assert.equal(log.entries.length, 1);
  assert.ok(!JSON.stringify(log.entries).includes("secret"));
});

Deno.test("parseCredentials accepts the syntax of basic authentication only", () => {
  assert.deepEqual(parseCredentials(basic("alice:a:b")), { user: "alice", password: "a:b" });
  assert.deepEqual(parseCredentials(basic("älice:§")), { user: "älice", password: "§" });
  assert.deepEqual(parseCredentials("bAsIc   YTpi "), { user: "a", password: "b" });
  const none = [
    ...[null, "", "Basic", "Basic ", "Bearer YTpi", "Basic YTpi extra", "Basic *", "Basic YQ=="],
    ...[basic("no colon"), "Basic /w==", `Basic ${"YTpi".repeat(1000)}`, "YTpi"],
  ];
  for (const header of none) assert.equal(parseCredentials(header), undefined, String(header));
});

Deno.test("parseCredentials returns any credentials that were encoded, and never throws", () => {
  const part = fc.string({ unit: "grapheme", maxLength: 40 });
  fc.assert(fc.property(part, part, (name, password) => {
    const user = name.replaceAll(":", "");
    assert.deepEqual(parseCredentials(basic(`${user}:${password}`)), { user, password });
  }));
  fc.assert(fc.property(fc.string(), (text) => void parseCredentials(`Basic ${text}`)));
});
