/** Why plex.tv or a server does not answer, for users. */
import assert from "node:assert/strict";
import { explainPlexTv, mayPass, shortReason } from "../../../src/login/problems.ts";

const NOW_MS = Date.UTC(2020, 0, 1);

/** An error as Deno's fetch throws it. */
function fetchError(text: string): Error {
  return new TypeError("fetch failed", { cause: new Error(`client error (Connect): ${text}`) });
}

function explain(text: string): string {
  return explainPlexTv({ kind: "error", error: fetchError(text) }, NOW_MS);
}

Deno.test("a clock that is wrong is named when it makes plex.tv's certificate invalid", () => {
  for (
    const text of [
      "invalid peer certificate: certificate not valid yet: verification time 1577836800 (UNIX), " +
      "but certificate is not valid before 1761955200 (1 year in the future)",
      "invalid peer certificate: Expired",
    ]
  ) {
    const sentence = explain(text);
    assert.match(
      sentence,
      /^The certificate of plex\.tv is not valid at the time of this machine, /,
    );
    assert.match(
      sentence,
      /which is 2020-01-01T00:00:00\.000Z \(invalid peer certificate: .*\)\. Set its clock/,
    );
    assert.doesNotMatch(sentence, /PLEX_CA_FILE|SKIP_TLS/);
  }
});

Deno.test("a certificate of somebody else is named as what it is, without settings that are for Plex", () => {
  const sentence = explain("invalid peer certificate: UnknownIssuer");
  assert.match(
    sentence,
    /^Cannot trust the certificate of plex\.tv \(invalid peer certificate: UnknownIssuer\): .*proxy/,
  );
  assert.doesNotMatch(sentence, /PLEX_CA_FILE|SKIP_TLS/);
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
  const status = (status: number) => mayPass({ kind: "status", status });
  assert.deepEqual([408, 429, 500, 503].map(status), [true, true, true, true]);
  assert.deepEqual([302, 400, 401, 404, 498].map(status), [false, false, false, false, false]);
  assert.ok(mayPass({ kind: "malformed" }));
  assert.ok(mayPass({ kind: "timeout", timeoutMs: 1 }));
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
  assert.equal(
    reason("invalid peer certificate: UnknownIssuer"),
    "cannot trust the server's certificate",
  );
});
