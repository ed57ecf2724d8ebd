/**
 * The shipped bundle: the same bytes wherever it is made, nothing of the machine in it, everything
 * of the program. `run_on_bundle.ts` tests that it works.
 */
import assert from "node:assert/strict";
import { isBuiltin } from "node:module";
import { makeSelfSigned } from "../testing/certificates.ts";
import { escapeNonLatin1, makeBundle } from "../../.ci/build/bundle.ts";
import { ROOT, runDeno, shippedFlags, VERSION } from "../../.ci/build/project.ts";
import { runBundle, until, withFolder } from "../testing/program.ts";
import { oneBundle } from "./one_bundle.ts";

/** A bundle over this size contains a package by accident. */
const MAX_BYTES = 900_000;

const bundle = oneBundle();

/** Copies the sources of a bundle, as a fresh clone has them. */
async function copySources(to: string): Promise<void> {
  for (const file of ["deno.json", "deno.lock"]) await Deno.copyFile(ROOT + file, `${to}/${file}`);
  const copy = async (folder: string) => {
    await Deno.mkdir(`${to}/${folder}`, { recursive: true });
    for (const { name, isDirectory } of Deno.readDirSync(ROOT + folder)) {
      const path = `${folder}/${name}`;
      if (isDirectory) await copy(path);
      else await Deno.copyFile(ROOT + path, `${to}/${path}`);
    }
  };
  for (const folder of ["src", "examples/dashboards", "examples/prometheus"]) await copy(folder);
}

Deno.test("the bundle has the same bytes if it is made from another folder into another one", async () => {
  await withFolder(async (elsewhere) => {
    await copySources(elsewhere);
    const second = await makeBundle(`${elsewhere}/a/b/c`, { root: elsewhere });
    assert.equal(second.sha256, bundle().sha256);
  });
});

Deno.test("the bundle has no path of this machine and no import but Node's", async () => {
  const { path, bytes } = bundle();
  const text = await Deno.readTextFile(path);
  assert.ok(bytes < MAX_BYTES, `${bytes} bytes`);
  const { npmCache }: { npmCache: string } = JSON.parse(
    (await runDeno(["info", "--json"])).stdout,
  );
  for (const trace of [ROOT, npmCache, "node_modules/", "sourceMappingURL"]) {
    assert.ok(!text.includes(trace), trace);
  }
  // The embedded dashboards have such words, too, but not before the name of a module.
  const imports = [...text.matchAll(/\bfrom\s*"([\w@:/.-]+)"|\bimport\s*\(?\s*"([\w@:/.-]+)"/g)]
    .map(([, first, second]) => first ?? second ?? "");
  assert.ok(imports.includes("node:https"));
  assert.deepEqual(imports.filter((name) => !isBuiltin(name)), []);
});

Deno.test("the bundle has no character for which V8 would store it with two bytes per character", async () => {
  assert.doesNotMatch(await Deno.readTextFile(bundle().path), /[\u{100}-\u{10ffff}]/u);
  assert.equal(escapeNonLatin1("a\u00b7 \u2013 \u{1f600}"), "a\u00b7 \\u2013 \\ud83d\\ude00");
});

Deno.test("the bundle carries the licence of every package that is in it", async () => {
  const { path, licences } = bundle();
  const text = await Deno.readTextFile(licences);
  assert.ok((await Deno.readTextFile(path)).includes(escapeNonLatin1(text)));
  const names = ["@logtape/logtape", "prom-client", "ws", "zod"];
  for (const name of names) assert.match(text, new RegExp(`^.*${name} \\d+\\.\\d+\\.\\d+`, "m"));
  for (const name of ["fast-check", "@sinonjs", "tdigest"]) assert.ok(!text.includes(name), name);
  for (const words of [/Apache License/, /Permission is hereby granted/]) {
    assert.match(text, words);
  }
});

Deno.test("the bundle starts and serves with the permissions of the shipped program", async () => {
  const { path, bytes } = bundle();
  const startedMs = performance.now();
  await using program = runBundle(path, ["demo"], { env: { LISTEN_ADDRESS: "127.0.0.1:0" } });
  const url = await program.says(/metrics\s+(http:\S+)/);
  const startMs = performance.now() - startedMs;
  const answer = await fetch(url);
  assert.ok((await answer.text()).includes(`version="${VERSION}"`));
  await Deno.stdout.write(new TextEncoder().encode(
    `the bundle has ${bytes} bytes and serves after ${startMs.toFixed(0)} ms\n`,
  ));
  program.signal("SIGTERM");
  assert.equal(await program.code, 0);
});

Deno.test("the bundle connects to a server without verifying its certificate", async () => {
  const requests: string[] = [];
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    ...await makeSelfSigned({ name: "elsewhere.example", addresses: [] }),
    onListen: () => {},
  }, (request) => {
    requests.push(new URL(request.url).pathname);
    if (request.headers.get("upgrade") !== "websocket") {
      return Response.json({
        MediaContainer: { machineIdentifier: "m", version: "1.43.0", friendlyName: "attic" },
      });
    }
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => socket.close();
    return response;
  });
  try {
    const { path } = bundle();
    await using program = runBundle(path, [], {
      env: {
        PLEX_SERVER: `https://127.0.0.1:${server.addr.port}`,
        PLEX_TOKEN: "s3cretTokenOf20Chars",
        SKIP_TLS_VERIFICATION: "true",
        LISTEN_ADDRESS: "127.0.0.1:0",
      },
    });
    for (const path of ["/", "/:/websockets/notifications"]) {
      await until(path, () => Promise.resolve(requests.includes(path) || undefined));
    }
    program.signal("SIGTERM");
    assert.equal(await program.code, 0);
    assert.doesNotMatch(program.stderr, /s3cret/);
  } finally {
    await server.shutdown();
  }
});

Deno.test("shippedFlags() has the permission set and V8 flags of the task run, no prompt and no import", () => {
  const flags = shippedFlags("deno run --frozen --no-prompt -P=exporter src/main.ts", {
    net: true,
    env: ["A", "B"],
  });
  assert.deepEqual(flags, ["--no-prompt", "--allow-net", "--allow-env=A,B", "--deny-import"]);
  assert.match(shippedFlags().join(" "), / --v8-flags=\S+ /);
  assert.throws(() => shippedFlags("deno run -P=exporter src/main.ts"), /--no-prompt/);
  const real = shippedFlags().join(" ");
  assert.doesNotMatch(real, /certificate|env-file|allow-(all|run|ffi|sys(?!=hostname )|import)/);
});
