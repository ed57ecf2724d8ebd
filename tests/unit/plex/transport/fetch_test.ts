import assert from "node:assert/strict";
import type { TransportOptions } from "../../../../src/plex/transport/mod.ts";
import { makeAuthority } from "../../../testing/certificates.ts";
import { withClient, withServer } from "../../../testing/plex_fixture.ts";

const IDENTITY = { MediaContainer: { machineIdentifier: "m", version: "1" } };
const AUTHORITY = await makeAuthority();

Deno.test("fetchTransport trusts another CA from the next connection on", async () => {
  const other = await makeAuthority();
  let trusted = [other.cert];
  const options: TransportOptions = { caCerts: () => trusted };
  await withServer(() => Response.json(IDENTITY), (url) =>
    withClient(url, async (client) => {
      const refused = await client.identity();
      assert.match(refused.ok ? "" : refused.detail, /UnknownIssuer/);
      trusted = [AUTHORITY.cert];
      assert.ok((await client.identity()).ok);
      trusted = [other.cert];
      assert.ok(!(await client.identity()).ok, "the trusted connection is not reused");
      trusted = ["-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----"];
      assert.ok(!(await client.identity()).ok, "a malformed CA fails only the request");
    }, options), await AUTHORITY.issue());
});

Deno.test("fetchTransport lets pending requests continue when the CA changes", async () => {
  let trusted = [AUTHORITY.cert];
  const requested = Promise.withResolvers<void>();
  const slow = Promise.withResolvers<Response>();
  await withServer((request) => {
    if (new URL(request.url).pathname !== "/identity") return Response.json(IDENTITY);
    requested.resolve();
    return slow.promise;
  }, (url) =>
    withClient(url, async (client) => {
      const first = client.identity();
      await requested.promise;
      trusted = [AUTHORITY.cert, (await makeAuthority()).cert];
      await client.activities();
      slow.resolve(Response.json(IDENTITY));
      assert.ok((await first).ok);
    }, { caCerts: () => trusted }), await AUTHORITY.issue());
});
