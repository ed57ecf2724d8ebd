/**
 * Certificates for tests: self-signed ones, and an authority with those that it signs. They are
 * created for each run. It asserts nothing.
 */
// The library uses decorators, which need this polyfill to be loaded first.
import "reflect-metadata";
import {
  BasicConstraintsExtension,
  type Extension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate and its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** How a certificate differs from a good one. */
export interface CertificateOptions {
  /** Its host name; `localhost` by default, `null` for a certificate without any name. */
  readonly name?: string | null;
  /** Its addresses; `127.0.0.1` by default. */
  readonly addresses?: readonly string[];
  /** Whether it has expired. */
  readonly expired?: boolean;
  /** Whether it is not valid yet. */
  readonly early?: boolean;
  /** Whether a self-signed one is marked as an authority, as by `openssl req -x509`. */
  readonly authority?: boolean;
}

/** An authority that exists for one test. */
export interface TestAuthority {
  /** Its own certificate, for clients that are to trust it, as PEM. */
  readonly cert: string;
  issue(options?: CertificateOptions): Promise<Certificate>;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const HOUR_MS = 3_600_000;

function makeKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function keyText({ privateKey }: CryptoKeyPair): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey("pkcs8", privateKey), "PRIVATE KEY");
}

function validity({ expired = false, early = false }: CertificateOptions) {
  const now = Date.now();
  const shiftMs = (early ? 48 : 0) * HOUR_MS - (expired ? 48 : 0) * HOUR_MS;
  return {
    notBefore: new Date(now + shiftMs - HOUR_MS),
    notAfter: new Date(now + shiftMs + 24 * HOUR_MS),
  };
}

function extensions(
  { name = "localhost", addresses = ["127.0.0.1"], authority }: CertificateOptions,
) {
  const kind: Extension = new BasicConstraintsExtension(authority ?? false, undefined, true);
  if (name === null) return [kind];
  const names = new SubjectAlternativeNameExtension([
    { type: "dns", value: name },
    ...addresses.map((value) => ({ type: "ip" as const, value })),
  ]);
  return [kind, names];
}

/** Creates an authority, whose certificates are valid for a day. */
export async function makeAuthority(): Promise<TestAuthority> {
  // Each has its own name: with that of a trusted one, the error would be about the signature.
  const name = `An authority of the tests ${crypto.randomUUID()}`;
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
    ...validity({}),
  });
  return {
    cert: certificate.toString("pem"),
    async issue(options = {}) {
      const own = await makeKeys();
      const issued = await X509CertificateGenerator.create({
        subject: `CN=${options.name ?? "localhost"}`,
        issuer: certificate.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        extensions: extensions(options),
        ...validity(options),
      });
      return { cert: issued.toString("pem"), key: await keyText(own) };
    },
  };
}

/** Creates a self-signed certificate. */
export async function makeSelfSigned(options: CertificateOptions = {}): Promise<Certificate> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${options.name ?? "localhost"}`,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: extensions(options),
    ...validity(options),
  });
  return { cert: certificate.toString("pem"), key: await keyText(keys) };
}
