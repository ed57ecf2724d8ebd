/** Why a server's certificate is not trusted, and which setting helps: a sentence for users. */

const SKIP = "or set SKIP_TLS_VERIFICATION=true to accept any certificate";

/** Texts of rustls and Node, and what to do; the first that matches decides. */
const CAUSES: readonly (readonly [cause: RegExp, hint: string])[] = [
  [
    /not valid for any names/i,
    "it contains no name, so that no address in PLEX_SERVER matches it: issue one with a name " +
    `(subjectAltName), ${SKIP}`,
  ],
  [
    /not valid for names?|NotValidForName|ALTNAME|does not match/i,
    `it was issued for another name: use that name in PLEX_SERVER, ${SKIP}`,
  ],
  [/not ?valid ?yet/i, "it is not valid yet: are the clocks of both machines correct?"],
  [/expired/i, `it has expired: renew it on the server, ${SKIP}`],
  [/revoked/i, `its CA has revoked it: issue a new one, ${SKIP}`],
  [
    /CaUsedAsEndEntity/,
    "it is self-signed and marked as a CA, which only SKIP_TLS_VERIFICATION=true accepts: issue " +
    "one that is not marked as a CA (CA:FALSE)",
  ],
  [
    /UnknownIssuer|self.signed|UNABLE_TO_(VERIFY|GET)|DEPTH_ZERO/i,
    `its issuer is unknown: set PLEX_CA_FILE to the certificate of its CA, ${SKIP}`,
  ],
  [/certificate|CERT_/i, `set PLEX_CA_FILE to the certificate of its CA, ${SKIP}`],
];

/**
 * The text without the time of the verification, which would make every failure a new one, and with
 * the certificate's own time in ISO format.
 */
export function stripTimestamps(text: string): string {
  return text.replace(
    /: verification time \d+ \(UNIX\), but certificate is not valid (after|before) (\d+) \([^)]*\)/,
    (_, side: string, seconds: string) => {
      const time = new Date(Number(seconds) * 1000);
      const shown = Number.isNaN(time.getTime()) ? "an invalid time" : time.toISOString();
      return `: not valid ${side} ${shown}`;
    },
  );
}

/** What to do, or `undefined` if the text is not about a certificate. */
export function certificateHint(text: string): string | undefined {
  if (!/certificate|CERT_|self.signed|UNABLE_TO_VERIFY/i.test(text)) return undefined;
  return CAUSES.find(([cause]) => cause.test(text))?.[1];
}
