import assert from "node:assert/strict";
import { certificateHint, stripTimestamps } from "../../../src/plex/tls_errors.ts";

Deno.test("certificateHint names the setting that helps, for texts of rustls and Node", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["invalid peer certificate: UnknownIssuer", /issuer is unknown.*PLEX_CA_FILE.*SKIP_TLS/],
    ["self signed certificate DEPTH_ZERO_SELF_SIGNED_CERT", /issuer is unknown.*PLEX_CA_FILE/],
    ["unable to verify the first certificate UNABLE_TO_VERIFY_LEAF_SIGNATURE", /PLEX_CA_FILE/],
    [
      'invalid peer certificate: certificate not valid for name "a"; certificate is only valid ' +
      'for DnsName("b")',
      /another name.*PLEX_SERVER/,
    ],
    [
      "invalid peer certificate: certificate not valid for any names",
      /contains no name.*subjectAlt/,
    ],
    ["Hostname does not match certificate's altnames ERR_TLS_CERT_ALTNAME_INVALID", /PLEX_SERVER/],
    ["invalid peer certificate: Expired", /has expired.*renew.*SKIP_TLS/],
    ["certificate has expired CERT_HAS_EXPIRED", /has expired/],
    ["invalid peer certificate: NotValidYet", /not valid yet.*clocks/],
    ["invalid peer certificate: certificate not valid yet: verification time", /clocks/],
    ["invalid peer certificate: Revoked", /revoked/],
    ["invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))", /SKIP_TLS.*CA:FALSE/],
    ["invalid peer certificate: BadEncoding", /PLEX_CA_FILE/],
  ];
  for (const [text, advice] of cases) assert.match(certificateHint(text) ?? "", advice, text);
});

Deno.test("certificateHint returns nothing for other errors", () => {
  for (const text of ["connection refused", "received corrupt message", "dns error"]) {
    assert.equal(certificateHint(text), undefined);
  }
});

Deno.test("stripTimestamps returns the same text for an expired certificate at any time", () => {
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
