/**
 * Tests of the settings: what is understood, what is refused with which words, and that no token
 * shows. They start no program and read no real environment.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Config,
  helpText,
  readConfig,
  readTokenFile,
  Secret,
  settingNames,
  settingsTable,
} from "../../../src/config/mod.ts";
import { makeAuthority } from "../../testing/certificates.ts";

const token = "aBcDeFgHiJkLmNoPqRsT";
const certificate = (await makeAuthority()).cert;
const files: Readonly<Record<string, string>> = {
  "/run/token": `${token}\n`,
  "/run/tokens": "tokenOfOne\r\n\ntokenOfTwo\r\n",
  "/run/empty": " \n",
  "/run/broken": `${token} ${token}`,
  "/run/ca.pem": certificate,
  "/run/cut.pem": certificate + certificate.replace(/^M.*\n/m, ""),
  "/run/web.yml": "basic_auth_users: {}",
};

function readText(path: string): string {
  // A path may be called like what every object has.
  const text = Object.hasOwn(files, path) ? files[path] : undefined;
  if (text === undefined) throw new Error("No such file or directory (os error 2)");
  return text;
}

const least = { PLEX_SERVER: "http://plex:32400", PLEX_TOKEN: token };

function read(variables: Record<string, string>, dotenv?: string) {
  return readConfig({ environment: (name) => variables[name], dotenv, readText });
}

function accept(variables: Record<string, string>, dotenv?: string): Config {
  const { config, problems } = read({ ...least, ...variables }, dotenv);
  assert.deepEqual(problems, undefined);
  assert.ok(config);
  return config;
}

function refuse(variables: Record<string, string>): readonly string[] {
  const { problems, config } = read({ ...least, ...variables });
  assert.equal(config, undefined);
  return problems ?? [];
}

function refuseOne(variables: Record<string, string>): string {
  const problems = refuse(variables);
  assert.equal(problems.length, 1, problems.join("\n"));
  return problems[0] ?? "";
}

Deno.test("readConfig() fills in every default", () => {
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
    requestTimeoutMs: 10_000,
    certificateAuthority: undefined,
    skipTlsVerification: false,
    logLevel: "info",
    logFormat: "json",
    hideLabels: [],
    compatibleMetrics: true,
    web: undefined,
  });
  assert.deepEqual(read(least).warnings, []);
});

Deno.test("readConfig() returns a configuration that is frozen all the way down", () => {
  const frozen = (value: unknown): boolean =>
    typeof value !== "object" || value === null ||
    Object.isFrozen(value) && Object.values(value).every(frozen);
  const variables = { PLEX_CA_FILE: "/run/ca.pem", HIDE_LABELS: "user", LISTEN_ADDRESS: ":0" };
  assert.ok(frozen(accept(variables)));
});

Deno.test("readConfig() prefers the environment, and takes an empty variable for none", () => {
  const dotenv = "\uFEFFLOG_LEVEL=debug\nMETRICS_PATH='/m'\nexport LOG_FORMAT=logfmt # here\n";
  const config = accept({ LOG_LEVEL: "error", METRICS_PATH: "" }, dotenv);
  assert.equal(config.logLevel, "error");
  assert.equal(config.metricsPath, "/m");
  assert.equal(config.logFormat, "logfmt");
});

Deno.test("readConfig() asks the environment for names of settings alone", () => {
  const asked = new Set<string>();
  readConfig({ environment: (name) => void asked.add(name), readText });
  assert.deepEqual([...asked].sort(), [...settingNames].sort());
});

Deno.test("readConfig() warns of unknown names in .env and says which was meant", () => {
  const dotenv = "PLEX_SEVER=x\nplex_token=y\nCOMPOSE_PROJECT_NAME=z\nENVIRONMENT=production\n";
  assert.deepEqual(read(least, dotenv).warnings, [
    "PLEX_SEVER in .env is not a setting; did you mean PLEX_SERVER?",
    "plex_token in .env is not a setting; did you mean PLEX_TOKEN?",
    "COMPOSE_PROJECT_NAME in .env is not a setting",
  ]);
  assert.equal(read({}, dotenv).warnings.length, 3, "also beside problems");
});

Deno.test("readConfig() reports everything that is wrong at once, each with its name", () => {
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
  assert.deepEqual(problems.map((problem) => problem.split(" ")[0]), [
    "PLEX_SERVER",
    "PLEX_TOKEN",
    "LISTEN_ADDRESS",
    "METRICS_PATH",
    "LOG_FORMAT",
    "COMPATIBLE_METRICS",
    "PLEX_CA_FILE",
    "WEB_CONFIG_FILE",
  ]);
});

Deno.test("readConfig() needs a server and a token", () => {
  const { problems = [] } = read({});
  assert.equal(problems.length, 2);
  assert.match(problems[0] ?? "", /^PLEX_SERVER is not set; .*http:\/\/192\.168\.1\.10:32400/);
  assert.match(problems[1] ?? "", /^PLEX_TOKEN is not set; .*PLEX_TOKEN_FILE/);
});

Deno.test("readConfig() warns and uses the default where the Go exporter did", () => {
  const { config, warnings } = read({
    ...least,
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

Deno.test("readConfig() understands PLEX_SERVER as people paste it", () => {
  const cases = [
    ["http://192.168.1.10:32400", "http://192.168.1.10:32400", "192.168.1.10:32400"],
    ["http://plex:32400//", "http://plex:32400", "plex:32400"],
    ["HTTP://PLEX:32400/web", "http://plex:32400", "plex:32400"],
    ["http://plex:32400/web/index.html#!/settings/web", "http://plex:32400", "plex:32400"],
    ["https://home.example/plex/web/", "https://home.example/plex", "home.example:443/plex"],
    ["http://home.example:80/a/b/", "http://home.example/a/b", "home.example:80/a/b"],
    ["http://[FE80::1]:32400", "http://[fe80::1]:32400", "[fe80::1]:32400"],
    ["http://plex/webhook", "http://plex/webhook", "plex:80/webhook"],
  ] as const;
  for (const [text, baseUrl, label] of cases) {
    const [server] = accept({ PLEX_SERVER: text }).servers;
    assert.equal(server?.baseUrl, baseUrl, text);
    assert.equal(server?.label, label, text);
  }
  const several = accept({ PLEX_SERVER: "http://a:1 ,https://b" }).servers;
  assert.deepEqual(several.map((server) => server.label), ["a:1", "b:443"]);
});

Deno.test("readConfig() refuses a PLEX_SERVER that it would have to guess at", () => {
  const cases = [
    ["192.168.1.10:32400/web", /has no scheme; write it like http:\/\/192\.168\.1\.10:32400$/],
    [token, /has no scheme; write it like http:\/\/192\.168\.1\.10:32400$/],
    ["ws://plex:32400", /has the scheme ws:\/\/; write http:\/\/ or https:\/\//],
    ["http://plex:99999", /is not a URL/],
    ["http://plex/?a=b", /has a query/],
    ["http://plex:32400,", /\(entry 2\) is empty: there is a comma too many/],
    ["http://plex,http://plex:80/web/", /names plex:80 twice/],
  ] as const;
  for (const [text, right] of cases) assert.match(refuseOne({ PLEX_SERVER: text }), right, text);
});

Deno.test("readConfig() repeats no secret of a PLEX_SERVER", () => {
  const urls = [
    `http://owner:${token}@plex:32400`,
    `http://${token}@plex:32400`,
    `http://plex:32400/?X-Plex-Token=${token}`,
    `http://plex:32400/web/index.html#!/x?X-Plex-Token=${token}`,
    `owner:${token}@plex:32400`,
    `http://plex:99999/?X-Plex-Token=${token}`,
    token,
  ];
  for (const url of urls) assert.doesNotMatch(refuseOne({ PLEX_SERVER: url }), /aBcDe/, url);
});

Deno.test("readConfig() refuses a token that no header could carry, without repeating it", () => {
  const cases = [
    [`"${token}"`, /stands in quotes/],
    [`‘${token}’`, /stands in quotes/],
    [`<${token}>`, /quotes or brackets/],
    [`${token} ${token}`, /has white space inside/],
    [`${token}\u0007x`, /cannot be sent in a header/],
    [`${token}ü`, /cannot be sent in a header/],
    [`X-Plex-Token=${token}`, /starts with the name X-Plex-Token/],
    [`http://plex:32400/?t=${token}`, /is a URL/],
    [`${token},,${token}`, /\(entry 2\) is empty: there is a comma too many/],
  ] as const;
  for (const [text, right] of cases) {
    const problem = refuseOne({ PLEX_TOKEN: text });
    assert.match(problem, right);
    assert.doesNotMatch(problem, /aBcDe/);
  }
});

Deno.test("readConfig() gives each server its token", () => {
  const PLEX_SERVER = "http://a,http://b";
  const tokensOf = (variables: Record<string, string>) => {
    const { config } = read({ PLEX_SERVER, ...variables });
    return config?.servers.map((server) => server.token.reveal());
  };
  assert.deepEqual(tokensOf({ PLEX_TOKEN: "one" }), ["one", "one"]);
  assert.deepEqual(tokensOf({ PLEX_TOKEN: "one, two" }), ["one", "two"]);
  assert.deepEqual(tokensOf({ PLEX_TOKEN_FILE: "/run/tokens" }), ["tokenOfOne", "tokenOfTwo"]);
  assert.match(refuseOne({ PLEX_SERVER, PLEX_TOKEN: "a,b,c" }), /^PLEX_TOKEN has 3 tokens for 2 /);
  assert.match(refuseOne({ PLEX_TOKEN: "a,b" }), /^PLEX_TOKEN has 2 tokens for 1 server; give one/);
});

Deno.test("readConfig() warns of lines of .env that set nothing", () => {
  const dotenv = "# here\n\nPLEX_SERVER: http://plex:32400\nexport LOG_LEVEL=debug\nbroken line\n";
  assert.deepEqual(read({ ...least }, dotenv).warnings, [
    "line 3 of .env is no NAME=value and has no effect",
    "line 5 of .env is no NAME=value and has no effect",
  ]);
  assert.deepEqual(read({ ...least }, 'LOG_LEVEL="\nwithin\n"\n').warnings.slice(1), []);
});

Deno.test("readConfig() takes no server in quotes, as Docker's --env-file keeps them", () => {
  for (const url of ['"http://plex:32400"', "'http://plex:32400'", "<http://plex:32400>"]) {
    assert.match(refuseOne({ PLEX_SERVER: url }), /^PLEX_SERVER stands in quotes or brackets/, url);
  }
});

Deno.test("readConfig() repeats no token, whatever stands around it", () => {
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
      const variables: Record<string, string> = { PLEX_SERVER: least.PLEX_SERVER, [name]: text };
      const { problems = [], warnings } = readConfig({
        environment: (name) => variables[name],
        dotenv: `${token}=1`,
        readText: (path) => Deno.readTextFileSync(path),
      });
      const said = [...problems, ...warnings].join("\n");
      assert.doesNotMatch(said, /aBcDe/i, `${name}=${text}: ${said}`);
    }
  }
});

Deno.test("readConfig() repeats no token that stands in the variable of something else", () => {
  const variables = Object.fromEntries(
    ["PLEX_TOKEN_FILE", "LISTEN_ADDRESS", "METRICS_PATH", "LOG_LEVEL", "TZ", "HIDE_LABELS"]
      .concat("LIBRARY_REFRESH_INTERVAL", "PLEX_CLIENT_TIMEOUT_SECONDS", "PLEX_CA_FILE")
      .concat("SKIP_TLS_VERIFICATION", "WEB_CONFIG_FILE", "LOG_FORMAT")
      .map((name) => [name, token]),
  );
  const { problems = [], warnings } = readConfig({
    environment: (name) => ({ PLEX_SERVER: least.PLEX_SERVER, ...variables })[name],
    readText: (path) => Deno.readTextFileSync(path),
  });
  const said = [...problems, ...warnings];
  for (const name of Object.keys(variables)) {
    assert.ok(said.some((text) => text.startsWith(name)), name);
  }
  for (const text of said) assert.doesNotMatch(text, /aBcDe/i, text);
});

Deno.test("readConfig() takes the token from a file, and not from two places", () => {
  const { PLEX_SERVER } = least;
  const { config } = read({ PLEX_SERVER, PLEX_TOKEN_FILE: "/run/token" });
  assert.equal(config?.servers[0]?.token.reveal(), token);
  assert.equal(config?.tokenFile, "/run/token");
  assert.match(refuseOne({ PLEX_TOKEN_FILE: "/run/token" }), /both set; keep one of them/);
  const cases = [
    ["/run/none", /"\/run\/none", which cannot be read: No such file/],
    ["/run/empty", /"\/run\/empty", which is empty/],
    ["/run/broken", /^PLEX_TOKEN_FILE has white space inside/],
    ["/run/tokens", /^PLEX_TOKEN_FILE has 2 tokens for 1 server/],
  ] as const;
  for (const [path, right] of cases) {
    const { problems = [] } = read({ PLEX_SERVER, PLEX_TOKEN_FILE: path });
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", right);
    assert.doesNotMatch(problems[0] ?? "", /aBcDe/);
  }
});

Deno.test("readTokenFile() reads what the file holds now", () => {
  let text = "first";
  const again = () => readTokenFile("/run/token", 2, () => text).tokens?.map((t) => t.reveal());
  assert.deepEqual(again(), ["first", "first"]);
  text = "second\nthird\n";
  assert.deepEqual(again(), ["second", "third"]);
  text = "";
  assert.equal(again(), undefined);
});

Deno.test("readConfig() understands LISTEN_ADDRESS, or says how to write it", () => {
  const listen = (text: string) => accept({ LISTEN_ADDRESS: text }).listen;
  assert.deepEqual(listen(":9000"), { hostname: undefined, port: 9000 });
  assert.deepEqual(listen("127.0.0.1:0"), { hostname: "127.0.0.1", port: 0 });
  assert.deepEqual(listen("[::1]:9000"), { hostname: "::1", port: 9000 });
  assert.deepEqual(listen("localhost:80"), { hostname: "localhost", port: 80 });
  const cases = [
    ["9000", /a port alone needs a colon: ":9000"/],
    ["localhost", /write host:port/],
    ["::1:9000", /an IPv6 address stands in brackets: "\[::1\]:9000"/],
    [":65536", /has port 65536; write one from 0 to 65535/],
    ["http://localhost:9000", /without a scheme or a path/],
    ["[nonsense]:9000", /neither a host name nor an address/],
    ["a b:9000", /write host:port/],
  ] as const;
  for (const [text, right] of cases) assert.match(refuseOne({ LISTEN_ADDRESS: text }), right, text);
});

Deno.test("readConfig() keeps METRICS_PATH off the other pages", () => {
  assert.equal(accept({ METRICS_PATH: "/prometheus/metrics/" }).metricsPath, "/prometheus/metrics");
  assert.equal(accept({ METRICS_PATH: "/dashboards2" }).metricsPath, "/dashboards2");
  const wrong = ["metrics", "/", "//", "/healthz", "/healthz/", "/alerts.yml", "/dashboards"];
  wrong.push(
    "/dashboards/x.json",
    "/a?b",
    "/a#b",
    "/a b",
    "/%68ealthz",
    "/a/../b",
    "/a//b",
    "//host/a",
  );
  for (const path of wrong) {
    const right = /^METRICS_PATH .*(\/metrics|fragment$|without %)/;
    assert.match(refuseOne({ METRICS_PATH: path }), right, path);
  }
});

Deno.test("readConfig() reads times with and without a unit", () => {
  const interval = (text: string) => accept({ LIBRARY_REFRESH_INTERVAL: text }).libraryIntervalMs;
  const cases = [["0", 60_000], ["30s", 60_000], ["90s", 90_000], ["15m", 900_000]] as const;
  for (const [text, ms] of cases) assert.equal(interval(text), ms, text);
  assert.equal(interval("1H"), 3_600_000);
  assert.equal(interval("1.5"), 90_000);
  assert.equal(interval("169h"), 900_000, "above a week: the default");
  const timeout = (text: string) => accept({ PLEX_CLIENT_TIMEOUT_SECONDS: text }).requestTimeoutMs;
  assert.equal(timeout("30"), 30_000);
  assert.equal(timeout("2m"), 120_000);
  assert.equal(timeout("0"), 10_000, "no time at all: the default");
});

Deno.test("readConfig() reads switches in any case", () => {
  for (const [on, off] of [["TRUE", "False"], ["1", "0"], ["Yes", "NO"]] as const) {
    assert.equal(accept({ COMPATIBLE_METRICS: on }).compatibleMetrics, true);
    assert.equal(accept({ COMPATIBLE_METRICS: off }).compatibleMetrics, false);
  }
  assert.match(refuseOne({ COMPATIBLE_METRICS: "on" }), /is "on"; write true or false/);
});

Deno.test("readConfig() takes ENVIRONMENT=development for LOG_FORMAT=console unless that is set", () => {
  const ENVIRONMENT = "development";
  assert.equal(accept({ ENVIRONMENT }).logFormat, "console");
  assert.equal(accept({ ENVIRONMENT, LOG_FORMAT: "JSON" }).logFormat, "json");
  assert.equal(accept({ ENVIRONMENT: "production" }).logFormat, "json");
});

Deno.test("readConfig() reads HIDE_LABELS and refuses a label that cannot be hidden", () => {
  assert.deepEqual(accept({ HIDE_LABELS: "title, User,user" }).hideLabels, ["user", "title"]);
  assert.match(refuseOne({ HIDE_LABELS: "user,titel" }), /"titel".*did you mean title\?/);
});

Deno.test("readConfig() spells the time zone as Intl does", () => {
  assert.equal(accept({ TZ: "europe/berlin" }).zone, "Europe/Berlin");
});

Deno.test("readConfig() opens the files it is given", () => {
  const config = accept({ PLEX_CA_FILE: "/run/ca.pem", WEB_CONFIG_FILE: "/run/web.yml" });
  assert.deepEqual(config.certificateAuthority, { path: "/run/ca.pem", pem: certificate });
  assert.equal(config.web?.path, "/run/web.yml");
  assert.match(refuseOne({ PLEX_CA_FILE: "/run/token" }), /without a certificate/);
  assert.match(refuseOne({ PLEX_CA_FILE: "/run/cut.pem" }), /certificate 2 cannot be read/);
  assert.match(refuseOne({ WEB_CONFIG_FILE: "/run/token" }), /has to be a file of keys/);
  assert.doesNotMatch(refuseOne({ PLEX_CA_FILE: "/run/token" }), /aBcDe/);
  assert.match(refuseOne({ WEB_CONFIG_FILE: "/run/none" }), /cannot be read/);
});

Deno.test("readConfig() warns that SKIP_TLS_VERIFICATION is on", () => {
  const { warnings } = read({ ...least, SKIP_TLS_VERIFICATION: "1", PLEX_CA_FILE: "/run/ca.pem" });
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? "", /^SKIP_TLS_VERIFICATION is on: .* PLEX_CA_FILE has no effect$/);
});

Deno.test("readConfig() makes a configuration that shows no token when it is printed", () => {
  const config = accept({});
  const shown = [
    JSON.stringify(config),
    String(config),
    Deno.inspect(config, { depth: 10, showHidden: true }),
    `${config.servers[0]?.token}`,
    JSON.stringify(structuredClone({ ...config.servers[0]?.token })),
  ];
  for (const text of shown) assert.ok(!text.includes(token), text);
  assert.equal(Deno.inspect(new Secret(token)), "[redacted]");
  assert.equal(JSON.stringify({ token: new Secret(token) }), '{"token":"[redacted]"}');
});

Deno.test("readConfig() never throws and never repeats a token, whatever it is given", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 40 });
  const variables = fc.dictionary(fc.constantFrom(...settingNames), text);
  fc.assert(fc.property(variables, fc.option(text), (given, dotenv) => {
    const broken = { ...given, PLEX_TOKEN: `${token} ${token}` };
    const result = read(broken, dotenv ?? undefined);
    assert.ok(result.problems && result.problems.length > 0);
    assert.ok(!JSON.stringify(result).includes(token));
  }));
});

Deno.test("helpText() names every command and setting within 96 columns", () => {
  const text = helpText("1.2.3");
  for (const word of ["1.2.3", "serve", "check", "demo", "healthcheck", "--help", "--version"]) {
    assert.ok(text.includes(word), word);
  }
  for (const name of settingNames) assert.match(text, new RegExp(`^  ${name}  `, "m"));
  for (const line of text.split("\n")) {
    assert.ok(line.length <= 96 && line === line.trimEnd(), line);
  }
});

Deno.test("settingsTable() has a row for every setting, with its columns aligned", () => {
  const lines = settingsTable().trimEnd().split("\n");
  assert.equal(lines.length, settingNames.length + 2);
  assert.equal(new Set(lines.map((line) => line.length)).size, 1);
  settingNames.forEach((name, index) => assert.ok(lines[index + 2]?.startsWith(`| \`${name}\` `)));
});
