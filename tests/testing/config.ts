/** Reads configurations from variables and simulated files, for the tests of settings. */
import assert from "node:assert/strict";
import { type Config, type ConfigResult, readConfig } from "../../src/config/mod.ts";
import { makeAuthority } from "./certificates.ts";

/** The token of the tests; no message may repeat it. */
export const token = "aBcDeFgHiJkLmNoPqRsT";
/** The PEM certificate of `/run/ca.pem`. */
export const certificate = (await makeAuthority()).cert;
const files: Readonly<Record<string, string>> = {
  "/run/token": `${token}\n`,
  "/run/tokens": "tokenOfOne\r\n\ntokenOfTwo\r\n",
  "/run/empty": " \n",
  "/run/broken": `${token} ${token}`,
  "/run/ca.pem": certificate,
  "/run/cut.pem": certificate + certificate.replace(/^M.*\n/m, ""),
  "/run/web.yml": "basic_auth_users: {}",
};

/** Reads the simulated files of these tests. */
export function readText(path: string): string {
  const text = Object.hasOwn(files, path) ? files[path] : undefined;
  if (text === undefined) throw new Error("No such file or directory (os error 2)");
  return text;
}

/** The required settings. */
export const requiredSettings = { PLEX_SERVER: "http://plex:32400", PLEX_TOKEN: token };

/** The result of reading `variables` and the text of a `.env` file. */
export function read(variables: Record<string, string>, dotenv?: string): ConfigResult {
  return readConfig({ environment: (name) => variables[name], dotenv, readText });
}

/** The configuration from `variables` and the required settings; fails on any problem. */
export function accept(variables: Record<string, string>, dotenv?: string): Config {
  const { value: config, problems } = read({ ...requiredSettings, ...variables }, dotenv);
  assert.deepEqual(problems, undefined);
  assert.ok(config);
  return config;
}

/** The problems of `variables` and the required settings; fails if there are none. */
export function refuse(variables: Record<string, string>): readonly string[] {
  const { problems, value: config } = read({ ...requiredSettings, ...variables });
  assert.equal(config, undefined);
  return problems ?? [];
}

/** The only problem of `variables`; fails on none or several. */
export function refuseOne(variables: Record<string, string>): string {
  const problems = refuse(variables);
  assert.equal(problems.length, 1, problems.join("\n"));
  return problems[0] ?? "";
}
