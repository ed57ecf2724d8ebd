/**
 * The packing of the bundle into a binary. Deno's base binary can't be had everywhere, so this packs
 * onto a program that does nothing, and reads what would rule the real one out of the file.
 */
import assert from "node:assert/strict";
import { makeBundle } from "../../.ci/build/bundle.ts";
import { checksums, compileBundle, compileTargets } from "../../.ci/build/compile.ts";
import { NAME, runDeno, shippedFlags, VERSION } from "../../.ci/build/project.ts";
import { ALL_TARGETS, binaryName, readTarget } from "../../.ci/build/targets.ts";
import { settingNames } from "../../src/config.ts";
import { freePort, runProcess, withFolder } from "../real/program.ts";
import { oneBundle } from "./one_bundle.ts";

const STUB = { DENORT_BIN: "/bin/true" };

const bundle = oneBundle();

/** What Deno writes into a binary, as far as it matters. */
interface Metadata {
  readonly argv: readonly string[];
  readonly permissions: Readonly<Record<string, unknown>>;
  readonly v8_flags: readonly string[];
  readonly ca_stores: unknown;
  readonly ca_data: unknown;
  readonly unsafely_ignore_certificate_errors: unknown;
  readonly env_vars_from_env_file: Readonly<Record<string, string>>;
  readonly entrypoint_key: string;
  readonly code_cache_key: unknown;
  readonly preload_modules: readonly string[];
  readonly node_modules: unknown;
  readonly app_name: string;
}

/** The JSON object in a file that begins with `argv`. */
function readMetadata(file: Uint8Array): Metadata {
  const text = new TextDecoder("latin1").decode(file);
  const begin = text.indexOf('{"argv"');
  assert.notEqual(begin, -1, "there is no metadata in the file");
  let depth = 0;
  for (let end = begin; end < text.length; end++) {
    if (text[end] === "{") depth++;
    if (text[end] === "}" && --depth === 0) return JSON.parse(text.slice(begin, end + 1));
  }
  throw new Error("the metadata in the file have no end");
}

Deno.test({
  name: "a binary is allowed what is shipped with it, asks nothing and knows no environment",
  ignore: Deno.build.os !== "linux",
  async fn() {
    // A setting of whoever builds must not get into what others run.
    const env = { ...STUB, PLEX_TOKEN: "s3cretTokenOf20Chars" };
    for (const target of ["linux-amd64", "linux-arm64"] as const) {
      const { path } = await compileBundle(bundle(), target, env);
      assert.ok(path.endsWith(`/${NAME}-${VERSION}-${target}`), path);
      const file = await Deno.readFile(path);
      assert.ok(!new TextDecoder("latin1").decode(file).includes("s3cret"));
      const { permissions, ...metadata } = readMetadata(file);
      const given = Object.entries(permissions).filter(([, value]) => value !== null);
      // Whatever Deno allows to be imported by itself, the denial of everything beside it wins.
      const { allow_env, allow_import: _, ...rest } = Object.fromEntries(given);
      assert.deepEqual(rest, {
        allow_net: [],
        allow_read: [],
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
        metadata.v8_flags.filter((flag) => !OWN_V8_FLAGS.includes(flag)),
        shippedFlags().find((flag) => flag.startsWith("--v8-flags="))?.slice(11).split(","),
      );
    }
  },
});

/** What Deno gives V8 without being asked. */
const OWN_V8_FLAGS: readonly string[] = [
  "UNUSED_BUT_NECESSARY_ARG0",
  "--stack-size=1024",
  "--inspector-live-edit",
  "--external-memory-max-reasonable-size=0",
];

Deno.test({
  name: "a binary holds the very bundle that was tested, and is the same every time",
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

Deno.test("without the network it says in one sentence what does without", async () => {
  await withFolder(async (folder) => {
    // A proxy that is not there, so that nothing is downloaded where the network would allow it.
    const nowhere = `http://127.0.0.1:${freePort()}`;
    const env = { DENO_DIR: `${folder}/cache`, HTTPS_PROXY: nowhere, https_proxy: nowhere };
    await assert.rejects(compileBundle(bundle(), "linux-arm64", env), ({ message }: Error) => {
      assert.match(message, /^Cannot download Deno's base binary for linux-arm64: [^.]*DENORT_BIN/);
      const version = Deno.version.deno;
      assert.ok(
        message.endsWith(
          `put denort-aarch64-unknown-linux-gnu.zip from that release of Deno into ` +
            `${folder}/cache/dl/release/v${version}.`,
        ),
        message,
      );
      assert.doesNotMatch(message, /\n|Stack backtrace/);
      return true;
    });
  });
});

Deno.test({
  name: "the file that the sentence names is really looked for",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await withFolder(async (folder) => {
      const cache = `${folder}/cache/dl/release/v${Deno.version.deno}`;
      await Deno.mkdir(cache, { recursive: true });
      const zip = `${cache}/denort-aarch64-unknown-linux-gnu.zip`;
      await Deno.writeFile(zip, storedZip("denort", await Deno.readFile("/bin/true")));
      const env = { DENO_DIR: `${folder}/cache` };
      const { path } = await compileBundle(bundle(), "linux-arm64", env);
      assert.equal((await runProcess(path, [])).code, 0);
    });
  },
});

/** A zip archive with one file in it, uncompressed. */
function storedZip(name: string, content: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(name);
  const common = new DataView(new ArrayBuffer(26));
  common.setUint16(0, 20, true);
  common.setUint32(10, crc32(content), true);
  common.setUint32(14, content.length, true);
  common.setUint32(18, content.length, true);
  common.setUint16(22, text.length, true);
  const fields = new Uint8Array(common.buffer);
  const local = [Uint8Array.of(0x50, 0x4b, 3, 4), fields, text, content];
  const size = local.reduce((sum, { length }) => sum + length, 0);
  const central = [Uint8Array.of(0x50, 0x4b, 1, 2, 20, 0), fields, new Uint8Array(14), text];
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, 1, true);
  end.setUint16(10, 1, true);
  end.setUint32(12, 46 + text.length, true);
  end.setUint32(16, size, true);
  const parts = [...local, ...central, new Uint8Array(end.buffer)];
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

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
  name: "sha256sum finds every file that was made as SHA256SUMS says",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await withFolder(async (folder) => {
      await compileTargets(["linux-amd64"], folder, STUB);
      const made = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
      const binary = binaryName(NAME, VERSION, "linux-amd64");
      assert.deepEqual(made, ["LICENSES.txt", "SHA256SUMS", binary, `${NAME}.js`].sort());
      const check = ["--check", "--strict", "SHA256SUMS"];
      const { code, stdout } = await runProcess("sha256sum", check, { cwd: folder });
      assert.equal(code, 0, stdout);
      assert.equal(stdout.split("\n").filter((line) => line.endsWith(": OK")).length, 3);
    });
  },
});

Deno.test("a base binary that is not there is not called a download that failed", async () => {
  const env = { DENORT_BIN: "/nowhere/denort" };
  await assert.rejects(compileBundle(bundle(), "linux-amd64", env), ({ message }: Error) => {
    assert.match(message, /^Cannot compile for linux-amd64:/);
    assert.match(message, /\/nowhere\/denort/);
    assert.doesNotMatch(message, /download/);
    return true;
  });
});

Deno.test("one base binary is not taken for all targets", async () => {
  const { success, stderr } = await runDeno(
    ["run", "--frozen", "-A", ".ci/build/compile.ts", "all"],
    { env: STUB },
  );
  assert.equal(success, false);
  assert.match(stderr, /^error: DENORT_BIN is the base binary of one target/m);
});
