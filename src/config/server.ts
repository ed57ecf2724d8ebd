/**
 * The addresses of Plex servers as people paste them, brought into one form. It asks no server
 * whether it is there.
 */
import * as z from "zod";
import { fromText, hideTokens, quotesProblem } from "./value_schemas.ts";

/** Where a Plex server is. */
export interface ServerAddress {
  /** Scheme, host, port (unless it is the scheme's own) and path prefix; no slash at the end. */
  readonly baseUrl: string;
  /** Host, port (always) and path prefix: the name of the server until it has told its own. */
  readonly label: string;
}

const example = "http://192.168.1.10:32400";

/** No message repeats more of the text than a host and a port: the rest may hold a secret. */
const serverAddress = fromText((text, fail): ServerAddress => {
  if (text === "") return fail("is empty: there is a comma too many");
  const quotes = quotesProblem(text);
  if (quotes !== undefined) return fail(quotes);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    const host = /^(?:\[[0-9a-f:.]+\]|[\w.-]+):\d{1,5}(?=\/|$)/i.exec(text)?.[0];
    return fail(`has no scheme; write it like ${host === undefined ? example : `http://${host}`}`);
  }
  if (!URL.canParse(text)) return fail(`is not a URL; write it like ${example}`);
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return fail(`has the scheme ${url.protocol}//; write http:// or https://, like ${example}`);
  }
  if (url.username !== "" || url.password !== "") {
    return fail(
      `has a user or password in it; Plex wants a token, in PLEX_TOKEN; write ${example}`,
    );
  }
  if (/token/i.test(url.search + url.hash)) {
    return fail(`has a token in it; move that to PLEX_TOKEN and leave out all after the path`);
  }
  if (url.search !== "") return fail(`has a query; leave out the ? and what follows`);
  const path = url.pathname.replace(/\/+$/, "").replace(/\/web(?:\/index\.html)?$/, "")
    .replace(/\/+$/, "");
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return Object.freeze({
    baseUrl: `${url.protocol}//${url.host}${path}`,
    label: `${url.hostname}:${port}${path}`,
  });
});

/** One server or several, by commas; the same one twice is an error. */
export const serverAddresses = z.string()
  .transform((text) => text.split(",").map((part) => part.trim()))
  .pipe(z.array(serverAddress))
  .transform((servers, issues) => {
    const labels = servers.map((server) => server.label);
    const twice = labels.find((label, index) => labels.indexOf(label) !== index);
    if (twice !== undefined) {
      issues.addIssue(`names ${hideTokens(twice)} twice; name each server once`);
    }
    return servers;
  });
