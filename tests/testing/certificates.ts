/**
 * Certificates for tests, made when they are needed: an authority of one's own and what it signs.
 * Nothing of them is kept in the project. It asserts nothing.
 */
// The library below finds its parts by decorators, which want this to be there first.
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
  /** The name it is made for; `localhost` by default, `null` for a certificate that names nobody. */
  readonly name?: string | null;
  /** Addresses it is made for as well; `127.0.0.1` by default. */
  readonly addresses?: readonly string[];
  /** Whether its time is over. */
  readonly expired?: boolean;
  /** Whether its time has not come. */
  readonly early?: boolean;
  /** Whether a self-signed one calls itself an authority, as `openssl req -x509` has it. */
  readonly authority?: boolean;
}

/** An authority that exists for one test. */
export interface TestAuthority {
  /** Its own certificate, which those who trust it are given, as PEM. */
  readonly cert: string;
  issue(wish?: CertificateOptions): Promise<Certificate>;
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

/** Makes an authority; what it issues is good for a day. */
export async function makeAuthority(): Promise<TestAuthority> {
  // Each has a name of its own: with one that is trusted already, its signature would be blamed.
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
    async issue(wish = {}) {
      const own = await makeKeys();
      const issued = await X509CertificateGenerator.create({
        subject: `CN=${wish.name ?? "localhost"}`,
        issuer: certificate.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        extensions: extensions(wish),
        ...validity(wish),
      });
      return { cert: issued.toString("pem"), key: await keyText(own) };
    },
  };
}

/** Creates a self-signed certificate. */
export async function makeSelfSigned(wish: CertificateOptions = {}): Promise<Certificate> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${wish.name ?? "localhost"}`,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: extensions(wish),
    ...validity(wish),
  });
  return { cert: certificate.toString("pem"), key: await keyText(keys) };
}
