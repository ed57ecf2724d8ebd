/** The value of LISTEN_ADDRESS. */
import assert from "node:assert/strict";
import { accept, refuseOne } from "../../testing/config.ts";

Deno.test("listenAddress parses host and port, or explains how to write them", () => {
  const listen = (text: string) => accept({ LISTEN_ADDRESS: text }).listen;
  assert.deepEqual(listen(":9000"), { hostname: undefined, port: 9000 });
  assert.deepEqual(listen("127.0.0.1:0"), { hostname: "127.0.0.1", port: 0 });
  assert.deepEqual(listen("[::1]:9000"), { hostname: "::1", port: 9000 });
  assert.deepEqual(listen("localhost:80"), { hostname: "localhost", port: 80 });
  const cases = [
    ["9000", /a port alone needs a colon: ":9000"/],
    ["localhost", /write host:port/],
    ["::1:9000", /an IPv6 address needs brackets: "\[::1\]:9000"/],
    [":65536", /has port 65536; write one from 0 to 65535/],
    ["http://localhost:9000", /without a scheme or a path/],
    ["[nonsense]:9000", /neither a host name nor an address/],
    ["a b:9000", /write host:port/],
  ] as const;
  for (const [text, right] of cases) assert.match(refuseOne({ LISTEN_ADDRESS: text }), right, text);
});
