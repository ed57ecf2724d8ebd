/** Why plex.tv or a server does not answer, for users. */
import assert from "node:assert/strict";
import { explainPlexTv, isTransient, shortReason } from "../../../src/login/problems.ts";
import { type Certificate, makeAuthority } from "../../testing/certificates.ts";

const NOW_MS = Date.UTC(2020, 0, 1);

/** An error as Deno's fetch throws it. */
function fetchError(text: string): Error {
  return new TypeError("fetch failed", { cause: new Error(`client error (Connect): ${text}`) });
}

function explain(text: string): string {
  return explainPlexTv({ kind: "error", error: fetchError(text) }, NOW_MS);
}

/** The error of a request to a server with this certificate, by a client that trusts an authority. */
async function tlsError(certificate: Certificate, caCerts: readonly string[]): Promise<unknown> {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {}, ...certificate },
    () => new Response(),
  );
  const client = Deno.createHttpClient({ caCerts: [...caCerts] });
  try {
    await fetch(`https://localhost:${server.addr.port}/`, { client });
  } catch (error) {
    return error;
  } finally {
    client.close();
    await server.shutdown();
  }
  throw new Error("The certificate was accepted");
}

Deno.test("a wrong clock is named when it makes plex.tv's certificate invalid", async () => {
  const authority = await makeAuthority();
  for (const options of [{ expired: true }, { early: true }]) {
    const error = await tlsError(await authority.issue(options), [authority.cert]);
    const sentence = explainPlexTv({ kind: "error", error }, NOW_MS);
    assert.match(
      sentence,
      /^The certificate of plex\.tv is not valid at the time of this machine, which is 2020-01-01T00:00:00\.000Z \(invalid peer certificate: .*not valid .*Z\)\. Set its clock/,
    );
    assert.doesNotMatch(sentence, /PLEX_CA_FILE|SKIP_TLS/);
  }
});

Deno.test("a certificate of another issuer is named, without the settings for Plex's certificate", async () => {
  const error = await tlsError(await (await makeAuthority()).issue(), []);
  const sentence = explainPlexTv({ kind: "error", error }, NOW_MS);
  assert.match(
    sentence,
    /^Cannot trust the certificate of plex\.tv \(invalid peer certificate: UnknownIssuer\): .*proxy/,
  );
  assert.doesNotMatch(sentence, /PLEX_CA_FILE|SKIP_TLS/);
  assert.equal(shortReason({ kind: "error", error }), "cannot trust the server's certificate");
});

Deno.test("without a network there is its reason, and no setting that is for Plex", () => {
  assert.match(
    explain("dns error: failed to lookup address information: Name or service not known"),
    /^Cannot reach plex\.tv \(Cannot resolve the host name\)\. Check/,
  );
  assert.doesNotMatch(
    explain("received corrupt message of type InvalidContentType"),
    /PLEX_SERVER/,
  );
});

Deno.test("only what may pass is tried again", () => {
  const status = (status: number) => isTransient({ kind: "status", status });
  assert.deepEqual([408, 429, 500, 503].map(status), [true, true, true, true]);
  assert.deepEqual([302, 400, 401, 404, 498].map(status), [false, false, false, false, false]);
  assert.ok(isTransient({ kind: "malformed" }));
  assert.ok(isTransient({ kind: "timeout", timeoutMs: 1 }));
  assert.match(explainPlexTv({ kind: "status", status: 498 }, NOW_MS), /signed this device out/);
});

Deno.test("the reason of an address is a few words", () => {
  assert.equal(shortReason({ kind: "timeout", timeoutMs: 5_000 }), "no answer within 5 s");
  assert.equal(shortReason({ kind: "malformed" }), "not Plex");
  assert.equal(shortReason({ kind: "status", status: 503 }), "status 503");
  const reason = (text: string) => shortReason({ kind: "error", error: fetchError(text) });
  assert.equal(
    reason("tcp connect error: Connection refused (os error 111)"),
    "connection refused",
  );
  assert.equal(
    reason("received corrupt message of type InvalidContentType"),
    "TLS handshake failed",
  );
});
