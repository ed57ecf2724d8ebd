/** Which address of a server is the best. */
import assert from "node:assert/strict";
import {
  type Address,
  addressesOf,
  chooseAddress,
  type Probe,
} from "../../../src/login/addresses.ts";

const LOCAL_HTTPS: Address = { url: "https://a.plex.direct:1", isLocal: true, isSecure: true };
const LOCAL_HTTP: Address = { url: "http://192.168.1.2:1", isLocal: true, isSecure: false };
const REMOTE_HTTPS: Address = { url: "https://b.plex.direct:1", isLocal: false, isSecure: true };
const REMOTE_HTTP: Address = { url: "http://203.0.113.1:1", isLocal: false, isSecure: false };

function answers(address: Address, durationMs = 10): Probe {
  return { address, answers: true, durationMs };
}

function fails(address: Address): Probe {
  return { address, answers: false, reason: "connection refused" };
}

Deno.test("local addresses are also tried by plain HTTP, others only as plex.tv lists them", () => {
  const addresses = addressesOf({
    connections: [
      { url: REMOTE_HTTPS.url, plainUrl: REMOTE_HTTP.url, isLocal: false },
      { url: LOCAL_HTTPS.url, plainUrl: LOCAL_HTTP.url, isLocal: true },
      // The same once more, and one that is plain already.
      { url: LOCAL_HTTP.url, plainUrl: LOCAL_HTTP.url, isLocal: true },
      { url: "https://c.plex.direct:1", plainUrl: undefined, isLocal: true },
    ],
  });
  assert.deepEqual(addresses, [
    LOCAL_HTTPS,
    { ...LOCAL_HTTPS, url: "https://c.plex.direct:1" },
    LOCAL_HTTP,
    REMOTE_HTTPS,
  ]);
});

Deno.test("the best address is local, then secure, then the fastest", () => {
  const all = [REMOTE_HTTP, REMOTE_HTTPS, LOCAL_HTTP, LOCAL_HTTPS];
  for (let count = all.length; count > 0; count -= 1) {
    const probes = all.slice(0, count).map((address, index) => answers(address, index));
    assert.equal(chooseAddress(probes)?.address, all[count - 1]);
  }
  const other = { ...LOCAL_HTTPS, url: "https://c.plex.direct:1" };
  const probes = [answers(LOCAL_HTTPS, 30), answers(other, 20), answers(LOCAL_HTTP, 1)];
  assert.equal(chooseAddress(probes)?.address, other);
});

Deno.test("an address that does not answer is chosen only if none does", () => {
  const some = chooseAddress([fails(LOCAL_HTTPS), fails(LOCAL_HTTP), answers(REMOTE_HTTPS)]);
  assert.deepEqual([some?.address, some?.answers], [REMOTE_HTTPS, true]);
  const none = chooseAddress([fails(LOCAL_HTTPS), fails(REMOTE_HTTPS)]);
  assert.deepEqual([none?.address, none?.answers], [LOCAL_HTTPS, false]);
  assert.equal(chooseAddress([]), undefined);
});

Deno.test("a choice that is not local and secure has a reason", () => {
  const why = (address: Address) => chooseAddress([answers(address)])?.why;
  assert.equal(why(LOCAL_HTTPS), undefined);
  assert.match(
    why(LOCAL_HTTP) ?? "",
    /^plain HTTP, because no local HTTPS address answers.*plex\.direct/,
  );
  assert.match(why(REMOTE_HTTPS) ?? "", /^an address on the internet, because no local address/);
  assert.match(
    why(REMOTE_HTTP) ?? "",
    /^an address on the internet by plain HTTP, which lets anyone .*, because no local address/,
  );
});
