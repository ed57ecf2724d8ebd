/** Which servers are set, at which addresses, with which tokens. */
import assert from "node:assert/strict";
import { Secret } from "../../../src/config/mod.ts";
import type { Probe } from "../../../src/login/addresses.ts";
import { planSettings } from "../../../src/login/plan.ts";
import { LoginError } from "../../../src/login/problems.ts";
import type { AccountServer } from "../../../src/login/schema.ts";
import { jwt } from "../../testing/jwt.ts";

const ACCOUNT = new Secret("account-token");

type Probed = readonly [AccountServer, readonly Probe[]];

/** A server that answers by HTTPS at an address with its name, with a token with its name. */
function server(
  name: string,
  more: Partial<AccountServer> = {},
  probes?: readonly Probe[],
): Probed {
  const url = `https://${name}.example:32400`;
  const account: AccountServer = {
    name,
    id: name,
    version: "1.43",
    isOwned: true,
    owner: undefined,
    token: new Secret(`token-of-${name}`),
    connections: [{ url, plainUrl: undefined, isLocal: true }],
    ...more,
  };
  const address = { url, isLocal: true, isSecure: true };
  return [account, probes ?? [{ address, answers: true, durationMs: 1 }]];
}

function down(name: string, more: Partial<AccountServer> = {}): Probed {
  const address = { url: `https://${name}.example:32400`, isLocal: true, isSecure: true };
  return server(name, more, [{ address, answers: false, reason: "timeout" }]);
}

Deno.test("a server that answers has two lines and no note", () => {
  assert.deepEqual(planSettings([server("attic")], ACCOUNT), {
    names: ["attic"],
    settings: "PLEX_SERVER=https://attic.example:32400\nPLEX_TOKEN=token-of-attic\n",
    notes: [],
    good: true,
  });
});

Deno.test("servers that do not answer are left out, unless none answers", () => {
  const some = planSettings([down("attic"), server("cabin")], ACCOUNT);
  assert.deepEqual([some.names, some.good], [["cabin"], true]);
  assert.match(some.notes.join(), /^attic is left out/);
  const none = planSettings([down("attic"), down("cabin")], ACCOUNT);
  assert.deepEqual([none.names, none.good], [["attic", "cabin"], false]);
  assert.match(none.notes.join(), /^No address of attic, cabin answers from here/);
  assert.match(none.settings, /^PLEX_TOKEN=token-of-attic,token-of-cabin$/m);
});

Deno.test("a shared server without a token of its own is left out, though it answers", () => {
  const shared = { isOwned: false, owner: "bram", token: undefined };
  const some = planSettings(
    [server("attic", shared), server("cabin", { isOwned: false })],
    ACCOUNT,
  );
  assert.deepEqual(some.names, ["cabin"]);
  assert.match(some.notes.join("\n"), /^attic is left out: plex\.tv sends no token for it$/m);
  assert.throws(
    () => planSettings([server("attic", shared)], ACCOUNT),
    (error) => error instanceof LoginError && /sends no token for attic/.test(error.message),
  );
});

Deno.test("of two servers with the same name, only the one that answers is set", () => {
  const plan = planSettings([down("attic"), server("attic")], ACCOUNT);
  assert.deepEqual(plan.names, ["attic"]);
  assert.match(plan.notes.join(), /^attic is left out/);
});

Deno.test("the token of the account is for own servers only", () => {
  const own = planSettings([server("attic", { token: undefined })], ACCOUNT);
  assert.match(own.settings, /^PLEX_TOKEN=account-token$/m);
  const shared = { isOwned: false, token: undefined };
  assert.throws(() => planSettings([server("friend", shared)], ACCOUNT), LoginError);
  const plan = planSettings(
    [server("friend", shared), server("uncle", { isOwned: false })],
    ACCOUNT,
  );
  assert.deepEqual([plan.names, plan.good], [["uncle"], false]);
  assert.ok(!plan.settings.includes("account-token"));
});

Deno.test("a token that expires is noted", () => {
  const token = new Secret(jwt({ exp: Date.UTC(2026, 11, 1) / 1000 }));
  const { notes } = planSettings([server("attic", { token })], ACCOUNT);
  assert.deepEqual(notes, [
    "The token expires at 2026-12-01T00:00:00.000Z, and the exporter does not renew it",
  ]);
});
