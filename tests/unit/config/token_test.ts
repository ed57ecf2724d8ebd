/** Tokens and the token file. */
import assert from "node:assert/strict";
import { readTokenFile } from "../../../src/config/mod.ts";
import { read, refuseOne, requiredSettings, token } from "../../testing/config.ts";

Deno.test("readTokens() rejects tokens that a header cannot carry, without repeating them", () => {
  const cases = [
    [`"${token}"`, /is in quotes/],
    [`‘${token}’`, /is in quotes/],
    [`<${token}>`, /quotes or brackets/],
    [`${token} ${token}`, /contains white space/],
    [`${token}\u0007x`, /cannot be sent in a header/],
    [`${token}ü`, /cannot be sent in a header/],
    [`X-Plex-Token=${token}`, /starts with the name X-Plex-Token/],
    [`http://plex:32400/?t=${token}`, /is a URL/],
    [`${token},,${token}`, /\(entry 2\) is empty; remove the extra comma/],
  ] as const;
  for (const [text, right] of cases) {
    const problem = refuseOne({ PLEX_TOKEN: text });
    assert.match(problem, right);
    assert.doesNotMatch(problem, /aBcDe/);
  }
});

Deno.test("readTokens() assigns one token to all servers, or one to each", () => {
  const PLEX_SERVER = "http://a,http://b";
  const tokensOf = (variables: Record<string, string>) => {
    const { value: config } = read({ PLEX_SERVER, ...variables });
    return config?.servers.map((server) => server.token.reveal());
  };
  assert.deepEqual(tokensOf({ PLEX_TOKEN: "one" }), ["one", "one"]);
  assert.deepEqual(tokensOf({ PLEX_TOKEN: "one, two" }), ["one", "two"]);
  assert.deepEqual(tokensOf({ PLEX_TOKEN_FILE: "/run/tokens" }), ["tokenOfOne", "tokenOfTwo"]);
  assert.match(refuseOne({ PLEX_SERVER, PLEX_TOKEN: "a,b,c" }), /^PLEX_TOKEN has 3 tokens for 2 /);
  assert.match(
    refuseOne({ PLEX_TOKEN: "a,b" }),
    /^PLEX_TOKEN has 2 tokens for 1 server; write one/,
  );
});

Deno.test("readTokens() takes the tokens from PLEX_TOKEN or PLEX_TOKEN_FILE, not from both", () => {
  const { PLEX_SERVER } = requiredSettings;
  const { value: config } = read({ PLEX_SERVER, PLEX_TOKEN_FILE: "/run/token" });
  assert.equal(config?.servers[0]?.token.reveal(), token);
  assert.equal(config?.tokenFile, "/run/token");
  assert.match(refuseOne({ PLEX_TOKEN_FILE: "/run/token" }), /both set; keep one of them/);
  const cases = [
    ["/run/none", /cannot read the file "\/run\/none": No such file/],
    ["/run/empty", /the file "\/run\/empty" is empty/],
    ["/run/broken", /^PLEX_TOKEN_FILE contains white space/],
    ["/run/tokens", /^PLEX_TOKEN_FILE has 2 tokens for 1 server/],
  ] as const;
  for (const [path, right] of cases) {
    const { problems = [] } = read({ PLEX_SERVER, PLEX_TOKEN_FILE: path });
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", right);
    assert.doesNotMatch(problems[0] ?? "", /aBcDe/);
  }
});

Deno.test("readTokenFile() returns the current content of the file", () => {
  let text = "first";
  const again = () => readTokenFile("/run/token", 2, () => text).value?.map((t) => t.reveal());
  assert.deepEqual(again(), ["first", "first"]);
  text = "second\nthird\n";
  assert.deepEqual(again(), ["second", "third"]);
  text = "";
  assert.equal(again(), undefined);
});
