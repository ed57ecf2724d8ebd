/** Secrets that are printed by accident. */
import assert from "node:assert/strict";
import { Secret } from "../../../src/config/mod.ts";
import { accept, token } from "../../testing/config.ts";

Deno.test("Secret is not shown when a configuration is printed", () => {
  const config = accept({});
  const shown = [
    JSON.stringify(config),
    String(config),
    Deno.inspect(config, { depth: 10, showHidden: true }),
    `${config.servers[0]?.token}`,
    JSON.stringify(structuredClone({ ...config.servers[0]?.token })),
  ];
  for (const text of shown) assert.ok(!text.includes(token), text);
  assert.equal(Deno.inspect(new Secret(token)), "[redacted]");
  assert.equal(JSON.stringify({ token: new Secret(token) }), '{"token":"[redacted]"}');
});
