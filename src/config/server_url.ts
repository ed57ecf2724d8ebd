/** The value of PLEX_SERVER: URLs of Plex servers as people paste them, normalised. */
import { redactTokens } from "./quote.ts";
import { fromText, listOf, type TextSchema } from "./value_schemas.ts";

/** The address of a Plex server. */
export interface ServerAddress {
  /** Scheme, host, port (unless it is the default) and path prefix; no trailing slash. */
  readonly baseUrl: string;
  /** Host, port (always) and path prefix: the `server` label until the friendly name is known. */
  readonly label: string;
}

const EXAMPLE = "http://192.168.1.10:32400";

/** Messages repeat only the host and port: the rest may contain a secret. */
const serverAddress = fromText((text, fail): ServerAddress => {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    const host = /^(?:\[[0-9a-f:.]+\]|[\w.-]+):\d{1,5}(?=\/|$)/i.exec(text)?.[0];
    return fail(`has no scheme; write it like ${host === undefined ? EXAMPLE : `http://${host}`}`);
  }
  const url = URL.parse(text);
  if (url === null) return fail(`is not a URL; write it like ${EXAMPLE}`);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return fail(`has the scheme ${url.protocol}//; write http:// or https://, like ${EXAMPLE}`);
  }
  if (url.username !== "" || url.password !== "") {
    return fail(`contains a user or password; Plex takes a token, in PLEX_TOKEN; write ${EXAMPLE}`);
  }
  if (url.search !== "" || /token/i.test(url.hash)) {
    return fail("has a query; remove the ? and what follows; a token belongs in PLEX_TOKEN");
  }
  const path = url.pathname.replace(/\/*(\/web(\/index\.html)?)?\/*$/, "");
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return {
    baseUrl: `${url.protocol}//${url.host}${path}`,
    label: `${url.hostname}:${port}${path}`,
  };
});

/** One or several servers; a duplicate is an error. */
export const serverAddresses: TextSchema<readonly ServerAddress[]> = listOf(serverAddress)
  .superRefine((servers, context) => {
    const labels = servers.map((server) => server.label);
    const duplicate = labels.find((label, index) => labels.indexOf(label) !== index);
    if (duplicate !== undefined) {
      context.addIssue(`lists ${redactTokens(duplicate)} twice; list each server once`);
    }
  });
