/**
 * The bundle compiled into binaries. Deno's base binary is not available everywhere, so a program
 * that does nothing is used in its place, and the tests read the metadata that Deno writes into the
 * file.
 */
import assert from "node:assert/strict";
import { makeBundle } from "../../.ci/build/bundle.ts";
import { checksums, compileBundle, compileTargets } from "../../.ci/build/compile.ts";
import { NAME, runDeno, shippedFlags, VERSION } from "../../.ci/build/project.ts";
import { ALL_TARGETS, binaryName, ownTarget, readTarget } from "../../.ci/build/targets.ts";
import { settingNames } from "../../src/config/mod.ts";
import { freePort, runProcess, withFolder } from "../testing/program.ts";
import { codeBlocks, readDocument } from "../docs/markdown.ts";
import { CACHE, putBaseBinaries } from "./base_binaries.ts";
import { readMetadata } from "./metadata.ts";
import { oneBundle } from "./one_bundle.ts";

const STUB = { DENORT_BIN: "/bin/true" };

const bundle = oneBundle();

Deno.test({
  name:
    "a binary of any target has the shipped permissions, no prompt and no environment of its build",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await withFolder(async (folder) => {
      await putBaseBinaries(folder, ALL_TARGETS);
      // A setting of the build must not get into the binary.
      const env = { DENO_DIR: folder, PLEX_TOKEN: "s3cretTokenOf20Chars" };
      for (const target of ALL_TARGETS) {
        const { path } = await compileBundle(bundle(), target, env);
        assert.ok(path.endsWith(`/${binaryName(NAME, VERSION, target)}`), path);
        const file = await Deno.readFile(path);
        assert.ok(!new TextDecoder("latin1").decode(file).includes("s3cret"));
        const { permissions, ...metadata } = readMetadata(file);
        const given = Object.entries(permissions).filter(([, value]) => value !== null);
        // Deno allows some imports by default, but the denial of all imports takes precedence.
        const { allow_env, allow_import: _, ...rest } = Object.fromEntries(given);
        assert.deepEqual(rest, {
          allow_net: [],
          allow_read: [],
          allow_sys: ["hostname"],
          allow_write: [],
          deny_import: [],
          prompt: false,
        });
        const names = /--allow-env=(\S+)/.exec(shippedFlags().join(" "))?.[1]?.split(",");
        assert.deepEqual(allow_env, names);
        settingNames.forEach((name) => assert.ok(names?.includes(name), name));
        assert.deepEqual(metadata.argv, []);
        assert.deepEqual(metadata.env_vars_from_env_file, {});
        assert.deepEqual(metadata.preload_modules, []);
        assert.equal(metadata.unsafely_ignore_certificate_errors, null);
        assert.equal(metadata.ca_stores, null);
        assert.equal(metadata.ca_data, null);
        assert.equal(metadata.node_modules, null);
        assert.equal(metadata.code_cache_key, null, "it would be written to a temporary folder");
        assert.equal(metadata.entrypoint_key, `${NAME}.js`);
        assert.equal(metadata.app_name, NAME);
        assert.deepEqual(
          metadata.v8_flags.filter((flag) => !DENO_V8_FLAGS.includes(flag)),
          shippedFlags().find((flag) => flag.startsWith("--v8-flags="))?.slice(11).split(","),
        );
      }
    });
  },
});

/** The V8 flags that Deno adds by itself. */
const DENO_V8_FLAGS: readonly string[] = [
  "UNUSED_BUT_NECESSARY_ARG0",
  "--stack-size=1024",
  "--inspector-live-edit",
  "--external-memory-max-reasonable-size=0",
];

Deno.test({
  name: "a binary contains the tested bundle, and has the same bytes every time",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const binary = await compileBundle(bundle(), "linux-amd64", STUB);
    const latin = new TextDecoder("latin1");
    const code = latin.decode(await Deno.readFile(bundle().path));
    assert.ok(latin.decode(await Deno.readFile(binary.path)).includes(code));
    await withFolder(async (folder) => {
      const again = await compileBundle(await makeBundle(folder), "linux-amd64", STUB);
      assert.equal(again.sha256, binary.sha256);
    });
  },
});

Deno.test("without a network the error says how to compile without one", async () => {
  await withFolder(async (folder) => {
    // A proxy that does not exist, so that nothing is downloaded even with a network.
    const nowhere = `http://127.0.0.1:${freePort()}`;
    const env = { DENO_DIR: `${folder}/cache`, HTTPS_PROXY: nowhere, https_proxy: nowhere };
    await assert.rejects(compileBundle(bundle(), "linux-arm64", env), ({ message }: Error) => {
      assert.match(message, /^Cannot download Deno's base binary for linux-arm64: [^.]*DENORT_BIN/);
      assert.ok(
        message.endsWith(
          `put denort-aarch64-unknown-linux-gnu.zip from that release of Deno into ` +
            `${folder}/cache/${CACHE}.`,
        ),
        message,
      );
      assert.doesNotMatch(message, /\n|Stack backtrace/);
      return true;
    });
  });
});

Deno.test({
  name: "Deno looks for the base binary where the error says",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await withFolder(async (folder) => {
      await putBaseBinaries(`${folder}/cache`, ["linux-arm64"]);
      const env = { DENO_DIR: `${folder}/cache` };
      const { path } = await compileBundle(bundle(), "linux-arm64", env);
      assert.equal((await Deno.readFile(path))[18], 0xb7, "the machine type is that of the target");
    });
  },
});

Deno.test("the six targets have names with the version, and .exe where it belongs", () => {
  assert.deepEqual(ALL_TARGETS.map((target) => binaryName("exporter", "1.2.3", target)), [
    "exporter-1.2.3-linux-amd64",
    "exporter-1.2.3-linux-arm64",
    "exporter-1.2.3-darwin-amd64",
    "exporter-1.2.3-darwin-arm64",
    "exporter-1.2.3-windows-amd64.exe",
    "exporter-1.2.3-windows-arm64.exe",
  ]);
  assert.equal(readTarget("linux-arm64"), "linux-arm64");
  assert.throws(() => readTarget("linux"), /There is no target "linux"; there are linux-amd64,/);
});

Deno.test("checksums are in the form of sha256sum", () => {
  const files = [{ path: "/a/b", sha256: "12" }, { path: "/a/c", sha256: "34" }];
  assert.equal(checksums(files), "12  b\n34  c\n");
});

Deno.test({
  name: "all targets make six binaries that the lines of examples/README.md check and run",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await withFolder(async (folder) => {
      await putBaseBinaries(`${folder}/cache`, ALL_TARGETS);
      const dist = `${folder}/dist`;
      await compileTargets(ALL_TARGETS, dist, { DENO_DIR: `${folder}/cache` });
      const made = [...Deno.readDirSync(dist)].map(({ name }) => name).sort();
      const binaries = ALL_TARGETS.map((target) => binaryName(NAME, VERSION, target));
      assert.deepEqual(made, ["LICENSES.txt", "SHA256SUMS", ...binaries, `${NAME}.js`].sort());
      const sums = (await Deno.readTextFile(`${dist}/SHA256SUMS`)).split("\n").filter(Boolean);
      assert.equal(
        new Set(sums.map((line) => line.split("  ")[0])).size,
        8,
        "no two files are equal",
      );

      const strict = ["--check", "--strict", "SHA256SUMS"];
      const { code, stdout } = await runProcess("sha256sum", strict, { cwd: dist });
      assert.equal(code, 0, stdout);
      assert.equal(stdout.split("\n").filter((line) => line.endsWith(": OK")).length, 8);

      // As after a download of only the binary for this machine, and the checksums.
      const own = binaryName(NAME, VERSION, ownTarget());
      for (const name of [...binaries, `${NAME}.js`, "LICENSES.txt"]) {
        if (name !== own) await Deno.remove(`${dist}/${name}`);
      }
      await Deno.chmod(`${dist}/${own}`, 0o644);
      const lines = codeBlocks(readDocument("examples/README.md"), "sh")
        .find((block) => block.startsWith("sha256sum ")) ?? "false";
      const script = lines.replaceAll("linux-amd64", ownTarget());
      const ran = await runProcess("sh", ["-eu", "-c", script], { cwd: dist });
      assert.equal(ran.code, 0, ran.stderr);
      assert.equal(ran.stdout, `${own}: OK\n`);
    });
  },
});

Deno.test("a missing DENORT_BIN is not reported as a failed download", async () => {
  const env = { DENORT_BIN: "/nowhere/denort" };
  await assert.rejects(compileBundle(bundle(), "linux-amd64", env), ({ message }: Error) => {
    assert.match(message, /^Cannot compile for linux-amd64:/);
    assert.match(message, /\/nowhere\/denort/);
    assert.doesNotMatch(message, /download/);
    return true;
  });
});

Deno.test("DENORT_BIN is rejected for more than one target", async () => {
  const { success, stderr } = await runDeno(
    ["run", "--frozen", "-A", ".ci/build/compile.ts", "all"],
    { env: STUB },
  );
  assert.equal(success, false);
  assert.match(stderr, /^error: DENORT_BIN is the base binary of one target/m);
});
