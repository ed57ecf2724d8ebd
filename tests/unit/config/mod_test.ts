/** Reading a whole configuration. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { readConfig, settingNames } from "../../../src/config/mod.ts";
import {
  accept,
  certificate,
  read,
  readText,
  refuse,
  refuseOne,
  requiredSettings,
  token,
} from "../../testing/config.ts";

Deno.test("STATE_FILE is a path; empty or blank it is not set, and a demo has none", () => {
  assert.equal(accept({ STATE_FILE: " /var/lib/state.json " }).stateFile, "/var/lib/state.json");
  for (const blank of ["", "  "]) {
    assert.equal(accept({ STATE_FILE: blank }).stateFile, undefined);
    assert.equal(accept({}, `STATE_FILE="${blank}"`).stateFile, undefined);
  }
  const set = { STATE_FILE: "/var/lib/state.json" };
  const demo = readConfig({
    environment: (name) => name === "STATE_FILE" ? set.STATE_FILE : undefined,
    dotenv: "STATE_FILE=/var/lib/state.json",
    plex: requiredSettings,
    readText,
  });
  assert.ok(demo.value);
  assert.equal(demo.value.stateFile, undefined);
});

Deno.test("readConfig() applies every default", () => {
  const { servers, zone, ...rest } = accept({});
  assert.deepEqual(
    servers.map(({ token, ...address }) => ({ ...address, token: token.reveal() })),
    [{ baseUrl: "http://plex:32400", label: "plex:32400", token }],
  );
  assert.ok(new Intl.DateTimeFormat("en", { timeZone: zone }));
  assert.deepEqual(rest, {
    tokenFile: undefined,
    listen: { hostname: undefined, port: 9000 },
    metricsPath: "/metrics",
    libraryIntervalMs: 900_000,
    walkIntervalMs: 86_400_000,
    stateFile: undefined,
    requestTimeoutMs: 10_000,
    certificateAuthority: undefined,
    skipTlsVerification: false,
    logLevel: "info",
    logFormat: "json",
    hideLabels: [],
    compatibleMetrics: true,
    web: undefined,
  });
  assert.deepEqual(read(requiredSettings).warnings, []);
});

Deno.test("readConfig() prefers the environment to .env and ignores empty variables", () => {
  const dotenv = "\uFEFFLOG_LEVEL=debug\nMETRICS_PATH='/m'\nexport LOG_FORMAT=logfmt # here\n";
  const config = accept({ LOG_LEVEL: "error", METRICS_PATH: "" }, dotenv);
  assert.equal(config.logLevel, "error");
  assert.equal(config.metricsPath, "/m");
  assert.equal(config.logFormat, "logfmt");
});

Deno.test("readConfig() reads only the names of settings from the environment", () => {
  const names = new Set<string>();
  readConfig({ environment: (name) => void names.add(name), readText });
  assert.deepEqual([...names].sort(), [...settingNames].sort());
});

Deno.test("readConfig() reports all problems at once, each with the name of its setting", () => {
  const problems = refuse({
    PLEX_SERVER: "plex:32400",
    PLEX_TOKEN: "two words",
    LISTEN_ADDRESS: "9000",
    METRICS_PATH: "/",
    LOG_FORMAT: "xml",
    COMPATIBLE_METRICS: "maybe",
    PLEX_CA_FILE: "/run/none",
    WEB_CONFIG_FILE: "/run/none",
  });
  assert.deepEqual(problems.map((problem) => problem.split(/[ :]/)[0]), [
    "PLEX_SERVER",
    "LISTEN_ADDRESS",
    "METRICS_PATH",
    "LOG_FORMAT",
    "COMPATIBLE_METRICS",
    "PLEX_TOKEN",
    "PLEX_CA_FILE",
    "WEB_CONFIG_FILE",
  ]);
});

Deno.test("readConfig() requires a server and a token", () => {
  const { problems = [] } = read({});
  assert.equal(problems.length, 2);
  assert.match(
    problems[0] ?? "",
    /^PLEX_SERVER is not set; .*http:\/\/192\.168\.1\.10:32400, or run login/,
  );
  assert.match(problems[1] ?? "", /^PLEX_TOKEN is not set; .*PLEX_TOKEN_FILE.*, or run login/);
});

Deno.test("readConfig() warns and uses the default where the Go exporter does", () => {
  const { value: config, warnings } = read({
    ...requiredSettings,
    LIBRARY_REFRESH_INTERVAL: "often",
    PLEX_CLIENT_TIMEOUT_SECONDS: "-1",
    LOG_LEVEL: "verbose",
    TZ: "Mars/Olympus",
  });
  assert.equal(config?.libraryIntervalMs, 900_000);
  assert.equal(config?.requestTimeoutMs, 10_000);
  assert.equal(config?.logLevel, "info");
  assert.equal(warnings.length, 4);
  for (const warning of warnings) {
    assert.match(warning, /^[A-Z_]+ (is|has) ".*; using the default, /);
  }
});

Deno.test("readConfig() applies ENVIRONMENT=development unless LOG_FORMAT is set", () => {
  const ENVIRONMENT = "development";
  assert.equal(accept({ ENVIRONMENT }).logFormat, "console");
  assert.equal(accept({ ENVIRONMENT, LOG_FORMAT: "JSON" }).logFormat, "json");
  assert.equal(accept({ ENVIRONMENT: "production" }).logFormat, "json");
});

Deno.test("readConfig() reads the files that settings name", () => {
  const config = accept({ PLEX_CA_FILE: "/run/ca.pem", WEB_CONFIG_FILE: "/run/web.yml" });
  assert.deepEqual(config.certificateAuthority, { path: "/run/ca.pem", pem: certificate });
  assert.equal(config.web?.path, "/run/web.yml");
  assert.match(refuseOne({ PLEX_CA_FILE: "/run/token" }), /without a certificate/);
  assert.match(
    refuseOne({ PLEX_CA_FILE: "/run/cut.pem" }),
    /certificate 2 of the file is malformed/,
  );
  assert.match(refuseOne({ WEB_CONFIG_FILE: "/run/token" }), /must be a file of keys/);
  assert.doesNotMatch(refuseOne({ PLEX_CA_FILE: "/run/token" }), /aBcDe/);
  assert.match(refuseOne({ WEB_CONFIG_FILE: "/run/none" }), /cannot read the file/);
});

Deno.test("readConfig() warns that SKIP_TLS_VERIFICATION is on", () => {
  const { warnings } = read({
    ...requiredSettings,
    SKIP_TLS_VERIFICATION: "1",
    PLEX_CA_FILE: "/run/ca.pem",
  });
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? "", /^SKIP_TLS_VERIFICATION is on: .* PLEX_CA_FILE has no effect$/);
});

Deno.test("readConfig() never throws and never repeats a token, for any input", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 40 });
  const variables = fc.dictionary(fc.constantFrom(...settingNames), text);
  fc.assert(fc.property(variables, fc.option(text), (given, dotenv) => {
    const broken = { ...given, PLEX_TOKEN: `${token} ${token}` };
    const result = read(broken, dotenv ?? undefined);
    assert.ok(result.problems && result.problems.length > 0);
    assert.ok(!JSON.stringify(result).includes(token));
  }));
});
