/** Proxies that the environment names. */
import assert from "node:assert/strict";
import { clearProxyVariables } from "../../src/proxies.ts";

Deno.test("clearProxyVariables() unsets proxy variables, and names each that was set without its value", () => {
  const environment = new Map([
    ["HTTPS_PROXY", "http://user:secret@proxy.example"],
    ["all_proxy", "socks5://proxy.example"],
    ["HTTP_PROXY", ""],
    ["NO_PROXY", "*"],
  ]);
  const warnings = clearProxyVariables({
    get: (name) => environment.get(name),
    delete: (name) => void environment.delete(name),
  });
  assert.equal(warnings.length, 2);
  assert.match(warnings[0] ?? "", /^HTTPS_PROXY has no effect: a proxy would see the token/);
  assert.match(warnings[1] ?? "", /^all_proxy has no effect/);
  assert.doesNotMatch(warnings.join(), /secret|socks/);
  assert.deepEqual([...environment.keys()], ["HTTP_PROXY", "NO_PROXY"]);
});
