/** Certificates and their keys. */
import assert from "node:assert/strict";
import { keyPairProblem, parseCertificate } from "../../../src/config/certificate.ts";
import { makeSelfSigned } from "../../testing/certificates.ts";

const { cert, key } = await makeSelfSigned();
const other = await makeSelfSigned();

Deno.test("parseCertificate() returns a certificate, or undefined for any other text", () => {
  assert.match(parseCertificate(cert)?.fingerprint256 ?? "", /^[\dA-F:]{95}$/);
  for (const text of ["", key, cert.slice(0, 100)]) assert.equal(parseCertificate(text), undefined);
});

Deno.test("keyPairProblem() says what is wrong with a certificate and its key", () => {
  assert.equal(keyPairProblem(cert, key), undefined);
  assert.match(keyPairProblem(key, key) ?? "", /certificate that is not a PEM certificate/);
  assert.match(keyPairProblem(cert, cert) ?? "", /key that is not a PEM private key/);
  assert.match(
    keyPairProblem(cert, other.key) ?? "",
    /key that does not belong to the certificate/,
  );
  const locked = key.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
  assert.match(keyPairProblem(cert, locked) ?? "", /key with a passphrase; use one without/);
});
