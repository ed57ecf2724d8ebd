/** Addresses for display and for URLs. */
import assert from "node:assert/strict";
import { clientText, listenText, localUrl } from "../../../src/web/address.ts";

Deno.test("localUrl is the loopback address if the server listens on all addresses, else its address", () => {
  for (const all of [undefined, "", "::", "0.0.0.0"]) {
    assert.equal(localUrl(all, 9000), "http://127.0.0.1:9000");
  }
  assert.equal(localUrl("192.168.1.5", 80), "http://192.168.1.5:80");
  assert.equal(localUrl("::1", 9000), "http://[::1]:9000");
  assert.equal(localUrl("[::1]", 9000), "http://[::1]:9000");
  assert.equal(localUrl("media.lan", 9000), "http://media.lan:9000");
});

Deno.test("listenText is host:port, as in LISTEN_ADDRESS", () => {
  assert.equal(listenText(undefined, 9000), ":9000");
  assert.equal(listenText("127.0.0.1", 0), "127.0.0.1:0");
  assert.equal(listenText("::1", 9000), "[::1]:9000");
});

Deno.test("clientText shows an IPv4 client as such and others as they are", () => {
  assert.equal(clientText("::ffff:172.18.0.4"), "172.18.0.4");
  assert.equal(clientText("172.18.0.4"), "172.18.0.4");
  assert.equal(clientText("fd00::ffff:1"), "fd00::ffff:1");
  assert.equal(clientText("::1"), "::1");
});
