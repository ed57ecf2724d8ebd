/** The file of PLEX_CA_FILE: certificates of a private certificate authority. */
import { parseCertificate } from "./certificate.ts";
import { readFile, type ReadText } from "./file.ts";
import type { ReadResult } from "./read_result.ts";

/** The certificates as PEM, and the path of the file to reload them from. */
export interface CaFile {
  readonly path: string;
  readonly pem: string;
}

const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Reads the file, at start and on each reload. It never throws. */
export function readCaFile(path: string, readText: ReadText): ReadResult<CaFile> {
  const { value: text, problems } = readFile("PLEX_CA_FILE", path, readText);
  if (problems !== undefined) return { problems };
  const blocks = text.match(CERTIFICATE_BLOCK) ?? [];
  if (blocks.length === 0) {
    const expected = "it must be PEM, with a line -----BEGIN CERTIFICATE-----";
    return { problems: [`PLEX_CA_FILE names a file without a certificate; ${expected}`] };
  }
  const invalid = blocks.findIndex((block) => parseCertificate(block) === undefined);
  if (invalid !== -1) {
    return { problems: [`PLEX_CA_FILE: certificate ${invalid + 1} of the file is malformed`] };
  }
  // Concatenated files may lack a line break between two certificates, which Deno rejects.
  return { value: { path, pem: blocks.join("\n") } };
}
