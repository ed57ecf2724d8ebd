/** The value of PLEX_SERVER: URLs of Plex servers as people paste them, normalised. */
import * as z from "zod";
import { quotesProblem, redactTokens } from "./quote.ts";
import { fromText } from "./value_schemas.ts";

/** The address of a Plex server. */
export interface ServerAddress {
  /** Scheme, host, port (unless it is the default) and path prefix; no trailing slash. */
  readonly baseUrl: string;
  /** Host, port (always) and path prefix: the `server` label until the friendly name is known. */
  readonly label: string;
}

const example = "http://192.168.1.10:32400";

/** Messages repeat only the host and port: the rest may contain a secret. */
const serverAddress = fromText((text, fail): ServerAddress => {
  if (text === "") return fail("is empty; remove the extra comma");
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
      `contains a user or password; Plex takes a token, in PLEX_TOKEN; write ${example}`,
    );
  }
  if (/token/i.test(url.search + url.hash)) {
    return fail(`contains a token; move it to PLEX_TOKEN and remove everything after the path`);
  }
  if (url.search !== "") return fail(`has a query; remove the ? and what follows`);
  const path = url.pathname.replace(/\/+$/, "").replace(/\/web(?:\/index\.html)?$/, "")
    .replace(/\/+$/, "");
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return Object.freeze({
    baseUrl: `${url.protocol}//${url.host}${path}`,
    label: `${url.hostname}:${port}${path}`,
  });
});

/** One or several servers, separated by commas; a duplicate is an error. */
export const serverAddresses = z.string()
  .transform((text) => text.split(",").map((part) => part.trim()))
  .pipe(z.array(serverAddress))
  .transform((servers, issues) => {
    const labels = servers.map((server) => server.label);
    const duplicate = labels.find((label, index) => labels.indexOf(label) !== index);
    if (duplicate !== undefined) {
      issues.addIssue(`lists ${redactTokens(duplicate)} twice; list each server once`);
    }
    return servers;
  });
