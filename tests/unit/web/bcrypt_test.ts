/** Comparing passwords with hashes in the worker. */
import assert from "node:assert/strict";
import { hashSync } from "bcryptjs";
import { openBcrypt } from "../../../src/web/bcrypt.ts";

const HASH = hashSync("secret", 4);

Deno.test("Bcrypt.compare accepts only the right password, for each format of a hash", async () => {
  const bcrypt = openBcrypt();
  for (const prefix of ["$2a$", "$2b$", "$2y$"]) {
    const hash = HASH.replace(/^\$2.\$/, prefix);
    assert.equal(await bcrypt.compare("secret", hash), true, prefix);
    for (const wrong of ["", "Secret", "secret ", "sécret"]) {
      assert.equal(await bcrypt.compare(wrong, hash), false, wrong);
    }
  }
  assert.equal(await bcrypt.compare("ünïcødé", hashSync("ünïcødé", 4)), true);
  bcrypt.close();
});

Deno.test("Bcrypt.compare agrees with the hash that htpasswd made of a known password", async () => {
  // "fakepassword", from the sources of exporter-toolkit.
  const hash = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";
  const bcrypt = openBcrypt();
  assert.equal(await bcrypt.compare("fakepassword", hash), true);
  bcrypt.close();
});

Deno.test("Bcrypt.compare does not block this thread", async () => {
  const bcrypt = openBcrypt();
  let turns = 0;
  const timer = setInterval(() => turns += 1, 1);
  // Cost 13 occupies a thread for half a second or more.
  const hash = HASH.replace("$04$", "$13$");
  assert.deepEqual(await Promise.all([bcrypt.compare("a", hash), bcrypt.compare("b", hash)]), [
    false,
    false,
  ]);
  clearInterval(timer);
  bcrypt.close();
  assert.ok(turns > 100, `this thread had ${turns} turns during two checks`);
});

Deno.test("Bcrypt.compare rejects if the worker fails, and continues with the next comparison", async () => {
  const bcrypt = openBcrypt();
  // A hash that is no string makes the library throw.
  const failing = bcrypt.compare("a", 1 as unknown as string);
  const next = bcrypt.compare("secret", HASH);
  await assert.rejects(failing, /Cannot check a password/);
  assert.equal(await next, true);
  bcrypt.close();
});

Deno.test("Bcrypt.close rejects the current comparison and those that wait", async () => {
  const bcrypt = openBcrypt();
  const hash = HASH.replace("$04$", "$16$");
  const checks = [bcrypt.compare("a", hash), bcrypt.compare("b", hash)];
  bcrypt.close();
  bcrypt.close();
  for (const check of checks) await assert.rejects(check, /stopping/);
});
