/** What is said of a certificate that is not trusted, in each of the tongues it is told in. */
import assert from "node:assert/strict";
import { certificateHint, stripTimestamps } from "../../../src/plex/tls_errors.ts";

Deno.test("adviseOnCertificate names the setting that helps, for what rustls and Node say", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["invalid peer certificate: UnknownIssuer", /nobody known.*PLEX_CA_FILE.*SKIP_TLS/],
    ["self signed certificate DEPTH_ZERO_SELF_SIGNED_CERT", /nobody known.*PLEX_CA_FILE/],
    ["unable to verify the first certificate UNABLE_TO_VERIFY_LEAF_SIGNATURE", /PLEX_CA_FILE/],
    [
      'invalid peer certificate: certificate not valid for name "a"; certificate is only valid ' +
      'for DnsName("b")',
      /another name.*PLEX_SERVER/,
    ],
    [
      "invalid peer certificate: certificate not valid for any names",
      /names no server.*subjectAlt/,
    ],
    ["Hostname does not match certificate's altnames ERR_TLS_CERT_ALTNAME_INVALID", /PLEX_SERVER/],
    ["invalid peer certificate: Expired", /time is over.*renewed.*SKIP_TLS/],
    ["certificate has expired CERT_HAS_EXPIRED", /time is over/],
    ["invalid peer certificate: NotValidYet", /not come.*clocks/],
    ["invalid peer certificate: certificate not valid yet: verification time", /clocks/],
    ["invalid peer certificate: Revoked", /revoked/],
    ["invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))", /SKIP_TLS.*CA:FALSE/],
    ["invalid peer certificate: BadEncoding", /PLEX_CA_FILE/],
  ];
  for (const [text, advice] of cases) assert.match(certificateHint(text) ?? "", advice, text);
});

Deno.test("adviseOnCertificate has nothing to say of other trouble", () => {
  for (const text of ["connection refused", "received corrupt message", "dns error"]) {
    assert.equal(certificateHint(text), undefined);
  }
});

Deno.test("steadyText says the same of a certificate whose time is over whenever it is asked", () => {
  const text = (now: number) =>
    `invalid peer certificate: certificate expired: verification time ${now} (UNIX), but ` +
    `certificate is not valid after 1795370436 (${now - 1795370436} seconds ago)`;
  assert.equal(stripTimestamps(text(1795456838)), stripTimestamps(text(1795456839)));
  assert.match(
    stripTimestamps(text(1795456838)),
    /expired: not valid after 2026-11-22T18:00:36\.000Z$/,
  );
  assert.equal(
    stripTimestamps("invalid peer certificate: Expired"),
    "invalid peer certificate: Expired",
  );
});
