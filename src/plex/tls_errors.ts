/**
 * Why a server's certificate is not trusted, with the setting that helps: a sentence for the log
 * and the page. It verifies nothing.
 */

const SKIP = "or SKIP_TLS_VERIFICATION=true to take any certificate";

/** Texts of rustls and Node → what to do about it; the first that matches decides. */
const CAUSES: readonly (readonly [cause: RegExp, advice: string])[] = [
  [
    /not valid for any names/i,
    "it names no server, and none can be written in PLEX_SERVER: have one made with a name " +
    `(subjectAltName), ${SKIP}`,
  ],
  [
    /not valid for names?|NotValidForName|ALTNAME|does not match/i,
    "it was made for another name: write that name in PLEX_SERVER, or set " +
    "SKIP_TLS_VERIFICATION=true to take any certificate",
  ],
  [/not ?valid ?yet/i, "its time has not come: are the clocks of both machines right?"],
  [/expired/i, `its time is over: have it renewed on the server, ${SKIP}`],
  [/revoked/i, `its authority has revoked it: have a new one made, ${SKIP}`],
  [
    /CaUsedAsEndEntity/,
    "it signed itself and calls itself an authority, which is trusted by no setting but " +
    "SKIP_TLS_VERIFICATION=true: have one made that is no authority (CA:FALSE)",
  ],
  [
    /UnknownIssuer|self.signed|UNABLE_TO_(VERIFY|GET)|DEPTH_ZERO/i,
    `nobody known has signed it: set PLEX_CA_FILE to the certificate of its authority, ${SKIP}`,
  ],
  [/certificate|CERT_/i, `set PLEX_CA_FILE to the certificate of its authority, ${SKIP}`],
];

/**
 * The text without the moment at which rustls looked, which would make each failure a new one, and
 * with the certificate's own time as people write it.
 */
export function stripTimestamps(text: string): string {
  return text.replace(
    /: verification time \d+ \(UNIX\), but certificate is not valid (after|before) (\d+) \([^)]*\)/,
    (_, side: string, seconds: string) => {
      const time = new Date(Number(seconds) * 1000);
      return `: not valid ${side} ${
        Number.isNaN(time.getTime()) ? "its time" : time.toISOString()
      }`;
    },
  );
}

/** What to do, or `undefined` if the text is not about a certificate. */
export function certificateHint(text: string): string | undefined {
  if (!/certificate|CERT_|self.signed|UNABLE_TO_VERIFY/i.test(text)) return undefined;
  return CAUSES.find(([cause]) => cause.test(text))?.[1];
}
