/**
 * The file of PLEX_CA_FILE: certificates of a private authority. It trusts nothing itself and asks
 * no server.
 */
import { X509Certificate } from "node:crypto";
import { readFileValue, type ReadText } from "./env.ts";

/** The certificates as PEM, and the file they came from, to read it again. */
export interface CaFile {
  readonly path: string;
  readonly pem: string;
}

/** An authority, or what is wrong with its file. */
export type CaFileResult =
  | { readonly authority: CaFile; readonly problems?: undefined }
  | { readonly problems: readonly string[]; readonly authority?: undefined };

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Reads the file, at the start and again later. It never throws. */
export function readCaFile(path: string, readText: ReadText): CaFileResult {
  const { text, problem } = readFileValue("PLEX_CA_FILE", path, readText);
  if (problem !== undefined) return { problems: [problem] };
  const blocks = text.match(BLOCK) ?? [];
  if (blocks.length === 0) {
    const right = "it takes PEM, which has a line -----BEGIN CERTIFICATE-----";
    return { problems: [`PLEX_CA_FILE names a file without a certificate; ${right}`] };
  }
  const broken = blocks.findIndex((block) => !isCertificate(block));
  if (broken !== -1) {
    return {
      problems: [`PLEX_CA_FILE names a file whose certificate ${broken + 1} cannot be read`],
    };
  }
  // Files that were put together may lack an end of line between two, over which Deno stumbles.
  return { authority: Object.freeze({ path, pem: blocks.join("\n") }) };
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
