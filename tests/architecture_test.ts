/**
 * What may import what, and other rules of the whole tree, each with its reason, which a violation
 * prints. The rules are data; they are checked against the text of the files, not against a build.
 */
import assert from "node:assert/strict";
import { settingNames } from "../src/config/mod.ts";
import { partOf } from "./testing/parts.ts";

const ROOT = new URL("../", import.meta.url);

type Sources = ReadonlyMap<string, string>;

/** Modules from outside and the only files that may import them. */
const MODULES: readonly {
  readonly module: RegExp;
  readonly files: RegExp;
  readonly reason: string;
}[] = [
  {
    module: /^zod(\/v4\/core)?$/,
    files:
      /^src\/(config\/\w+\.ts|plex\/((notification|dvr|item)_)?schema(_fields)?\.ts|(login|state_file)\/schema\.ts)$/,
    reason:
      "input from outside is parsed in four places: the settings, Plex's responses, plex.tv's, the state file",
  },
  {
    module: /^prom-client(\/lib\/registry\.js)?$/,
    files: /^src\/metrics\/exposition\.ts$/,
    reason: "it only renders the page; metrics are rows, not its objects",
  },
  {
    module: /^@logtape\//,
    files: /^src\/log\/\w+\.ts$/,
    reason: "everything else uses the interface Log",
  },
  {
    module: /^ws$/,
    files: /^src\/(plex\/transport\/insecure|simulator\/net\/server_websocket)\.ts$/,
    reason:
      "Deno's own WebSocket is what verified connections use; the simulated Plex breaks its own",
  },
  {
    module: /^bcryptjs$/,
    files: /^src\/web\/bcrypt\.ts$/,
    reason: "it runs in a worker: a check in the main thread would delay every response",
  },
  {
    module: /^leven$/,
    files: /^src\/config\/suggest\.ts$/,
    reason: "only settings are misspelt",
  },
  {
    module: /^js-yaml$/,
    files: /^src\/config\/web_config\.ts$/,
    reason: "only the web configuration is written in it",
  },
  {
    module: /^node:/,
    files:
      /^src\/(app|config\/env|config\/certificate|config\/web_config|web\/compress|web\/healthcheck|web\/basic_auth|plex\/transport\/insecure|history\/options|login\/options|simulator\/\w+|simulator\/(net|plex_tv)\/\w+)\.ts$/,
    reason: "input and output are at the edges",
  },
  {
    module: /^\.\.\/examples\/.+\.(json|yml)$/,
    files: /^src\/embedded_examples\.ts$/,
    reason: "dashboards and alerts are embedded as texts, in one place",
  },
  {
    module: /^\.\.\/deno\.json$/,
    files: /^src\/main\.ts$/,
    reason: "the version is passed on from there",
  },
];

/** The files that may use `Deno`: what they do there. */
const EDGES: Readonly<Record<string, string>> = {
  "src/main.ts": "arguments, signals, files of the settings, output, the only exit",
  "src/history/command.ts": "revokes the permission to write",
  "src/history/output.ts": "writes a file or to stdout",
  "src/login/command.ts": "reads the host name, revokes permissions, writes to stdout and stderr",
  "src/login/env_file.ts": "writes a file that only its owner may read",
  "src/proxies.ts": "unsets the variables that name proxies",
  "src/log/mod.ts": "writes to stderr",
  "src/app.ts": "reads the version of Deno and the memory in use",
  "src/plex/transport/fetch.ts": "makes the HTTP client with a private certificate authority",
  "src/state_file/disk.ts": "locks, reads and replaces the state file",
  "src/web/server.ts": "serves, and classifies the errors of binding",
};

/** Globals that the core must not use. */
const IMPURE =
  /\b(Date\.now|performance\.|setTimeout|setInterval|queueMicrotask|Math\.random|fetch\(|WebSocket\(|console\.|crypto\.)|new Date\(\)/;

/** The maximum length of a source: a file about one noun needs no more. */
const MAX_LINES = 250;

/** Environment variables that the program may read in addition to its settings. */
const OTHER_VARIABLES: Readonly<Record<string, string>> = {
  NO_COLOR: "whether the log may be coloured",
  ...Object.fromEntries(
    ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()])
      .map((name) => [name, "Deno would send the token through it, so it is unset"]),
  ),
  PLEX_TV_TEST_PORT: "tests let login ask a simulated plex.tv on this machine",
  WS_NO_BUFFER_UTIL: "ws reads it when it is loaded",
  WS_NO_UTF_8_VALIDATE: "ws reads it when it is loaded",
};

/** Names in `.gitignore`, and git's own folder. */
const SKIPPED: readonly string[] = [".git", "node_modules", "dist", "coverage", ".env"];

/** Joined here so that this file does not contain what it forbids. */
const REGISTRY_HOSTS: readonly string[] = [
  ["registry", "npmjs", "org"],
  ["registry", "yarnpkg", "com"],
  ["jsr", "io"],
  ["dl", "deno", "land"],
  ["esm", "sh"],
  ["deb", "debian", "org"],
  ["security", "debian", "org"],
  ["pypi", "org"],
  ["static", "crates", "io"],
  ["proxy", "golang", "org"],
].map((parts) => parts.join("."));

/** The beginning of an absolute path as it looks on somebody's machine, on any system. */
const HOME_PATH = /(?<![\w.~/-])(\/(home|Users|root|work|workspace)\/[\w.-]+|[A-Z]:\\Users\\\w)/;

interface Import {
  readonly specifier: string;
  /** Whether the imported file runs before this one: false for types and for `import()`. */
  readonly runsFirst: boolean;
}

/** The imports of a text; one whose specifier is not a literal has the specifier `?`. */
function importsOf(text: string): Import[] {
  const declared = text.matchAll(
    /^(?:import|export)\s+(type\s+)?(?:[\w\s{},*$]*?\bfrom\s+)?"([^"]+)"/gm,
  );
  const dynamic = code(text).matchAll(/\bimport\(\s*(?:"([^"]+)")?/g);
  return [
    ...[...declared].map(([, type, specifier = "?"]) => ({
      specifier,
      runsFirst: type === undefined,
    })),
    ...[...dynamic].map(([, specifier = "?"]) => ({ specifier, runsFirst: false })),
  ];
}

/** The text without comment lines, and without comments after code. */
function code(text: string): string {
  return text.split("\n").filter((line) => !/^\s*(\/\/|\/\*|\*)/.test(line))
    .map((line) => line.replace(/\s\/\/ .*$/, "")).join("\n");
}

/** The file that a relative specifier means. */
function resolve(from: string, specifier: string): string {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

/** Every import that violates a rule, with the reason of the rule. */
function importViolations(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) => {
    const part = partOf(file);
    if (part === undefined) return [`${file} belongs to no part: give it a rule in this test`];
    return importsOf(text).flatMap(({ specifier }) => {
      const violation = `${file} imports "${specifier}"`;
      const rule = MODULES.find(({ module }) => module.test(specifier));
      if (rule !== undefined) return rule.files.test(file) ? [] : [`${violation}: ${rule.reason}`];
      if (!specifier.startsWith(".")) {
        return [`${violation}, for which there is no rule in this test`];
      }
      const target = resolve(file, specifier);
      if (!sources.has(target)) return [`${violation}, which is outside of src/ or not there`];
      const other = partOf(target);
      if (other === part || (other && part.imports.includes(other.name))) return [];
      return [`${violation}: ${part.reason}`];
    });
  });
}

/** An import cycle of files that each have to run first, as a path that ends where it began. */
function findCycle(sources: Sources): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, above: readonly string[]): string[] | undefined => {
    const begin = above.indexOf(file);
    if (begin !== -1) return [...above.slice(begin), file];
    if (done.has(file)) return undefined;
    done.add(file);
    for (const { specifier, runsFirst } of importsOf(sources.get(file) ?? "")) {
      if (!runsFirst || !specifier.startsWith(".")) continue;
      const cycle = visit(resolve(file, specifier), [...above, file]);
      if (cycle !== undefined) return cycle;
    }
    return undefined;
  };
  for (const file of sources.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** Every text file of the project under `folder`, by its path from the root. */
function readTree(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, isDirectory, isFile } of Deno.readDirSync(new URL(folder, ROOT))) {
    if (SKIPPED.includes(name)) continue;
    const path = `${folder}${name}`;
    if (isDirectory) { for (const entry of readTree(`${path}/`)) found.set(...entry); }
    else if (isFile) found.set(path, Deno.readTextFileSync(new URL(path, ROOT)));
  }
  return found;
}

function readSources(): Sources {
  const files = [...readTree("src/")].filter(([path]) => path.endsWith(".ts"));
  return new Map(files.sort(([a], [b]) => a < b ? -1 : 1));
}

function report(violations: readonly string[]): void {
  assert.ok(violations.length === 0, `\n  ${violations.join("\n  ")}\n`);
}

Deno.test("invariant 1: core imports only core, and every part only what its rule allows", () => {
  report(importViolations(readSources()));
});

Deno.test("the import rules find a violation in every form of import", () => {
  const violations = (file: string, text: string) =>
    importViolations(new Map([[file, text], ["src/log/mod.ts", ""], ["src/plex/client.ts", ""]]))
      .length;
  const wrong: readonly (readonly [file: string, text: string])[] = [
    ["src/core/a.ts", 'import { Log } from "../log/mod.ts";'],
    ["src/core/a.ts", 'import type { Log } from "../log/mod.ts";'],
    ["src/core/a.ts", 'import {\n  type Log,\n} from "../log/mod.ts";'],
    ["src/core/a.ts", 'export * from "../log/mod.ts";'],
    ["src/core/a.ts", 'export { openLog } from "../log/mod.ts";'],
    ["src/core/a.ts", 'import "../log/mod.ts";'],
    ["src/core/a.ts", 'const log = await import("../log/mod.ts");'],
    ["src/core/a.ts", "const log = await import(name);"],
    ["src/core/a.ts", 'import * as z from "zod";'],
    ["src/core/a.ts", 'import process from "node:process";'],
    ["src/metrics/a.ts", 'import { createClient } from "../plex/client.ts";'],
    ["src/web/a.ts", 'import type { Client } from "../plex/client.ts";'],
    ["src/simulator/a.ts", 'import { createClient } from "../plex/client.ts";'],
    ["src/web/a.ts", 'import { Registry } from "prom-client";'],
    ["src/plex/a.ts", 'import { TOKEN } from "../../tests/testing/plex_fixture.ts";'],
    ["src/plex/a.ts", 'import _ from "npm:lodash";'],
    ["src/other.ts", ""],
  ];
  for (const [file, text] of wrong) assert.equal(violations(file, text), 1, `${file}: ${text}`);
  assert.equal(violations("src/plex/a.ts", 'import type { Log } from "../log/mod.ts";'), 0);
  assert.equal(violations("src/core/a.ts", '// import { Log } from "../log/mod.ts";'), 0);
});

Deno.test("there is no import cycle", () => {
  assert.equal(findCycle(readSources())?.join(" → "), undefined);
  const cycle = { "src/a.ts": "./b.ts", "src/b.ts": "./c.ts", "src/c.ts": "./a.ts" };
  const files = Object.entries(cycle).map(([file, to]) => [file, `import "${to}";`] as const);
  assert.deepEqual(findCycle(new Map(files)), ["src/a.ts", "src/b.ts", "src/c.ts", "src/a.ts"]);
});

Deno.test("Deno is used in the listed files only", () => {
  const users = [...readSources()]
    .filter(([, text]) => /(?<!["'`.\w])Deno\./.test(code(text)))
    .map(([file]) => file);
  report(
    users.filter((file) => !Object.hasOwn(EDGES, file))
      .map((file) => `${file} uses Deno: input and output are at the listed edges`),
  );
  report(
    Object.keys(EDGES).filter((file) => !users.includes(file))
      .map((file) => `${file} is listed as an edge and uses no Deno: take it off the list`),
  );
});

Deno.test("the core uses no clock, no randomness and no input or output", () => {
  report(
    [...readSources()]
      .filter(([file]) => partOf(file)?.name === "core")
      .flatMap(([file, text]) => {
        const [used] = IMPURE.exec(code(text)) ?? [];
        return used === undefined ? [] : [`${file} uses ${used}: time travels in the events`];
      }),
  );
});

Deno.test("only main.ts ends the process", () => {
  report(
    [...readSources()]
      .filter(([file, text]) => file !== "src/main.ts" && /\bexit\(/.test(code(text)))
      .map(([file]) => `${file} calls exit: ending the process leaves other work undone`),
  );
});

Deno.test(`no source is longer than ${MAX_LINES} lines`, () => {
  report(
    [...readSources()].flatMap(([file, text]) => {
      const length = text.split("\n").length - 1;
      return length <= MAX_LINES
        ? []
        : [`${file} has ${length} lines, more than ${MAX_LINES}: one noun a file`];
    }),
  );
});

Deno.test("no source declares a variable with `using`: the minifier may inline it, and then nothing is closed", () => {
  report(
    [...readSources()].filter(([, text]) => /^\s*(await )?using /m.test(text))
      .map(([file]) => `${file} declares a variable with \`using\`: close it in \`finally\``),
  );
});

Deno.test("every source begins with a comment on its purpose", () => {
  report(
    [...readSources()].filter(([, text]) => !text.startsWith("/**"))
      .map(([file]) => `${file} begins without a sentence about what it is for`),
  );
});

Deno.test("the program may use the network and files, and read its settings from the environment", () => {
  const { tasks, permissions } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const { env, ...others } = permissions.exporter;
  assert.deepEqual(env.toSorted(), [...settingNames, ...Object.keys(OTHER_VARIABLES)].sort());
  // Only STATE_FILE and the commands history and login write a file, and only login reads the host
  // name; without them the program revokes these permissions.
  assert.deepEqual(others, { net: true, read: true, write: true, sys: ["hostname"] });
  assert.match(tasks.run.command, / --no-prompt -P=exporter /);
  assert.doesNotMatch(tasks.run.command, /--allow-|-A\b/);
});

Deno.test("no file names the host of a package registry, or a path of a developer's machine", () => {
  report(
    [...readTree("")].flatMap(([file, text]) => {
      const hosts = REGISTRY_HOSTS.filter((host) => text.includes(host));
      const [path] = HOME_PATH.exec(text) ?? [];
      return [
        ...hosts.map((host) => `${file} names ${host}: where packages come from is the user's`),
        ...(path === undefined ? [] : [`${file} has the path ${path}: no other machine has it`]),
      ];
    }),
  );
});
