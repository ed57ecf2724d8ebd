/** The wire format of plex.tv. */
import assert from "node:assert/strict";
import { parsePin, parseServers } from "../../../src/login/schema.ts";

const PIN = { id: 564964751, code: "ab12", expiresIn: 899, authToken: null };
const TIMES = { createdAt: "2026-11-28T00:56:17.247Z", expiresAt: "2026-11-28T01:26:17.247Z" };

Deno.test("a PIN has an id, a code and a lifetime, and a token once it is claimed", () => {
  assert.deepEqual(parsePin(PIN), {
    id: "564964751",
    code: "AB12",
    lifetimeMs: 899_000,
    token: undefined,
  });
  assert.equal(parsePin({ ...PIN, authToken: "abc-_.DEF" })?.token?.reveal(), "abc-_.DEF");
});

Deno.test("the lifetime of a PIN is known without expiresIn, and bounded", () => {
  const { expiresIn: _, ...pin } = PIN;
  assert.equal(parsePin({ ...pin, ...TIMES })?.lifetimeMs, 30 * 60_000);
  assert.equal(parsePin({ ...pin, expiresAt: "soon" })?.lifetimeMs, 15 * 60_000);
  assert.equal(parsePin(pin)?.lifetimeMs, 15 * 60_000);
  assert.equal(parsePin({ ...pin, expiresIn: 1e9 })?.lifetimeMs, 60 * 60_000);
});

Deno.test("parsePin() rejects other bodies, and codes and ids that are unsafe to print or request", () => {
  for (
    const body of [
      undefined,
      null,
      [],
      "",
      {},
      { errors: [{ code: 1001 }] },
      { ...PIN, id: "../../x" },
      { ...PIN, code: "\u001b[2J" },
      { ...PIN, code: "" },
    ]
  ) assert.equal(parsePin(body), undefined, JSON.stringify(body));
  // A token that would begin another line of a file, or another setting.
  for (const authToken of ["a\nB=c", "a b", "a,b", "", 'a"', "a#b"]) {
    assert.equal(parsePin({ ...PIN, authToken })?.token, undefined, authToken);
  }
});

const CONNECTION = {
  protocol: "https",
  address: "192.168.1.10",
  port: 32400,
  uri: "https://192-168-1-10.0123.plex.direct:32400",
  local: true,
  relay: false,
};
const SERVER = {
  name: "attic",
  productVersion: "1.43.3",
  clientIdentifier: "id",
  provides: "server",
  owned: true,
  accessToken: "abc",
  connections: [CONNECTION],
};

Deno.test("servers are read from the devices, own ones first", () => {
  const servers = parseServers([
    { ...SERVER, name: "friend", owned: false, sourceTitle: "bob" },
    { ...SERVER, name: "phone", provides: "client,player" },
    { ...SERVER, name: "observer", provides: "server-observer" },
    { ...SERVER, name: "cabin", provides: "client, server", owned: 1 },
    SERVER,
    { ...SERVER, name: "without an id", clientIdentifier: undefined },
    "not a device",
  ]);
  assert.deepEqual(
    servers?.map(({ isOwned, name, owner }) => [name, isOwned, owner]),
    [["cabin", true, undefined], ["attic", true, undefined], ["friend", false, "bob"]],
  );
  assert.deepEqual(servers?.[1]?.connections, [{
    url: "https://192-168-1-10.0123.plex.direct:32400",
    plainUrl: "http://192.168.1.10:32400",
    isLocal: true,
  }]);
  assert.deepEqual(parseServers([]), []);
  for (const body of [undefined, {}, "x", { MediaContainer: {} }]) {
    assert.equal(parseServers(body), undefined);
  }
});

Deno.test("only addresses that PLEX_SERVER accepts are kept, and no relay", () => {
  const urls = (connection: object) =>
    parseServers([{ ...SERVER, connections: [{ ...CONNECTION, ...connection }] }])?.[0]?.connections
      .map(({ plainUrl, url }) => [url, plainUrl]);
  assert.deepEqual(urls({ relay: true }), []);
  for (const uri of ["", "ftp://a", "https://a,b", "https://a/b,c", "a\nPLEX_TOKEN=x"]) {
    assert.deepEqual(urls({ uri }), [], uri);
  }
  assert.deepEqual(
    urls({ uri: "https://user:pass@plex.example:443/plex/?a=b", address: undefined }),
    [
      ["https://plex.example/plex", undefined],
    ],
  );
  assert.deepEqual(urls({ uri: "http://[fd00::1]:32400", address: "fd00::1" }), [
    ["http://[fd00::1]:32400", "http://[fd00::1]:32400"],
  ]);
});

Deno.test("names lose control characters, and have a length", () => {
  const [server] =
    parseServers([{ ...SERVER, name: "\u001b[31m\nx".repeat(99), productVersion: "" }]) ??
      [];
  assert.match(server?.name ?? "", /^\[31mx/);
  assert.equal(server?.name.length, 80);
  assert.equal(server?.version, "unknown version");
  assert.equal(parseServers([{ ...SERVER, name: " " }])?.[0]?.name, "a server without a name");
});
