/** The tokens of a simulated server. */
import assert from "node:assert/strict";
import { refusalOf, Tokens } from "../../../src/simulator/tokens.ts";

Deno.test("a token is the owner's, the guest's or nobody's", () => {
  const tokens = new Tokens();
  const { owner, guest } = tokens;
  const roles = () => [owner, guest, "wrong", undefined].map((token) => tokens.roleOf(token));
  assert.deepEqual(roles(), ["owner", "guest", "none", "none"]);
  tokens.revoke();
  assert.deepEqual(roles(), ["none", "guest", "none", "none"]);
  tokens.restore();
  assert.deepEqual(roles(), ["owner", "guest", "none", "none"]);
});

Deno.test("a new token of the owner ends the one before", () => {
  const tokens = new Tokens();
  const before = tokens.owner;
  tokens.issue("another-token");
  assert.deepEqual([tokens.roleOf(before), tokens.roleOf(tokens.owner)], ["none", "owner"]);
});

Deno.test("only a valid token that is not the owner's is forbidden, and only since 1.41.7", () => {
  for (
    const [version, status] of [
      ["1.9.9.1-a", 401],
      ["1.41.6.9999-a", 401],
      ["1.41.7.1-a", 403],
      ["1.41.10.1-a", 403],
      ["1.42.0.1-a", 403],
      ["2.0.0.1-a", 403],
    ] as const
  ) {
    assert.equal(refusalOf("guest", version), status, version);
    assert.equal(refusalOf("none", version), 401, version);
  }
});
