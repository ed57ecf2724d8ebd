/** Unit tests mirror the sources: `src/a/b.ts` is tested by `tests/unit/a/b_test.ts`. */
import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url);

const TYPES_ONLY = "types only";
const VALUES_ONLY = "types and lists of values, no function";
const ROWS = "rows of data: golden_test.ts compares their output, rules_test.ts checks every row";

/** Sources without a unit test of their name, and where they are tested instead. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  "app.ts": "it joins the parts: tests/e2e starts it in nearly every test",
  "check.ts": "tests/e2e/check_test.ts runs the command",
  "config/read_result.ts": TYPES_ONLY,
  "config/web_config_schema.ts": "config/web_config_test.ts reads whole files by it",
  "core/enums.ts": VALUES_ONLY,
  "core/event.ts": TYPES_ONLY,
  "core/walked_item.ts": TYPES_ONLY,
  "exit_codes.ts": VALUES_ONLY,
  "finding.ts": VALUES_ONLY,
  "core/state.ts": "types and the initial state, without logic",
  "history/command.ts": "tests/real/history_command_test.ts runs the command",
  "history/mod.ts": "it joins the parts: tests/e2e/history_test.ts writes whole histories",
  "history/server.ts": "tests/e2e/history_test.ts reads whole servers, and refuses a guest's token",
  "login/command.ts": "tests/real/login_command_test.ts runs the command",
  "login/mod.ts": "it joins the parts: tests/e2e/login_test.ts signs in and finds the settings",
  "main.ts": "tests/real/main_test.ts starts the program",
  "metrics/counters.ts": ROWS,
  "metrics/dvr.ts": ROWS,
  "metrics/exporter.ts": ROWS,
  "metrics/legacy.ts": ROWS,
  "metrics/library.ts": ROWS,
  "metrics/session.ts": ROWS,
  "plex/collectors/collector.ts": TYPES_ONLY,
  "plex/hint.ts": TYPES_ONLY,
  "simulator/api/library_routes.ts": "simulator/api/routes_test.ts requests every path",
  "simulator/api/live_television.ts":
    "simulator/api/routes_test.ts requests the channel that is tuned in",
  "simulator/api/route.ts": TYPES_ONLY,
  "simulator/demo.ts": "tests/e2e/demo_test.ts and tests/real/demo_test.ts start it",
  "simulator/notification.ts": TYPES_ONLY,
  "simulator/titles.ts": VALUES_ONLY,
  "simulator/users.ts":
    "lists of users and players: simulator/api/history_test.ts asks as the guest",
  "simulator/viewer_context.ts": TYPES_ONLY,
  "simulator/viewer_profiles.ts":
    "lists of values: simulator/viewer_simulation_test.ts finds every method and media type in them",
  "web/page/style.ts": "a style sheet",
};

/** The paths of all TypeScript files below `folder`, relative to it. */
function filesBelow(folder: string, prefix = ""): string[] {
  return [...Deno.readDirSync(new URL(folder + prefix, ROOT))].flatMap((entry) => {
    if (entry.isDirectory) return filesBelow(folder, `${prefix}${entry.name}/`);
    return entry.name.endsWith(".ts") ? [prefix + entry.name] : [];
  });
}

const sources = filesBelow("src/");
const tests = new Set(filesBelow("tests/unit/"));

/** The path of the unit test of a source, relative to `tests/unit/`. */
function testOf(source: string): string {
  return source.replace(/\.ts$/, "_test.ts");
}

Deno.test("every source file has the unit test of its name, or a reason to have none", () => {
  assert.deepEqual(
    sources.filter((file) => !tests.has(testOf(file)) && !Object.hasOwn(EXCEPTIONS, file)),
    [],
  );
});

Deno.test("no reason to have no unit test is out of date", () => {
  const stale = Object.keys(EXCEPTIONS)
    .filter((file) => !sources.includes(file) || tests.has(testOf(file)));
  assert.deepEqual(stale, []);
});
