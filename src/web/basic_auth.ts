/**
 * Basic authentication and extra headers for all responses. Only `/healthz` needs no password; it
 * answers `ok` and when the exporter was last scraped.
 */
import type { Log } from "../log/mod.ts";
import type { ClientInfo, Handler } from "./handler.ts";
import { pathOf } from "./path.ts";
import {
  INTERNAL_ERROR,
  PLAIN_TEXT,
  type RequestHead,
  type ResponseSpec,
  toResponse,
} from "./response.ts";

/** Users and headers of the web configuration. */
export interface AuthConfig {
  /** bcrypt hashes by user name; empty: no authentication. */
  readonly users: ReadonlyMap<string, string>;
  /** Headers of every response; they replace the exporter's own. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The handler to protect, and what is needed for it. */
export interface BasicAuthOptions {
  /** Called for every request, since the configuration may be reloaded. */
  readonly config: () => AuthConfig;
  readonly handler: Handler;
  /** Compares a password with a hash without blocking. */
  readonly compare: (password: string, hash: string) => Promise<boolean>;
  readonly log: Log;
}

/** The content of the `Authorization` header. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Pending password checks, in total and per client: more would exceed the scrape timeout. */
const MAX_PENDING = 64;
const MAX_PENDING_PER_CLIENT = 4;

/** Longer credentials are rejected: bcrypt itself uses 72 bytes of a password. */
const MAX_CREDENTIALS_LENGTH = 1024;

/** A hash of the usual cost that no password matches: unknown users take as long as known ones. */
const DUMMY_HASH = "$2y$10$Jz0enJ8dwocFtXScmLvRAO5OSmd9oTr5HXnjtXQEgicgBeYsuvoBO";

/** A handler that passes on authenticated requests and answers all others itself. Never rejects. */
export function basicAuth({ config, handler, compare, log }: BasicAuthOptions): Handler {
  const verify = createVerifier(compare);

  const respond = async (request: RequestHead, client: ClientInfo): Promise<Response> => {
    const { users } = config();
    if (users.size === 0 || pathOf(request.url) === "/healthz") {
      return await handler(request, client);
    }
    const credentials = parseCredentials(request.headers.get("authorization"));
    if (credentials === undefined) return toResponse(request, UNAUTHORIZED);
    // Read before the check: Deno discards it when the request ends.
    const address = client.remoteAddr.hostname;
    const hash = users.get(credentials.user);
    const verdict = await verify(credentials, hash ?? DUMMY_HASH, address);
    if (verdict === "busy") return toResponse(request, TOO_MANY_CHECKS);
    const isRight = verdict === "right" && hash !== undefined;
    // The user may have been removed while the password was checked.
    if (!isRight || config().users.get(credentials.user) !== hash) {
      return toResponse(request, UNAUTHORIZED);
    }
    return await handler(request, client);
  };

  return async (request, client) => {
    const response = await respond(request, client).catch((error) => {
      log.error("Cannot check a password", { error });
      return toResponse(request, INTERNAL_ERROR);
    });
    for (const [name, value] of Object.entries(config().headers)) response.headers.set(name, value);
    return response;
  };
}

type Verdict = "right" | "wrong" | "busy";

/** Verifies credentials. Correct ones are cached as digests, whose key stays in this function. */
function createVerifier(compare: BasicAuthOptions["compare"]) {
  const key = crypto.getRandomValues(new Uint8Array(32));
  /** The digest of the last correct credentials by user. */
  const verified = new Map<string, Uint8Array>();
  /** Pending checks by digest: concurrent requests with the same credentials share one check. */
  const checks = new Map<string, Promise<boolean>>();
  /** The number of pending checks by client. */
  const byClient = new Map<string, number>();

  const check = (password: string, hash: string, digest: string, client: string) => {
    const ofClient = byClient.get(client) ?? 0;
    if (checks.size >= MAX_PENDING || ofClient >= MAX_PENDING_PER_CLIENT) return undefined;
    byClient.set(client, ofClient + 1);
    const checked = compare(password, hash).finally(() => {
      checks.delete(digest);
      const left = (byClient.get(client) ?? 1) - 1;
      if (left > 0) byClient.set(client, left);
      else byClient.delete(client);
    });
    checks.set(digest, checked);
    return checked;
  };

  return async (
    { user, password }: Credentials,
    hash: string,
    client: string,
  ): Promise<Verdict> => {
    // Loaded with the first password: most exporters have none, and it takes more than a megabyte.
    const { createHmac, timingSafeEqual } = await import("node:crypto");
    const text = JSON.stringify([user, password, hash]);
    const digest = createHmac("sha256", key).update(text).digest();
    const known = verified.get(user);
    if (known !== undefined && timingSafeEqual(known, digest)) return "right";
    const hexDigest = digest.toString("hex");
    const checked = checks.get(hexDigest) ?? check(password, hash, hexDigest, client);
    if (checked === undefined) return "busy";
    if (!await checked) return "wrong";
    if (hash !== DUMMY_HASH) verified.set(user, digest);
    return "right";
  };
}

/** The credentials in a basic authentication header; `undefined` if it is malformed. */
export function parseCredentials(header: string | null): Credentials | undefined {
  const coded = /^basic +([A-Za-z\d+/]+=*) *$/i.exec(header ?? "")?.[1];
  if (coded === undefined || coded.length > MAX_CREDENTIALS_LENGTH) return undefined;
  try {
    const bytes = Uint8Array.fromBase64(coded);
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const colon = text.indexOf(":");
    if (colon === -1) return undefined;
    return { user: text.slice(0, colon), password: text.slice(colon + 1) };
  } catch {
    return undefined;
  }
}

const UNAUTHORIZED: ResponseSpec = {
  status: 401,
  type: PLAIN_TEXT,
  body: "Unauthorized. This exporter requires a user and a password.\n",
  headers: { "WWW-Authenticate": 'Basic realm="prometheus-plex-exporter", charset="UTF-8"' },
};

const TOO_MANY_CHECKS: ResponseSpec = {
  status: 429,
  type: PLAIN_TEXT,
  body: "Too many passwords are waiting to be checked. Try again in some seconds.\n",
  headers: { "Retry-After": "5" },
};
