import assert from "node:assert/strict";
import fc from "fast-check";
import { tokenExpiresAt } from "../../../src/plex/token.ts";
import { jwt } from "../../testing/jwt.ts";
import { TOKEN } from "../../testing/plex_fixture.ts";

Deno.test("tokenExpiresAt reads the expiry of a JWT", () => {
  assert.equal(tokenExpiresAt(jwt({ exp: 1_800_000_000 })), 1_800_000_000_000);
});

Deno.test("tokenExpiresAt returns nothing for a classic token, or a JWT without expiry", () => {
  for (
    const token of [
      TOKEN,
      "",
      "a.b.c",
      jwt({}),
      jwt({ exp: "soon" }),
      jwt({ exp: null }),
      jwt({ exp: 1e300 }),
    ]
  ) {
    assert.equal(tokenExpiresAt(token), undefined, token);
  }
});

Deno.test("tokenExpiresAt never throws", () => {
  fc.assert(fc.property(fc.string(), fc.string(), fc.string(), (header, payload, signature) => {
    tokenExpiresAt(`${header}.${payload}.${signature}`);
  }));
});
