/** The documents of the simulated plex.tv. */
import assert from "node:assert/strict";
import {
  pinResponse,
  plexTvError,
  resourcesResponse,
} from "../../../../src/simulator/plex_tv/responses.ts";
import type { AnyJson } from "../../../testing/simulator_client.ts";

Deno.test("a PIN has its lifetime by plex.tv's clock, and a token or null", () => {
  const createdAtMs = Date.UTC(2026, 10, 28);
  const pin = {
    id: 1,
    code: "AB12",
    clientIdentifier: "device",
    createdAtMs,
    expiresAtMs: createdAtMs + 900_000,
  };
  const { status, body } = pinResponse(201, pin, createdAtMs + 1, 3_600_000);
  const { authToken, code, createdAt, expiresAt, expiresIn }: AnyJson = body;
  assert.deepEqual([status, code, authToken, expiresIn], [201, "AB12", null, 899]);
  assert.deepEqual([createdAt, expiresAt], [
    "2026-11-28T01:00:00.000Z",
    "2026-11-28T01:15:00.000Z",
  ]);
  const claimed: AnyJson = pinResponse(200, { ...pin, authToken: "x" }, createdAtMs + 1e9, 0).body;
  assert.deepEqual([claimed.authToken, claimed.expiresIn], ["x", 0]);
});

Deno.test("a device has the fields that plex.tv gives, with the scheme and family of its addresses", () => {
  const connections = [
    { address: "192.168.1.2", port: 32400, uri: "https://a.plex.direct:32400", local: true },
    { address: "fd00::1", port: 32400, uri: "http://[fd00::1]:32400", local: true, relay: true },
  ];
  const [device]: AnyJson =
    resourcesResponse([{ name: "attic", clientIdentifier: "id", connections }]).body;
  assert.deepEqual(
    [device.provides, device.owned, device.presence, device.accessToken, device.sourceTitle],
    ["server", true, true, null, null],
  );
  assert.deepEqual(
    device.connections.map(({ IPv6, protocol, relay }: AnyJson) => [protocol, relay, IPv6]),
    [["https", false, false], ["http", true, true]],
  );
});

Deno.test("an error has plex.tv's form with its status", () => {
  assert.deepEqual(plexTvError(401), {
    status: 401,
    body: { errors: [{ code: 1001, message: "User could not be authenticated", status: 401 }] },
  });
  const { body }: AnyJson = plexTvError(503);
  assert.equal(body.errors[0].status, 503);
});
