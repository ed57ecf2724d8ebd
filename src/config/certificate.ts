/** Certificates and their keys in PEM. No message contains a part of them. */
import type { X509Certificate } from "node:crypto";
import process from "node:process";

/** Loaded only if there is a certificate: it takes more than a megabyte. */
function nodeCrypto() {
  return process.getBuiltinModule("node:crypto");
}

/** The certificate, or undefined if it is malformed. */
export function parseCertificate(pem: string): X509Certificate | undefined {
  return attempt(() => new (nodeCrypto().X509Certificate)(pem));
}

/** The problem of a certificate and its private key; undefined if they match. */
export function keyPairProblem(cert: string, key: string): string | undefined {
  const certificate = parseCertificate(cert);
  if (certificate === undefined) return "has a certificate that is not a PEM certificate";
  if (key.includes("ENCRYPTED")) return "has a key with a passphrase; use one without";
  const privateKey = attempt(() => nodeCrypto().createPrivateKey(key));
  if (privateKey === undefined) return "has a key that is not a PEM private key";
  return certificate.checkPrivateKey(privateKey)
    ? undefined
    : "has a key that does not belong to the certificate; the server's own must be the first one";
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
