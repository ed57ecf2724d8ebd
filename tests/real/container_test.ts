/**
 * The container image, tested without Docker: a linter checks the Dockerfile, and the shipped
 * bundle runs in a root file system that holds no more than the last stage.
 *
 * Deno's own executable replaces the binary: it needs the same libraries.
 */
import assert from "node:assert/strict";
import { validate } from "dockerfile-utils";
import { makeBundle } from "../../.ci/build/bundle.ts";
import { shippedFlags } from "../../.ci/build/project.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { STATE_FOLDER } from "../testing/example_files.ts";
import {
  freePort,
  type Process,
  runProcess,
  startProcess,
  until,
  withFolder,
} from "../testing/program.ts";
import { findTool } from "../testing/tools.ts";

const ROOT = new URL("../../", import.meta.url);
const USER = "65532";

function readText(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

/** The instructions of the Dockerfile by stage, each on one line. */
function stages(): string[][] {
  const lines = readText("Dockerfile").replaceAll(/^#.*\n/gm, "").replaceAll(/\\\n\s*/g, "")
    .split("\n").filter((line) => line !== "");
  const stages: string[][] = [];
  for (const line of lines) {
    if (line.startsWith("FROM ")) stages.push([]);
    stages.at(-1)?.push(line);
  }
  return stages;
}

Deno.test("a linter finds nothing wrong with the Dockerfile", () => {
  assert.deepEqual(validate(readText("Dockerfile")).map(({ message }) => message), []);
  assert.notDeepEqual(validate("FROM a\nEXPOSE x\n"), [], "the linter accepts anything");
});

Deno.test("no argument that BuildKit sets has a default, which would override it", () => {
  const args = stages().flat().flatMap((line) => /^ARG (.+)$/.exec(line)?.[1] ?? []);
  const fromBuildKit = args.filter((arg) => /^(TARGET|BUILD)/.test(arg));
  assert.deepEqual(fromBuildKit, ["TARGETOS", "TARGETARCH"]);
});

/** Runs the command of the first stage, with a stub of Deno that writes the target as binary. */
function buildFor(env: Readonly<Record<string, string>>) {
  return withFolder(async (folder) => {
    const script =
      '#!/bin/sh\nmkdir dist && echo "$3" > "dist/prometheus-plex-exporter-1.2.3-$3"\n';
    await Deno.writeTextFile(`${folder}/deno`, script, { mode: 0o755 });
    const command = stages()[0]?.find((line) => line.startsWith("RUN "))?.slice(4) ?? "";
    const PATH = `${folder}:${Deno.env.get("PATH")}`;
    const result = await runProcess("sh", ["-c", command], { cwd: folder, env: { PATH, ...env } });
    const path = `${folder}/dist/prometheus-plex-exporter`;
    return { ...result, binary: result.code === 0 ? await Deno.readTextFile(path) : undefined };
  });
}

Deno.test("the first stage compiles the binary for the platform that BuildKit sets", async () => {
  const { binary, stderr } = await buildFor({ TARGETOS: "linux", TARGETARCH: "arm64" });
  assert.equal(binary, "linux-arm64\n", stderr);
});

Deno.test("without a platform the build fails with the advice to use BuildKit", async () => {
  const empty = { TARGETOS: "", TARGETARCH: "" };
  for (const env of [empty, { ...empty, TARGETOS: "linux" }]) {
    const { code, stderr } = await buildFor(env);
    assert.notEqual(code, 0);
    assert.match(stderr, /TARGET(OS|ARCH): is not set: use BuildKit/);
  }
});

/** The images that the stages begin with. */
function baseImages(): readonly string[] {
  return stages().map(([from = ""]) => from.replace(/^FROM (--\S+ )?/, "").split(" ")[0] ?? "");
}

Deno.test("Deno's image is pinned to the version that CI runs", () => {
  assert.equal(baseImages()[0], "denoland/deno:2.9.6");
  assert.match(readText(".ci/run"), /deno@2\.9\.6\b/);
});

Deno.test("the base image is named in a label, and by digest in the provenance", () => {
  const base = baseImages()[1];
  assert.equal(base, "gcr.io/distroless/cc-debian13:nonroot");
  assert.ok(stages()[1]?.some((line) => line.includes(`image.base.name="${base}"`)));
  // The full provenance lists the base image by digest. It has no versions that could be pinned.
  assert.match(readText(".github/workflows/image.yml"), /^ +provenance: mode=max$/m);
});

Deno.test("the last stage runs nothing during the build, and the exporter as an unprivileged user", () => {
  const last = stages().at(-1) ?? [];
  assert.ok(!last.some((line) => /^(RUN|ADD|SHELL|ENV|ARG|VOLUME) /.test(line)));
  assert.ok(last.includes(`USER ${USER}:${USER}`));
  assert.equal(STATE_FOLDER.owner, `${USER}:${USER}`, "a volume would not belong to the user");
  const program = "/usr/bin/prometheus-plex-exporter";
  assert.ok(last.includes(`ENTRYPOINT ["${program}"]`));
  assert.ok(
    last.some((line) =>
      line.startsWith("HEALTHCHECK ") && line.endsWith(` CMD ["${program}", "healthcheck"]`)
    ),
  );
});

Deno.test("the build context holds only what the first stage copies", () => {
  const [first, ...rest] = readText(".dockerignore").split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  assert.equal(first, "*");
  const included = rest.map((line) => line.replace(/^!/, ""));
  const copied = stages()[0]?.filter((line) => line.startsWith("COPY "))
    .flatMap((line) => line.split(" ").slice(1, -1));
  assert.deepEqual(included.toSorted(), copied?.toSorted());
  for (const path of included) Deno.statSync(new URL(path, ROOT));
});

/** Fills a root file system with what the image has: libraries, users, program and state folder. */
async function fillRoot(root: string): Promise<void> {
  for (const folder of ["usr/bin", "etc", "proc", "tmp"]) {
    await Deno.mkdir(`${root}/${folder}`, { recursive: true });
  }
  const { stdout } = await runProcess("ldd", [Deno.execPath()]);
  const libraries = stdout.match(/\/\S+/g) ?? [];
  // distroless/cc has glibc, libgcc and the loader.
  assert.deepEqual(
    libraries.filter((path) => !/\/(ld-linux|lib(c|m|dl|rt|pthread|gcc_s)\.so)/.test(path)),
    [],
    "Deno needs a library that the image lacks",
  );
  for (const library of libraries) {
    await Deno.mkdir(root + library.slice(0, library.lastIndexOf("/")), { recursive: true });
    await Deno.copyFile(library, root + library);
  }
  await Deno.copyFile(Deno.execPath(), `${root}/usr/bin/deno`);
  await Deno.writeTextFile(`${root}/etc/passwd`, `nonroot:x:${USER}:${USER}::/:/sbin/nologin\n`);
  await makeBundle(`${root}/usr/bin`);
  await Deno.mkdir(root + STATE_FOLDER.path, { recursive: true });
  const [user, group] = STATE_FOLDER.owner.split(":").map(Number);
  await Deno.chown(root + STATE_FOLDER.path, user ?? null, group ?? null);
}

/**
 * Mounts the root read-only except for the volume, in a mount namespace of its own, drops all
 * privileges and runs Deno inside.
 */
const ENTER = `
  mount --bind "$0" "$0" && mount --bind "$0$VOLUME" "$0$VOLUME" &&
  mount -o remount,bind,ro "$0" && mount -t proc proc "$0/proc" &&
  exec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all,+sys_chroot,+setuid,+setgid \
    "$CHROOT" --userspec=${USER}:${USER} --groups=${USER} "$0" /usr/bin/deno "$@"`;

function enter(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Process {
  // Each command executes the next in the same process, so a signal reaches Deno.
  const command = ["--mount", "--propagation=private", "sh", "-c", ENTER, root, ...args];
  return startProcess(findTool("unshare"), command, {
    cwd: "/",
    env: { HOME: "/", CHROOT: findTool("chroot"), VOLUME: STATE_FOLDER.path, ...env },
  });
}

function runInside(root: string, args: readonly string[], env: Record<string, string> = {}) {
  const flags = ["--no-config", "--no-lock", "--no-remote", "--no-npm", ...shippedFlags()];
  return enter(root, ["run", ...flags, "/usr/bin/prometheus-plex-exporter.js", ...args], env);
}

Deno.test("the bundle works in the image's root file system, read-only except for the volume, and unprivileged", async () => {
  const plex = await startPlex({ clock: systemClock });
  try {
    await withFolder(async (root) => {
      await Deno.chmod(root, 0o755);
      await fillRoot(root);

      await using probe = enter(root, ["eval", PROBE]);
      assert.equal(await probe.code, 0, probe.stderr);
      assert.deepEqual(JSON.parse(probe.stdout), {
        uid: USER,
        privileges: "0000000000000000",
        writable: [],
        shell: false,
      });

      const env = {
        PLEX_SERVER: plex.url,
        PLEX_TOKEN: plex.ownerToken,
        LISTEN_ADDRESS: `127.0.0.1:${freePort()}`,
        TZ: "Europe/Berlin",
        STATE_FILE: `${STATE_FOLDER.path}/state.json`,
      };
      await using exporter = runInside(root, [], env);
      await exporter.says(/Plex is up/);
      const page = await until("libraries", async () => {
        const text = await (await fetch(`http://${env.LISTEN_ADDRESS}/metrics`)).text();
        return text.includes("plex_library_items{") ? text : undefined;
      });
      assert.match(page, /^plex_up\{.*\} 1$/m);
      await using health = runInside(root, ["healthcheck"], env);
      assert.equal(await health.code, 0, health.stdout);
      await using check = runInside(root, ["check"], env);
      assert.equal(await check.code, 0, check.stdout + check.stderr);
      assert.doesNotMatch(exporter.stderr, /"level":"(warn|error)"/);

      exporter.signal("SIGTERM");
      assert.equal(await exporter.code, 0);
      const { mode, uid } = await Deno.stat(root + env.STATE_FILE);
      assert.deepEqual([(mode ?? 0) & 0o777, String(uid)], [0o600, USER]);
      await using next = runInside(root, [], env);
      await next.says(/Counters continue from the state file/);
    });
  } finally {
    await plex.close();
  }
});

/** Prints as JSON its user and privileges, the paths it can write, and whether there is a shell. */
const PROBE = `
  const status = Deno.readTextFileSync("/proc/self/status");
  const writable = ["/x", "/tmp/x", "/usr/bin/x"].filter((path) => {
    try { Deno.writeTextFileSync(path, ""); return true; } catch { return false; }
  });
  let shell = true;
  try { new Deno.Command("/bin/sh").outputSync(); } catch { shell = false; }
  console.log(JSON.stringify({
    uid: String(Deno.uid()),
    privileges: /CapEff:\\s+(\\S+)/.exec(status)[1],
    writable,
    shell,
  }));`;
