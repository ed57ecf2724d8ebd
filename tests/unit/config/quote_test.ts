/** What messages quote. */
import assert from "node:assert/strict";
import { readConfig } from "../../../src/config/mod.ts";
import { requiredSettings, token } from "../../testing/config.ts";

Deno.test("quote() never contains a token, whatever surrounds it", () => {
  const signed = `eyJ${token}.eyJ${token}.${token}`;
  const texts = [token, signed].flatMap((secret) => [
    `${secret},${secret}`,
    `"${secret}"`,
    `X-Plex-Token=${secret}`,
    `https://plex:32400/?X-Plex-Token=${secret}`,
    `/a?token=${secret}`,
    `/run/${secret}`,
    `user;${secret}`,
    `${secret}:9000x`,
    `token: ${secret}`,
  ]);
  const names = ["PLEX_TOKEN_FILE", "LISTEN_ADDRESS", "METRICS_PATH", "LOG_LEVEL", "HIDE_LABELS"];
  for (const text of texts) {
    for (const name of names) {
      const variables: Record<string, string> = {
        PLEX_SERVER: requiredSettings.PLEX_SERVER,
        [name]: text,
      };
      const { problems = [], warnings } = readConfig({
        environment: (name) => variables[name],
        dotenv: `${token}=1`,
        readText: (path) => Deno.readTextFileSync(path),
      });
      const messages = [...problems, ...warnings].join("\n");
      assert.doesNotMatch(messages, /aBcDe/i, `${name}=${text}: ${messages}`);
    }
  }
});

Deno.test("quote() repeats no token that was written into another setting", () => {
  const variables = Object.fromEntries(
    ["PLEX_TOKEN_FILE", "LISTEN_ADDRESS", "METRICS_PATH", "LOG_LEVEL", "TZ", "HIDE_LABELS"]
      .concat(
        "LIBRARY_REFRESH_INTERVAL",
        "WALK_INTERVAL",
        "PLEX_CLIENT_TIMEOUT_SECONDS",
        "PLEX_CA_FILE",
      )
      .concat("SKIP_TLS_VERIFICATION", "WEB_CONFIG_FILE", "LOG_FORMAT")
      .map((name) => [name, token]),
  );
  const { problems = [], warnings } = readConfig({
    environment: (name) => ({ PLEX_SERVER: requiredSettings.PLEX_SERVER, ...variables })[name],
    readText: (path) => Deno.readTextFileSync(path),
  });
  const messages = [...problems, ...warnings];
  for (const name of Object.keys(variables)) {
    assert.ok(messages.some((text) => text.startsWith(name)), name);
  }
  for (const text of messages) assert.doesNotMatch(text, /aBcDe/i, text);
});
